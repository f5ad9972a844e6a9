// Stacks that are too small, or smashed.
#include <signal.h>
#include <unistd.h>

#include <cstddef>
#include <cstdio>
#include <cstdlib>
#include <thread>

#include "runtime/blocking.h"
#include "runtime/debug.h"
#include "runtime/defer.h"
#include "runtime/go.h"
#include "runtime/panic.h"
#include "runtime/select.h"
#include "testprog/registry.h"

namespace testprog {

constexpr size_t kLimitBytes = 1474560;

// Without end, 1 KiB a frame.
inline __attribute__((noinline)) int UseStack(int depth) {
  volatile char buffer[1024];
  buffer[0] = static_cast<char>(depth);
  if (depth < 0) return 0;
  return UseStack(depth + 1) + buffer[0];
}

SCENARIO(StackOverflow) {
  runtime::SetMaxStack(kLimitBytes);
  UseStack(0);
}

SCENARIO(StackOverflowGoroutine) {
  runtime::SetMaxStack(kLimitBytes);
  runtime::Go([] { std::printf("%d\n", UseStack(0)); });
  runtime::Select();
}

// A thread's own stack, not a goroutine's.
SCENARIO(ThreadStackOverflow) {
  std::thread thread(
      [] { runtime::Protect([] { std::printf("%d\n", UseStack(0)); }); });
  thread.join();
}

// A worker's own: what is local to a thread is destroyed there, when a
// goroutine that has locked itself to it has ended.
SCENARIO(SchedulerStackOverflow) {
  struct Deep {
    ~Deep() { std::printf("%d\n", UseStack(0)); }
  };
  runtime::Go([] {
    runtime::LockOsThread();
    static thread_local Deep deep;
    static_cast<void>(&deep);
  });
  runtime::Blocking([] { pause(); });
}

// A handler's, which runs on a stack of its own.
SCENARIO(SignalStackOverflow) {
  struct sigaction action = {};
  action.sa_handler = [](int) { std::printf("%d\n", UseStack(0)); };
  action.sa_flags = SA_ONSTACK;
  sigaction(SIGUSR1, &action, nullptr);
  raise(SIGUSR1);
}

// As small as libraries make theirs.
SCENARIO(SmallSignalStack) {
  alignas(16) static char small[8192];
  const stack_t stack = {
      .ss_sp = small, .ss_flags = 0, .ss_size = sizeof(small)};
  sigaltstack(&stack, nullptr);
  std::abort();
}

// Each deferred call panics: the stack ends before they do.
inline __attribute__((noinline)) void panicDeeper() {
  runtime::Defer deeper([] { panicDeeper(); });
  runtime::Panic("deeper");
}

SCENARIO(NestedPanicsOverflow) {
  runtime::SetMaxStack(1 << 20);
  runtime::Go([] { panicDeeper(); });
  runtime::Select();
}

// Returns to where no code is; prints a traceback before it comes to that.
inline __attribute__((noinline)) void badLR2(int argument) {
  auto** const frame = static_cast<void**>(__builtin_frame_address(0));
  frame[1] = reinterpret_cast<void*>(0xbad);
  if (argument == 0) runtime::Panic("backtrace");
}

inline __attribute__((noinline)) void badLR1() {
  badLR2(0);
  std::puts("not reached");  // or the call could be a jump
}

SCENARIO(BadTraceback) {
  runtime::Go(badLR1);
  runtime::Select();
}

SCENARIO(BadReturn) {
  runtime::Go([] { badLR2(1); });
  runtime::Select();
}

// The frame pointer and all that is saved in the frame.
inline __attribute__((noinline)) void Smash(int argument) {
  auto** const frame = static_cast<void**>(__builtin_frame_address(0));
  for (int i = 0; i < 4; ++i) frame[i] = reinterpret_cast<void*>(0x4141414141);
  if (argument == 0) runtime::Panic("smashed");
  if (argument == 1) runtime::Fatal("smashed");
}

// A library has taken the handlers away that guard a walk.
SCENARIO(SmashedStackWithoutHandlers) {
  for (const int number : {SIGSEGV, SIGBUS, SIGURG}) signal(number, SIG_DFL);
  runtime::Go([] { Smash(1); });
  runtime::Select();
}

SCENARIO(SmashedStack) {
  runtime::Go([] { Smash(0); });
  runtime::Select();
}

}  // namespace testprog
