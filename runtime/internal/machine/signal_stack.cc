#include "runtime/internal/machine/signal_stack.h"

#include <errno.h>
#include <signal.h>

#include "runtime/internal/base/fatal.h"
#include "runtime/internal/machine/stack.h"
#include "runtime/internal/machine/thread_stack.h"

namespace runtime::internal {

SignalStack InstallSignalStack() {
  NoteThreadStack();
  SignalStack installed;
  installed.memory = MapStack(kSignalStackBytes * kStackScale);
  stack_t stack = {};
  stack.ss_sp = reinterpret_cast<void*>(installed.memory.low);
  stack.ss_size = installed.memory.size_bytes();
  if (sigaltstack(&stack, &installed.before) != 0) {
    ThrowErrno("cannot install a signal stack", errno);
  }
  return installed;
}

void RemoveSignalStack(const SignalStack& installed) {
  sigaltstack(&installed.before, nullptr);
  FreeStack(installed.memory);
}

bool OnSignalStack() {
  stack_t stack = {};
  return sigaltstack(nullptr, &stack) == 0 &&
         (stack.ss_flags & SS_ONSTACK) != 0;
}

}  // namespace runtime::internal
