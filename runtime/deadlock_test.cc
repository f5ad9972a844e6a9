// Deadlocks: that they are found, never wrongly, and what their reports say of
// who waits for what. Runs in goroutine 1; deadlocks in children, which start
// there too.
#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <poll.h>
#include <signal.h>

#include <atomic>
#include <cstdio>
#include <string>
#include <thread>
#include <vector>

#include "runtime/chan.h"
#include "runtime/cond.h"
#include "runtime/defer.h"
#include "runtime/go.h"
#include "runtime/internal/machine/sanitizer.h"
#include "runtime/internal/sched/goroutine_table.h"
#include "runtime/internal/sched/scheduler.h"
#include "runtime/once.h"
#include "runtime/panic.h"
#include "runtime/rw_mutex.h"
#include "runtime/select.h"
#include "runtime/sleep.h"
#include "runtime/sync.h"

namespace runtime {
namespace {

using testing::AllOf;
using testing::ContainsRegex;
using testing::ExitedWithCode;
using testing::HasSubstr;
using testing::Not;
using testing::StartsWith;

constexpr int kCrashed = 2;
constexpr const char* kDeadlock =
    "fatal error: all goroutines are asleep - deadlock!\n";
constexpr const char* kCycle = "\nwait cycle:\n";
constexpr const char* kNobody = "\nwaits that nobody is left to end:\n";

// A report of a deadlock with this in it.
template <class... Texts>
auto Deadlocks(Texts... texts) {
  return AllOf(StartsWith(kDeadlock), texts...);
}

#define EXPECT_DEADLOCK(body, ...) \
  EXPECT_EXIT(body(), ExitedWithCode(kCrashed), Deadlocks(__VA_ARGS__))

int CountParked(internal::WaitReason reason) {
  int count = 0;
  for (size_t i = 0; i < internal::GoroutineTableSize(); ++i) {
    const internal::G* g = internal::GoroutineAt(i);
    count += g->state == internal::GState::kWaiting && g->wait_reason == reason;
  }
  return count;
}

void WaitUntilParked(internal::WaitReason reason, int count) {
  while (CountParked(reason) != count) Gosched();
}

// Who waits for what. --------------------------------------------------------

TEST(WaitCycleTest, OfOneByItself) {
  const auto deadlock = []() ABSL_NO_THREAD_SAFETY_ANALYSIS {
    Mutex mutex;
    mutex.Lock();
    mutex.Lock();
  };
  EXPECT_DEADLOCK(
      deadlock, HasSubstr(kCycle), Not(HasSubstr(kNobody)),
      ContainsRegex("\n  goroutine 1 waits for sync.Mutex 0x[0-9a-f]+, held by "
                    "goroutine 1 itself, locked at [^ ]*deadlock_test.cc:"));
}

TEST(WaitCycleTest, AMutexThatWasHandedOverIsHeldByWhoGotIt) {
  const auto deadlock = []() ABSL_NO_THREAD_SAFETY_ANALYSIS {
    Mutex mutex;
    mutex.Lock();
    Go([&]() ABSL_NO_THREAD_SAFETY_ANALYSIS {
      mutex.Lock();
      MakeChan<int>().Recv();
    });
    WaitUntilParked(internal::WaitReason::kMutexLock, 1);
    mutex.Unlock();
    mutex.Lock();
  };
  EXPECT_DEADLOCK(
      deadlock, Not(HasSubstr(kCycle)),
      ContainsRegex("\n  goroutine 1 waits for sync.Mutex 0x[0-9a-f]+, held by "
                    "goroutine [2-9], locked at "));
}

TEST(WaitCycleTest, TwoCyclesAndOneThatHangsOff) {
  const auto deadlock = []() ABSL_NO_THREAD_SAFETY_ANALYSIS {
    Mutex locks[4];
    const auto locked = MakeChan<bool>();
    const auto go_on = MakeChan<bool>();
    for (int i = 0; i < 4; ++i) {
      Go([=, &locks]() ABSL_NO_THREAD_SAFETY_ANALYSIS {
        locks[i].Lock();
        locked.Send(true);
        go_on.Recv();
        locks[i ^ 1].Lock();
      });
    }
    for (int i = 0; i < 4; ++i) locked.Recv();
    go_on.Close();
    locks[3].Lock();
  };
  EXPECT_DEADLOCK(deadlock,
                  ContainsRegex("\nwait cycle:\n"
                                "  goroutine 2 [^\n]* goroutine 3, [^\n]*\n"
                                "  goroutine 3 [^\n]* goroutine 2, [^\n]*\n"
                                "\nwait cycle:\n"
                                "  goroutine 4 [^\n]* goroutine 5, [^\n]*\n"
                                "  goroutine 5 [^\n]* goroutine 4, [^\n]*\n"
                                "\nwaits that nobody is left to end:\n"
                                "  goroutine 1 [^\n]* goroutine 5, "));
}

TEST(WaitCycleTest, OfWriters) {
  const auto deadlock = []() ABSL_NO_THREAD_SAFETY_ANALYSIS {
    RWMutex first;
    RWMutex second;
    second.Lock();
    const auto locked = MakeChan<bool>();
    Go([&]() ABSL_NO_THREAD_SAFETY_ANALYSIS {
      first.Lock();
      locked.Close();
      second.RLock();
    });
    locked.Recv();
    first.Lock();
  };
  EXPECT_DEADLOCK(
      deadlock, HasSubstr(kCycle),
      ContainsRegex("goroutine 1 waits to write under sync.RWMutex "
                    "0x[0-9a-f]+, held by goroutine 2, locked at "),
      ContainsRegex("goroutine 2 waits to read under sync.RWMutex "
                    "0x[0-9a-f]+, held by goroutine 1, locked at "));
}

TEST(WaitCycleTest, OfOnces) {
  const auto deadlock = [] {
    Once once;
    once.Do([&] { once.Do([] {}); });
  };
  EXPECT_DEADLOCK(
      deadlock, HasSubstr(kCycle),
      ContainsRegex("goroutine 1 waits for sync.Once 0x[0-9a-f]+, run by "
                    "goroutine 1 itself, begun at "));
}

TEST(WaitCycleTest, ThroughAThread) {
  const auto deadlock = []() ABSL_NO_THREAD_SAFETY_ANALYSIS {
    Mutex first;
    Mutex second;
    const auto locked = MakeChan<bool>();
    second.Lock();
    std::thread foreign([&]() ABSL_NO_THREAD_SAFETY_ANALYSIS {
      internal::CurrentG();
      first.Lock();
      locked.Close();
      second.Lock();
    });
    locked.Recv();
    first.Lock();
  };
  EXPECT_DEADLOCK(
      deadlock, HasSubstr(kCycle),
      ContainsRegex("goroutine 1 waits for sync.Mutex 0x[0-9a-f]+, held by "
                    "thread [0-9]+, locked at "),
      ContainsRegex("thread [0-9]+ waits for sync.Mutex 0x[0-9a-f]+, held by "
                    "goroutine 1, locked at "));
}

TEST(WaitTest, BehindAWriterThatWaitsForAReader) {
  const auto deadlock = []() ABSL_NO_THREAD_SAFETY_ANALYSIS {
    RWMutex mutex;
    mutex.RLock();
    Go([&]() ABSL_NO_THREAD_SAFETY_ANALYSIS { mutex.Lock(); });
    WaitUntilParked(internal::WaitReason::kRWMutexLock, 1);
    mutex.RLock();
  };
  EXPECT_DEADLOCK(
      deadlock, Not(HasSubstr(kCycle)), HasSubstr(kNobody),
      ContainsRegex("goroutine 1 waits to read under sync.RWMutex "
                    "0x[0-9a-f]+, held by 1 reader, behind a writer\n"),
      ContainsRegex("goroutine 2 waits to write under sync.RWMutex "
                    "0x[0-9a-f]+, held by 1 reader\n"));
}

TEST(WaitTest, ForASignal) {
  const auto deadlock = [] {
    Mutex mutex;
    Cond cond;
    MutexLock lock(&mutex);
    cond.Wait(&mutex);
  };
  EXPECT_DEADLOCK(
      deadlock, ContainsRegex("\n  goroutine 1 waits for a signal of sync.Cond "
                              "0x[0-9a-f]+\n"));
}

TEST(WaitTest, AfterASignalTheMutexIsTheWaiters) {
  const auto deadlock = []() ABSL_NO_THREAD_SAFETY_ANALYSIS {
    Mutex mutex;
    Cond cond;
    Go([&]() ABSL_NO_THREAD_SAFETY_ANALYSIS {
      mutex.Lock();
      cond.Wait(&mutex);
      MakeChan<int>().Recv();
    });
    WaitUntilParked(internal::WaitReason::kCondWait, 1);
    cond.Signal();
    WaitUntilParked(internal::WaitReason::kChanReceive, 1);
    mutex.Lock();
  };
  EXPECT_DEADLOCK(
      deadlock,
      ContainsRegex("\n  goroutine 1 waits for sync.Mutex 0x[0-9a-f]+, held by "
                    "goroutine 2, locked at [^ ]*deadlock_test.cc:"));
}

TEST(WaitTest, OfASelect) {
  const auto deadlock = [] {
    const auto made = MakeChan<int>();
    const Chan<int> nil;
    Select(OnRecv(nil, [](auto) {}), OnSend(made, 1, [] {}),
           OnRecv(made, [](auto) {}), OnRecv(nil, [](auto) {}),
           OnRecv(nil, [](auto) {}), OnRecv(nil, [](auto) {}));
  };
  EXPECT_DEADLOCK(
      deadlock,
      ContainsRegex("\n  goroutine 1 waits in select: to receive on a nil "
                    "channel; to send on channel 0x[0-9a-f]+, made at [^ ]+; "
                    "to receive on channel 0x[0-9a-f]+, made at [^ ]+; "
                    "to receive on a nil channel; or 2 more\n"));
}

TEST(WaitTest, ForNothingThatCouldCome) {
  const auto deadlock = [] { Chan<int>().Recv(); };
  EXPECT_DEADLOCK(
      deadlock, HasSubstr("\n  goroutine 1 waits: chan receive (nil chan)\n"));
}

TEST(WaitTest, OfHundredsIsSixteenLinesAndACount) {
  const auto deadlock = []() ABSL_NO_THREAD_SAFETY_ANALYSIS {
    Mutex mutex;
    mutex.Lock();
    for (int i = 0; i < 300; ++i) {
      Go([&]() ABSL_NO_THREAD_SAFETY_ANALYSIS { mutex.Lock(); });
    }
    mutex.Lock();
  };
  // The first is the cycle of goroutine 1 with itself.
  EXPECT_DEADLOCK(deadlock, HasSubstr("\n  goroutine 16 waits for sync.Mutex "),
                  Not(HasSubstr("goroutine 17 waits")),
                  HasSubstr("\n  ... and 285 more\n"));
}

// The lock was in a frame that is gone, and so may its memory be.
TEST(WaitTest, ForALockThatIsGone) {
  const auto deadlock = []() ABSL_NO_THREAD_SAFETY_ANALYSIS {
    static std::atomic<bool> gone;
    Go([]() ABSL_NO_THREAD_SAFETY_ANALYSIS {
      Mutex mutex;
      mutex.Lock();
      Go([&]() ABSL_NO_THREAD_SAFETY_ANALYSIS { mutex.Lock(); });
      WaitUntilParked(internal::WaitReason::kMutexLock, 1);
      gone = true;
    });
    while (!gone) Gosched();
    Select();
  };
  EXPECT_DEADLOCK(deadlock,
                  ContainsRegex("\n  goroutine 3 waits for sync.Mutex 0x"),
                  Not(HasSubstr("panic during panic")));
}

// An exit that waits for a panic whose deferred call waits for ever.
TEST(WaitTest, OfAPanicAtExit) {
  const auto deadlock = [] {
    Go([] {
      Defer never([] { MakeChan<int>().Recv(); });
      Panic("pending");
    });
    WaitUntilParked(internal::WaitReason::kChanReceive, 1);
    Exit(0);
  };
  EXPECT_EXIT(
      deadlock(), ExitedWithCode(kCrashed),
      AllOf(StartsWith("panic: pending\n"),
            HasSubstr("\ndeferred calls were asleep for ever at exit\n"),
            ContainsRegex("\n  goroutine 2 waits to receive on channel 0x")));
}

// Some goroutines wait for each other while others go on: no deadlock, but a
// dump shows the cycle, and nothing of those who wait for something to come.
TEST(DumpTest, NamesTheCycleOfAPartOfTheProgram) {
  const auto dump = []() ABSL_NO_THREAD_SAFETY_ANALYSIS {
    Mutex mutex;
    Go([&]() ABSL_NO_THREAD_SAFETY_ANALYSIS {
      mutex.Lock();
      mutex.Lock();
    });
    Go([] { MakeChan<int>().Recv(); });
    WaitUntilParked(internal::WaitReason::kMutexLock, 1);
    WaitUntilParked(internal::WaitReason::kChanReceive, 1);
    raise(SIGQUIT);
  };
  EXPECT_EXIT(dump(), ExitedWithCode(kCrashed),
              AllOf(StartsWith("SIGQUIT: quit\n"), HasSubstr(kCycle),
                    HasSubstr("goroutine 2 itself"), Not(HasSubstr(kNobody)),
                    Not(HasSubstr("waits to receive"))));
}

}  // namespace
}  // namespace runtime
