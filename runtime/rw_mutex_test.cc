// RWMutex. Runs in goroutine 1.
#include "runtime/rw_mutex.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <atomic>
#include <string>
#include <thread>
#include <vector>

#include "runtime/defer.h"
#include "runtime/go.h"
#include "runtime/internal/machine/sanitizer.h"
#include "runtime/internal/testing/goroutines.h"
#include "runtime/sync.h"

namespace runtime {
namespace {

using internal::WaitReason;

// What a newcomer could do.
std::string Open(RWMutex* mutex) ABSL_NO_THREAD_SAFETY_ANALYSIS {
  if (mutex->TryLock()) {
    mutex->Unlock();
    return "free";
  }
  if (mutex->TryRLock()) {
    mutex->RUnlock();
    return "to readers";
  }
  return "to nobody";
}

TEST(RWMutexTest, ManyReadOrOneWrites) {
  RWMutex mutex;
  EXPECT_EQ(Open(&mutex), "free");
  {
    ReaderLock lock(&mutex);
    EXPECT_EQ(Open(&mutex), "to readers");
  }
  {
    WriterLock lock(&mutex);
    EXPECT_EQ(Open(&mutex), "to nobody");
  }
  EXPECT_EQ(Open(&mutex), "free");
}

TEST(RWMutexTest, AWaitingWriterHoldsUpNewReaders)
ABSL_NO_THREAD_SAFETY_ANALYSIS {
  RWMutex mutex;
  WaitGroup wg;
  std::vector<char> order;  // under the mutex, or of one goroutine at a time
  mutex.RLock();
  wg.Go([&] {
    WriterLock lock(&mutex);
    order.push_back('w');
  });
  WaitUntilParked(WaitReason::kRWMutexLock, 1);
  EXPECT_EQ(Open(&mutex), "to nobody");
  wg.Go([&] {
    ReaderLock lock(&mutex);
    order.push_back('r');
  });
  WaitUntilParked(WaitReason::kRWMutexRLock, 1);
  mutex.RUnlock();
  wg.Wait();
  EXPECT_EQ(order, (std::vector<char>{'w', 'r'}));
  EXPECT_EQ(Open(&mutex), "free");
}

TEST(RWMutexTest, AWriterThatLeavesLetsWaitingReadersInFirst)
ABSL_NO_THREAD_SAFETY_ANALYSIS {
  constexpr int kReaders = 10;
  RWMutex mutex;
  WaitGroup wg;
  std::atomic<int> readers = 0;
  int seen_by_writer = 0;
  mutex.Lock();
  wg.Go([&] {
    WriterLock lock(&mutex);
    seen_by_writer = readers;
  });
  WaitUntilParked(WaitReason::kRWMutexLock, 1);
  for (int i = 0; i < kReaders; ++i) {
    wg.Go([&] {
      ReaderLock lock(&mutex);
      readers.fetch_add(1);
    });
  }
  WaitUntilParked(WaitReason::kRWMutexRLock, kReaders);
  mutex.Unlock();
  wg.Wait();
  EXPECT_EQ(seen_by_writer, kReaders);
}

TEST(RWMutexTest, ExcludesAmongGoroutinesAndThreads) {
  constexpr int kGoroutines = 8;
  constexpr int kRounds = internal::kSanitized ? 300 : 5'000;
  RWMutex mutex;
  int64_t first = 0;  // both under the mutex
  int64_t second = 0;
  std::atomic<int> torn = 0;
  const auto write = [&] {
    for (int i = 0; i < kRounds; ++i) {
      WriterLock lock(&mutex);
      ++first;
      if (i % 8 == 0) Gosched();
      ++second;
    }
  };
  const auto read = [&] {
    for (int i = 0; i < kRounds; ++i) {
      ReaderLock lock(&mutex);
      const int64_t seen = first;
      if (i % 8 == 0) Gosched();
      torn.fetch_add(seen != second);
    }
  };
  WaitGroup wg;
  for (int i = 0; i < kGoroutines; ++i) {
    wg.Go(write);
    wg.Go(read);
  }
  std::thread writer(write);
  std::thread reader(read);
  wg.Wait();
  writer.join();
  reader.join();
  WriterLock lock(&mutex);
  EXPECT_EQ(torn, 0);
  EXPECT_EQ(first, int64_t{kGoroutines + 1} * kRounds);
  EXPECT_EQ(second, first);
}

TEST(RWMutexTest, UnlockOfWhatNobodyHoldsIsFatal)
ABSL_NO_THREAD_SAFETY_ANALYSIS {
  RWMutex mutex;
  EXPECT_EXIT(
      mutex.Unlock(), testing::ExitedWithCode(2),
      testing::StartsWith("fatal error: sync: Unlock of unlocked RWMutex\n"));
  EXPECT_EXIT(
      mutex.RUnlock(), testing::ExitedWithCode(2),
      testing::StartsWith("fatal error: sync: RUnlock of unlocked RWMutex\n"));
  ReaderLock lock(&mutex);
  EXPECT_EXIT(
      mutex.Unlock(), testing::ExitedWithCode(2),
      testing::StartsWith("fatal error: sync: Unlock of unlocked RWMutex\n"));
}

TEST(RWMutexTest, GuardsAreReleasedInTheirTurnByAPanic) {
  RWMutex mutex;
  std::string order;
  for (const bool writes : {true, false}) {
    Protect([&] {
      Defer recover([&] {
        Recover();
        order += Open(&mutex) + "; ";
      });
      if (writes) {
        WriterLock lock(&mutex);
        Defer inside([&] { order += Open(&mutex) + ", "; });
        Panic("x");
      } else {
        ReaderLock lock(&mutex);
        Defer inside([&] { order += Open(&mutex) + ", "; });
        Panic("x");
      }
    });
  }
  EXPECT_EQ(order, "to nobody, free; to readers, free; ");
}

// Once its last waiter was let go its memory is another's.
TEST(RWMutexTest, IsNotTouchedAfterItsLastWaiterWasLetGo) {
  std::atomic<int> ended = 0;
  const auto use = [&](RWMutex* mutex, int i, auto destroy) {
    std::atomic<bool> held = false;
    Go([&, mutex, i]() ABSL_NO_THREAD_SAFETY_ANALYSIS {
      i % 2 == 0 ? mutex->Lock() : mutex->RLock();
      held = true;
      Gosched();
      i % 2 == 0 ? mutex->Unlock() : mutex->RUnlock();
      ended.fetch_add(1);
    });
    while (!held) Gosched();
    { WriterLock lock(mutex); }
    destroy();
    while (ended.load() != i + 1) Gosched();
  };
  EXPECT_EQ(CountTouched<RWMutex>(use), 0);
}

}  // namespace
}  // namespace runtime
