#include "runtime/internal/machine/stack.h"

#include <gtest/gtest.h>
#include <signal.h>
#include <sys/mman.h>
#include <sys/wait.h>
#include <unistd.h>

#include <algorithm>
#include <thread>
#include <vector>

#include "runtime/internal/machine/sanitizer.h"

namespace runtime::internal {
namespace {

volatile uint64_t* WordAt(uintptr_t address) {
  return reinterpret_cast<volatile uint64_t*>(address);
}

// Writes there, and ends with 0 if that was possible.
[[noreturn]] void Touch(uintptr_t address) {
  signal(SIGSEGV, SIG_DFL);
  *WordAt(address) = 1;
  _exit(0);
}

class StackTest : public testing::Test {
 protected:
  StackTest() { GTEST_FLAG_SET(death_test_style, "threadsafe"); }
};

TEST_F(StackTest, HasItsSizeAndItsGuard) {
  const Stack stack = AllocateStack();
  EXPECT_EQ(stack.high - stack.guard, kStackSizeBytes);
  EXPECT_EQ(stack.low - stack.guard, kStackGuardBytes);
  EXPECT_EQ(stack.size_bytes(), kStackSizeBytes - kStackGuardBytes);
  EXPECT_EQ(stack.guard % static_cast<uintptr_t>(getpagesize()), 0u);
  EXPECT_FALSE(stack.empty());
  EXPECT_TRUE(Stack().empty());
  for (uintptr_t at = stack.low; at < stack.high; at += 4096) *WordAt(at) = at;
  for (uintptr_t at = stack.low; at < stack.high; at += 4096) {
    ASSERT_EQ(*WordAt(at), at);
  }
  FreeStack(stack);
}

TEST_F(StackTest, KnowsWhatIsInsideAndWhatIsGuard) {
  const Stack stack{0x1000, 0x3000, 0x9000};
  EXPECT_FALSE(stack.InGuard(0xFFF));
  EXPECT_TRUE(stack.InGuard(0x1000));
  EXPECT_TRUE(stack.InGuard(0x2FFF));
  EXPECT_FALSE(stack.InGuard(0x3000));
  EXPECT_FALSE(stack.Contains(0x2FFF));
  EXPECT_TRUE(stack.Contains(0x3000));
  EXPECT_TRUE(stack.Contains(0x8FFF));
  EXPECT_FALSE(stack.Contains(0x9000));
}

TEST_F(StackTest, TheGuardDies) {
  const auto killed = [](int status) {
    return WIFSIGNALED(status) && WTERMSIG(status) == SIGSEGV;
  };
  const Stack stack = AllocateStack();
  EXPECT_EXIT(Touch(stack.low - sizeof(uint64_t)), killed, "");
  EXPECT_EXIT(Touch(stack.guard), killed, "");
  EXPECT_EXIT(Touch(stack.low), testing::ExitedWithCode(0), "");
  FreeStack(stack);
  const Stack mapped = MapStack(1 << 20);
  EXPECT_EXIT(Touch(mapped.low - sizeof(uint64_t)), killed, "");
  EXPECT_EXIT(Touch(mapped.low), testing::ExitedWithCode(0), "");
  FreeStack(mapped);
}

TEST_F(StackTest, TheLastOneFreedIsTheNextOneUsedWithItsGuard) {
  const Stack first = AllocateStack();
  const Stack second = AllocateStack();
  ASSERT_NE(first.high, second.high);
  FreeStack(first);
  FreeStack(second);
  const Stack third = AllocateStack();
  const Stack fourth = AllocateStack();
  EXPECT_EQ(third.high, second.high);
  EXPECT_EQ(third.low, second.low);
  EXPECT_EQ(third.guard, second.guard);
  EXPECT_EQ(fourth.high, first.high);
  EXPECT_EXIT(Touch(third.guard), testing::KilledBySignal(SIGSEGV), "");
  FreeStack(fourth);
  FreeStack(third);
}

TEST_F(StackTest, ManyDoNotOverlap) {
  std::vector<Stack> stacks;
  for (int i = 0; i < 300; ++i) stacks.push_back(AllocateStack());
  std::sort(stacks.begin(), stacks.end(),
            [](const Stack& a, const Stack& b) { return a.high < b.high; });
  for (size_t i = 1; i < stacks.size(); ++i) {
    ASSERT_LE(stacks[i - 1].high, stacks[i].guard);
  }
  for (const Stack& stack : stacks) FreeStack(stack);
}

TEST_F(StackTest, AMappedOneHasAnySizeAndIsUnmapped) {
  const Stack stack = MapStack(2 << 20);
  EXPECT_EQ(stack.high - stack.guard, size_t{2} << 20);
  EXPECT_EQ(stack.low - stack.guard, kStackGuardBytes);
  void* const top = reinterpret_cast<void*>(stack.high - 4096);
  EXPECT_EQ(msync(top, 4096, MS_ASYNC), 0);
  FreeStack(stack);
  EXPECT_EQ(msync(top, 4096, MS_ASYNC), -1);  // ENOMEM: nothing there
}

TEST_F(StackTest, NoStackHasTwoOwners) {
  constexpr uint64_t kThreads = 4;
  constexpr int kRounds = kSanitized ? 2'000 : 20'000;
  std::atomic<int> clashes = 0;
  std::vector<std::thread> threads;
  for (uint64_t id = 1; id <= kThreads; ++id) {
    threads.emplace_back([&clashes, id] {
      for (int i = 0; i < kRounds; ++i) {
        const Stack one = AllocateStack();
        const Stack two = AllocateStack();
        *WordAt(one.low) = id;
        *WordAt(two.low) = id;
        std::this_thread::yield();
        if (*WordAt(one.low) != id || *WordAt(two.low) != id) ++clashes;
        FreeStack(one);
        FreeStack(two);
      }
    });
  }
  for (std::thread& thread : threads) thread.join();
  EXPECT_EQ(clashes, 0);
}

}  // namespace
}  // namespace runtime::internal
