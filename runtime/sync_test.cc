// WaitGroup and Mutex. Runs in goroutine 1.
#include "runtime/sync.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <algorithm>
#include <atomic>
#include <string>
#include <thread>
#include <vector>

#include "runtime/defer.h"
#include "runtime/go.h"
#include "runtime/internal/machine/sanitizer.h"
#include "runtime/internal/testing/goroutines.h"
#include "runtime/panic.h"

namespace runtime {
namespace {

bool IsFree(Mutex* mutex) ABSL_NO_THREAD_SAFETY_ANALYSIS {
  if (!mutex->TryLock()) return false;
  mutex->Unlock();
  return true;
}

// WaitGroup. -----------------------------------------------------------------

TEST(WaitGroupTest, WaitsForAll) {
  constexpr int kCount = 100;
  WaitGroup wg;
  std::atomic<int> done = 0;
  wg.Add(kCount);
  for (int i = 0; i < kCount; ++i) {
    Go([&] {
      Gosched();
      done.fetch_add(1);
      wg.Done();
    });
  }
  wg.Wait();
  EXPECT_EQ(done, kCount);
}

TEST(WaitGroupTest, OfNothingDoesNotWait) {
  WaitGroup wg;
  wg.Wait();
  wg.Add(2);
  wg.Add(-2);
  wg.Wait();
  EXPECT_EQ(CountParked(internal::WaitReason::kWaitGroupWait), 0);
}

TEST(WaitGroupTest, CanBeUsedAgain) {
  WaitGroup wg;
  int rounds = 0;
  for (int i = 0; i < 1'000; ++i) {
    int done = 0;
    wg.Add(1);
    Go([&] {
      done = 1;
      wg.Done();
    });
    wg.Wait();
    rounds += done;
  }
  EXPECT_EQ(rounds, 1'000);
}

TEST(WaitGroupTest, LetsAllWaitersGo) {
  constexpr int kWaiters = 20;
  WaitGroup wg;
  WaitGroup woken;
  wg.Add(1);
  std::atomic<int> early = 0;
  std::atomic<bool> let_go = false;
  for (int i = 0; i < kWaiters; ++i) {
    woken.Add(1);
    Go([&] {
      wg.Wait();
      if (!let_go) early.fetch_add(1);
      woken.Done();
    });
  }
  WaitUntilParked(internal::WaitReason::kWaitGroupWait, kWaiters);
  let_go = true;
  wg.Done();
  woken.Wait();
  EXPECT_EQ(early, 0);
}

TEST(WaitGroupTest, BelowZeroPanics) {
  WaitGroup wg;
  EXPECT_EQ(PanicOf([&] { wg.Done(); }), "sync: negative WaitGroup counter");
  WaitGroup other;
  other.Add(2);
  EXPECT_EQ(PanicOf([&] { other.Add(-3); }),
            "sync: negative WaitGroup counter");
}

TEST(WaitGroupTest, GoIsDoneHoweverTheFunctionEnds) {
  WaitGroup wg;
  std::atomic<int> ran = 0;
  wg.Go([&] { ran.fetch_add(1); });
  wg.Go([&] {
    ran.fetch_add(1);
    Goexit();
  });
  wg.Go([&] {
    Defer recover([&] {
      ran.fetch_add(1);
      Recover();
    });
    Panic("x");
  });
  wg.Wait();
  EXPECT_EQ(ran, 3);
}

// Done must touch nothing of the group once Wait may return: here its memory
// is another's by then.
TEST(WaitGroupTest, IsNotTouchedAfterItsWaiterWasLetGo) {
  std::atomic<int> ended = 0;
  const auto use = [&](WaitGroup* wg, int i, auto destroy) {
    wg->Add(1);
    Go([&, wg] {
      wg->Done();
      ended.fetch_add(1);
    });
    if (i % 2 == 0) Gosched();
    wg->Wait();
    destroy();
    while (ended.load() != i + 1) Gosched();
  };
  EXPECT_EQ(CountTouched<WaitGroup>(use), 0);
}

TEST(WaitGroupTest, ForeignThreadsWaitAndAreWaitedFor) {
  constexpr int kRounds = 500;
  int turns = 0;
  for (int i = 0; i < kRounds; ++i) {
    WaitGroup start;
    WaitGroup end;
    start.Add(1);
    end.Add(1);
    std::thread foreign([&] {
      start.Wait();
      ++turns;
      end.Done();
    });
    start.Done();
    end.Wait();
    foreign.join();
  }
  EXPECT_EQ(turns, kRounds);
}

// Mutex. ---------------------------------------------------------------------

TEST(MutexTest, ExcludesAmongGoroutinesAndThreads) {
  constexpr int kGoroutines = 8;
  constexpr int kThreads = 2;
  constexpr int kRounds = internal::kSanitized ? 500 : 10'000;
  Mutex mutex;
  int64_t count = 0;  // these three under the mutex
  int inside = 0;
  int most_inside = 0;
  const auto work = [&] {
    for (int i = 0; i < kRounds; ++i) {
      MutexLock lock(&mutex);
      most_inside = std::max(most_inside, ++inside);
      if (i % 8 == 0) Gosched();  // it may be held across a switch
      --inside;
      ++count;
    }
  };
  WaitGroup wg;
  for (int i = 0; i < kGoroutines; ++i) {
    wg.Add(1);
    Go([&] {
      work();
      wg.Done();
    });
  }
  std::vector<std::thread> threads;
  for (int i = 0; i < kThreads; ++i) {
    wg.Add(1);
    threads.emplace_back([&] {
      work();
      wg.Done();
    });
  }
  wg.Wait();
  for (std::thread& thread : threads) thread.join();
  MutexLock lock(&mutex);
  EXPECT_EQ(most_inside, 1);
  EXPECT_EQ(count, int64_t{kGoroutines + kThreads} * kRounds);
}

TEST(MutexTest, TryLockDoesNotWait) ABSL_NO_THREAD_SAFETY_ANALYSIS {
  Mutex mutex;
  EXPECT_TRUE(mutex.TryLock());
  EXPECT_FALSE(mutex.TryLock());
  mutex.Unlock();
  EXPECT_TRUE(IsFree(&mutex));
}

TEST(MutexTest, UnlockOfAnUnlockedOneIsFatal) {
  const auto unlock = []() ABSL_NO_THREAD_SAFETY_ANALYSIS {
    Mutex mutex;
    Protect([&]() ABSL_NO_THREAD_SAFETY_ANALYSIS {
      Defer cannot_help([] { Recover(); });
      mutex.Unlock();
    });
  };
  EXPECT_EXIT(unlock(), testing::ExitedWithCode(2),
              testing::StartsWith("fatal error: sync: unlock of unlocked "
                                  "mutex\n"));
}

TEST(MutexTest, MayBeUnlockedByAnother) ABSL_NO_THREAD_SAFETY_ANALYSIS {
  Mutex mutex;
  WaitGroup wg;
  mutex.Lock();
  wg.Add(1);
  Go([&]() ABSL_NO_THREAD_SAFETY_ANALYSIS {
    mutex.Unlock();
    wg.Done();
  });
  wg.Wait();
  EXPECT_TRUE(IsFree(&mutex));
}

TEST(MutexTest, IsHandedOverInOrder) ABSL_NO_THREAD_SAFETY_ANALYSIS {
  constexpr int kWaiters = 20;
  Mutex mutex;
  WaitGroup wg;
  std::vector<int> order;
  std::vector<int> expected;
  mutex.Lock();
  for (int i = 0; i < kWaiters; ++i) {
    expected.push_back(i);
    wg.Add(1);
    Go([&, i] {
      {
        MutexLock lock(&mutex);
        order.push_back(i);
      }
      wg.Done();
    });
    WaitUntilParked(internal::WaitReason::kMutexLock, i + 1);
  }
  mutex.Unlock();
  // It is the first waiter's now, whether that runs already or not.
  wg.Wait();
  EXPECT_EQ(order, expected);
  EXPECT_TRUE(IsFree(&mutex));
}

TEST(MutexTest, IsNeverFreeWhileItIsHandedOver) ABSL_NO_THREAD_SAFETY_ANALYSIS {
  Mutex mutex;
  int stolen = 0;
  for (int i = 0; i < 200; ++i) {
    WaitGroup wg;
    std::atomic<bool> release = false;
    mutex.Lock();
    wg.Add(1);
    Go([&]() ABSL_NO_THREAD_SAFETY_ANALYSIS {
      mutex.Lock();
      while (!release) Gosched();
      mutex.Unlock();
      wg.Done();
    });
    WaitUntilParked(internal::WaitReason::kMutexLock, 1);
    mutex.Unlock();
    stolen += IsFree(&mutex);
    release = true;
    wg.Wait();
  }
  EXPECT_EQ(stolen, 0);
}

TEST(MutexLockTest, IsReleasedInItsTurnByAPanic) {
  Mutex mutex;
  std::string order;
  Protect([&] {
    Defer recover([&] {
      Recover();
      order += IsFree(&mutex) ? "free " : "held ";
    });
    MutexLock lock(&mutex);
    Defer inside([&] { order += IsFree(&mutex) ? "too early " : "held "; });
    Panic("x");
  });
  EXPECT_EQ(order, "held free ");
  EXPECT_TRUE(IsFree(&mutex));
}

TEST(MutexLockTest, IsReleasedByGoexitAndByAnException) {
  Mutex mutex;
  WaitGroup wg;
  wg.Add(1);
  Go([&] {
    Defer done([&] { wg.Done(); });
    MutexLock lock(&mutex);
    Goexit();
  });
  wg.Wait();
  EXPECT_TRUE(IsFree(&mutex));
  try {
    MutexLock lock(&mutex);
    throw 1;
  } catch (int) {
  }
  EXPECT_TRUE(IsFree(&mutex));
}

}  // namespace
}  // namespace runtime
