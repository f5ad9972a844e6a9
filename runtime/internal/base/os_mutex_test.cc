#include "runtime/internal/base/os_mutex.h"

#include <gtest/gtest.h>
#include <sched.h>

#include <thread>
#include <vector>

namespace runtime::internal {
namespace {

struct Shared {
  OsMutex mutex{LockRank::kScheduler};
  int64_t value ABSL_GUARDED_BY(mutex) = 0;
  int holders ABSL_GUARDED_BY(mutex) = 0;
  int most_holders ABSL_GUARDED_BY(mutex) = 0;
};

void RunThreads(int thread_count, void (*work)(Shared*), Shared* shared) {
  std::vector<std::thread> threads;
  for (int i = 0; i < thread_count; ++i) threads.emplace_back(work, shared);
  for (std::thread& thread : threads) thread.join();
}

TEST(OsMutexTest, NoIncrementIsLost) {
  constexpr int kThreads = 4;
  constexpr int kRounds = 50'000;
  Shared shared;
  RunThreads(
      kThreads,
      [](Shared* s) {
        for (int i = 0; i < kRounds; ++i) {
          OsMutexLock lock(&s->mutex);
          ++s->value;
        }
      },
      &shared);
  OsMutexLock lock(&shared.mutex);
  EXPECT_EQ(shared.value, kThreads * kRounds);
}

// The holder gives its CPU away, so the others come to sleep on the futex, and
// every one of them must be woken.
TEST(OsMutexTest, SleepersAreWokenAndAloneInside) {
  constexpr int kThreads = 6;
  constexpr int kRounds = 2'000;
  Shared shared;
  RunThreads(
      kThreads,
      [](Shared* s) {
        for (int i = 0; i < kRounds; ++i) {
          OsMutexLock lock(&s->mutex);
          if (++s->holders > s->most_holders) s->most_holders = s->holders;
          sched_yield();
          --s->holders;
          ++s->value;
        }
      },
      &shared);
  OsMutexLock lock(&shared.mutex);
  EXPECT_EQ(shared.value, kThreads * kRounds);
  EXPECT_EQ(shared.most_holders, 1);
}

}  // namespace
}  // namespace runtime::internal
