// Cond. Runs in goroutine 1.
#include "runtime/cond.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <atomic>
#include <thread>
#include <vector>

#include "runtime/chan.h"
#include "runtime/go.h"
#include "runtime/internal/machine/sanitizer.h"
#include "runtime/internal/testing/goroutines.h"
#include "runtime/sync.h"

namespace runtime {
namespace {

TEST(CondTest, SignalWakesTheOldestWaiterOnly) {
  constexpr int kWaiters = 5;
  Mutex mutex;
  Cond cond;
  WaitGroup wg;
  std::vector<int> order;
  const auto woken = MakeChan<int>();
  for (int i = 0; i < kWaiters; ++i) {
    wg.Add(1);
    Go([&, i] {
      {
        MutexLock lock(&mutex);
        cond.Wait(&mutex);
        order.push_back(i);
      }
      woken.Send(i);
      wg.Done();
    });
    WaitUntilParked(internal::WaitReason::kCondWait, i + 1);
  }
  for (int i = 0; i < kWaiters; ++i) {
    cond.Signal();
    EXPECT_EQ(woken.Recv(), i);
    EXPECT_EQ(CountParked(internal::WaitReason::kCondWait), kWaiters - i - 1);
  }
  wg.Wait();
  EXPECT_EQ(order, (std::vector<int>{0, 1, 2, 3, 4}));
}

TEST(CondTest, BroadcastWakesAll) {
  constexpr int kWaiters = 50;
  Mutex mutex;
  Cond cond;
  WaitGroup wg;
  int woken = 0;
  for (int i = 0; i < kWaiters; ++i) {
    wg.Add(1);
    Go([&] {
      {
        MutexLock lock(&mutex);
        cond.Wait(&mutex);
        ++woken;
      }
      wg.Done();
    });
  }
  WaitUntilParked(internal::WaitReason::kCondWait, kWaiters);
  cond.Broadcast();
  wg.Wait();
  MutexLock lock(&mutex);
  EXPECT_EQ(woken, kWaiters);
}

TEST(CondTest, NobodyWaitsNothingIsKept) {
  Mutex mutex;
  Cond cond;
  cond.Signal();
  cond.Broadcast();
  bool returned = false;
  WaitGroup wg;
  wg.Add(1);
  Go([&] {
    {
      MutexLock lock(&mutex);
      cond.Wait(&mutex);
      returned = true;
    }
    wg.Done();
  });
  WaitUntilParked(internal::WaitReason::kCondWait, 1);
  {
    MutexLock lock(&mutex);
    EXPECT_FALSE(returned);
  }
  cond.Signal();
  wg.Wait();
}

// Every element is taken once, whoever waits, goroutine or thread.
TEST(CondTest, AQueueOfManyProducersAndConsumersLosesNoWakeUp) {
  constexpr int kPairs = 4;
  constexpr int kEach = internal::kSanitized ? 500 : 10'000;
  Mutex mutex;
  Cond changed;
  int queued = 0;
  int taken = 0;
  const auto produce = [&] {
    for (int i = 0; i < kEach; ++i) {
      {
        MutexLock lock(&mutex);
        ++queued;
      }
      changed.Signal();
    }
  };
  const auto consume = [&] {
    for (int i = 0; i < kEach; ++i) {
      MutexLock lock(&mutex);
      while (queued == 0) changed.Wait(&mutex);
      --queued;
      ++taken;
    }
  };
  WaitGroup wg;
  for (int i = 0; i < kPairs; ++i) {
    wg.Go(produce);
    wg.Go(consume);
  }
  std::thread producer(produce);
  std::thread consumer(consume);
  wg.Wait();
  producer.join();
  consumer.join();
  MutexLock lock(&mutex);
  EXPECT_EQ(queued, 0);
  EXPECT_EQ(taken, (kPairs + 1) * kEach);
}

TEST(CondTest, WaitWithoutTheMutexIsFatal) {
  const auto wait = []() ABSL_NO_THREAD_SAFETY_ANALYSIS {
    Mutex mutex;
    Cond cond;
    cond.Wait(&mutex);
  };
  EXPECT_EXIT(wait(), testing::ExitedWithCode(2),
              testing::StartsWith("fatal error: sync: unlock of unlocked "
                                  "mutex\n"));
}

// Once its waiter was let go, which may not even have parked, the memory of the
// Cond is another's.
TEST(CondTest, IsNotTouchedAfterItsWaiterWasLetGo) {
  const auto use = [](Cond* cond, int, auto destroy) {
    Mutex mutex;
    bool waits = false;
    WaitGroup wg;
    wg.Go([&] {
      MutexLock lock(&mutex);
      waits = true;
      cond->Wait(&mutex);
    });
    const auto is_waiting = [&] {
      MutexLock lock(&mutex);
      return waits;
    };
    while (!is_waiting()) Gosched();
    cond->Signal();
    destroy();
    wg.Wait();
  };
  EXPECT_EQ(CountTouched<Cond>(use), 0);
}

}  // namespace
}  // namespace runtime
