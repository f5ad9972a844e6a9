#include "runtime/internal/machine/signal_stack.h"

#include <errno.h>
#include <pthread.h>
#include <signal.h>

#include <utility>

#include "runtime/internal/base/fatal.h"
#include "runtime/internal/machine/stack.h"
#include "runtime/internal/machine/thread_stack.h"

namespace runtime::internal {

namespace {

struct Installed {
  bool here = false;
  bool others_had_their_turn = false;
  Stack memory;
  stack_t before = {};  // the program's, or a sanitizer's
};

constinit thread_local Installed installed;
pthread_key_t at_thread_end;

// Keys have their turn after what is thread_local, and a key that sets its
// value again has another one after all the other keys.
void Remove(void*) {
  if (!std::exchange(installed.others_had_their_turn, true)) {
    pthread_setspecific(at_thread_end, &installed);
    return;
  }
  sigaltstack(&installed.before, nullptr);
  FreeStack(installed.memory);
  installed = Installed();
}

void MakeKey() {
  if (const int error = pthread_key_create(&at_thread_end, &Remove)) {
    ThrowErrno("cannot make a key for signal stacks", error);
  }
}

}  // namespace

void InstallSignalStack() {
  if (installed.here) return;
  static constinit pthread_once_t once = PTHREAD_ONCE_INIT;
  pthread_once(&once, &MakeKey);
  NoteThreadStack();
  installed.memory = MapStack(kSignalStackBytes * kStackScale);
  stack_t stack = {};
  stack.ss_sp = reinterpret_cast<void*>(installed.memory.low);
  stack.ss_size = installed.memory.size_bytes();
  if (sigaltstack(&stack, &installed.before) != 0) {
    ThrowErrno("cannot install a signal stack", errno);
  }
  if (const int error = pthread_setspecific(at_thread_end, &installed)) {
    ThrowErrno("cannot install a signal stack", error);
  }
  installed.here = true;
}

bool OnSignalStack() {
  stack_t stack = {};
  return sigaltstack(nullptr, &stack) == 0 &&
         (stack.ss_flags & SS_ONSTACK) != 0;
}

}  // namespace runtime::internal
