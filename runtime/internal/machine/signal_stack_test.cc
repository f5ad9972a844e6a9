#include "runtime/internal/machine/signal_stack.h"

#include <gtest/gtest.h>
#include <pthread.h>
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
    std::thread two([&] {
      InstallSignalStack();
      second = CurrentSignalStack();
    });
    two.join();
  });
  one.join();
  EXPECT_EQ(first.ss_flags & SS_DISABLE, 0);
  EXPECT_GE(first.ss_size, kSignalStackBytes - kStackGuardBytes);
  EXPECT_TRUE(was_on_it);
  EXPECT_NE(first.ss_sp, second.ss_sp);
}

TEST(SignalStackTest, IsInstalledOnce) {
  std::thread([] {
    InstallSignalStack();
    const stack_t first = CurrentSignalStack();
    InstallSignalStack();
    EXPECT_EQ(CurrentSignalStack().ss_sp, first.ss_sp);
  }).join();
}

TEST(SignalStackTest, IsThereForWhatIsLocalToTheThread) {
  static bool was_there = false;
  struct Local {
    ~Local() {
      was_there = CurrentSignalStack().ss_size >= kSignalStackBytes / 2;
    }
  };
  std::thread([] {
    static thread_local const Local first;  // the last to be destroyed
    EXPECT_NE(&first, nullptr);
    InstallSignalStack();
  }).join();
  EXPECT_TRUE(was_there);
}

// What a key's destructor sees in its third turn, when what is thread_local and
// the other keys are through, but for a sanitizer's, which waits for the last.
class AtThreadEnd {
 public:
  AtThreadEnd() { pthread_key_create(&key, &Turn); }
  ~AtThreadEnd() { pthread_key_delete(key); }
  static void Watch() {
    turns = 0;
    pthread_setspecific(key, &turns);
  }

  static inline stack_t seen = {};

 private:
  static void Turn(void*) {
    if (++turns < 3) {
      pthread_setspecific(key, &turns);
    } else {
      seen = CurrentSignalStack();
    }
  }

  static inline pthread_key_t key;
  static inline int turns;
};

TEST(SignalStackTest, TheOneBeforeComesBack) {
  const AtThreadEnd end;
  stack_t before = {};
  std::thread([&] {
    before = CurrentSignalStack();  // none, or a sanitizer's
    InstallSignalStack();
    EXPECT_NE(CurrentSignalStack().ss_sp, before.ss_sp);
    AtThreadEnd::Watch();
  }).join();
  EXPECT_EQ(AtThreadEnd::seen.ss_sp, before.ss_sp);
  EXPECT_EQ(AtThreadEnd::seen.ss_flags, before.ss_flags);
  EXPECT_EQ(AtThreadEnd::seen.ss_size, before.ss_size);
}

}  // namespace
}  // namespace runtime::internal
