#include "runtime/internal/base/lock_rank.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <thread>

#include "runtime/internal/base/os_mutex.h"

namespace runtime::internal {
namespace {

using testing::ExitedWithCode;
using testing::HasSubstr;

constexpr const char* kMessage = "fatal error: lock taken out of rank";

class LockRankTest : public testing::Test {
 protected:
  void SetUp() override {
#ifdef NDEBUG
    GTEST_SKIP() << "ranks are checked in builds without NDEBUG";
#endif
    GTEST_FLAG_SET(death_test_style, "threadsafe");
  }
};

void TakeBoth(LockRank first, LockRank second) ABSL_NO_THREAD_SAFETY_ANALYSIS {
  OsMutex outer(first);
  OsMutex inner(second);
  outer.Lock();
  inner.Lock();
  inner.Unlock();
  outer.Unlock();
}

TEST_F(LockRankTest, EveryLaterRankMayBeTaken) {
  int taken = 0;
  for (size_t first = 0; first < kLockRanks; ++first) {
    for (size_t second = first + 1; second < kLockRanks; ++second) {
      TakeBoth(static_cast<LockRank>(first), static_cast<LockRank>(second));
      ++taken;
    }
  }
  EXPECT_EQ(taken, 10);
}

TEST_F(LockRankTest, AnEarlierRankDies) {
  for (size_t first = 1; first < kLockRanks; ++first) {
    EXPECT_EXIT(TakeBoth(static_cast<LockRank>(first),
                         static_cast<LockRank>(first - 1)),
                ExitedWithCode(2), HasSubstr(kMessage))
        << first;
  }
}

TEST_F(LockRankTest, TheSameRankDiesButForChannels) {
  TakeBoth(LockRank::kChannel, LockRank::kChannel);
  EXPECT_EXIT(TakeBoth(LockRank::kScheduler, LockRank::kScheduler),
              ExitedWithCode(2), HasSubstr(kMessage));
}

TEST_F(LockRankTest, AReleasedLockForbidsNothing) {
  TakeBoth(LockRank::kTimers, LockRank::kStackPool);
  TakeBoth(LockRank::kChannel, LockRank::kTimers);
  // Given back in another order than the opposite of the one taken.
  LockRankAcquire(LockRank::kChannel);
  LockRankAcquire(LockRank::kScheduler);
  LockRankRelease(LockRank::kChannel);
  EXPECT_EXIT(LockRankAcquire(LockRank::kTimers), ExitedWithCode(2),
              HasSubstr(kMessage));
  LockRankRelease(LockRank::kScheduler);
  LockRankAcquire(LockRank::kChannel);
  LockRankRelease(LockRank::kChannel);
}

TEST_F(LockRankTest, RanksBelongToTheThread) {
  LockRankAcquire(LockRank::kStackPool);
  bool other_took_it = false;
  std::thread other([&] {
    LockRankAcquire(LockRank::kChannel);
    LockRankRelease(LockRank::kChannel);
    other_took_it = true;
  });
  other.join();
  LockRankRelease(LockRank::kStackPool);
  EXPECT_TRUE(other_took_it);
}

}  // namespace
}  // namespace runtime::internal
