#include "runtime/internal/machine/signal_stack.h"

#include <gtest/gtest.h>
#include <signal.h>

#include <cstdint>
#include <thread>

#include "runtime/internal/machine/stack.h"

namespace runtime::internal {
namespace {

stack_t CurrentSignalStack() {
  stack_t stack = {};
  sigaltstack(nullptr, &stack);
  return stack;
}

volatile uintptr_t handler_ran_at = 0;

void RememberWhere(int) {
  handler_ran_at = reinterpret_cast<uintptr_t>(__builtin_frame_address(0));
}

TEST(SignalStackTest, IsTheThreadsOwnAndHandlersRunOnIt) {
  stack_t first = {};
  stack_t second = {};
  bool was_on_it = false;
  std::thread one([&] {
    InstallSignalStack();
    first = CurrentSignalStack();
    struct sigaction action = {};
    action.sa_handler = &RememberWhere;
    action.sa_flags = SA_ONSTACK;
    struct sigaction old_action = {};
    sigaction(SIGUSR2, &action, &old_action);
    raise(SIGUSR2);
    sigaction(SIGUSR2, &old_action, nullptr);
    const auto low = reinterpret_cast<uintptr_t>(first.ss_sp);
    was_on_it = handler_ran_at >= low && handler_ran_at < low + first.ss_size;
  });
  one.join();
  std::thread two([&] {
    InstallSignalStack();
    second = CurrentSignalStack();
  });
  two.join();
  EXPECT_EQ(first.ss_flags & SS_DISABLE, 0);
  EXPECT_GE(first.ss_size, kSignalStackBytes - kStackGuardBytes);
  EXPECT_TRUE(was_on_it);
  EXPECT_NE(first.ss_sp, second.ss_sp);
}

TEST(SignalStackTest, TheOneBeforeComesBack) {
  const stack_t before = CurrentSignalStack();
  const SignalStack installed = InstallSignalStack();
  EXPECT_NE(CurrentSignalStack().ss_sp, before.ss_sp);
  RemoveSignalStack(installed);
  EXPECT_EQ(CurrentSignalStack().ss_sp, before.ss_sp);
  EXPECT_EQ(CurrentSignalStack().ss_flags, before.ss_flags);
}

}  // namespace
}  // namespace runtime::internal
