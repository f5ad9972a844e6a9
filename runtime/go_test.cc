// Goroutines, their ends, deadlocks and time. Runs in goroutine 1.
#include "runtime/go.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <poll.h>
#include <sys/syscall.h>
#include <unistd.h>

#include <atomic>
#include <cstdio>
#include <cstdlib>
#include <functional>
#include <memory>
#include <string>
#include <thread>
#include <utility>

#include "absl/time/clock.h"
#include "absl/time/time.h"
#include "runtime/chan.h"
#include "runtime/defer.h"
#include "runtime/internal/machine/sanitizer.h"
#include "runtime/panic.h"
#include "runtime/select.h"
#include "runtime/sleep.h"
#include "runtime/sync.h"

namespace runtime {
namespace {

using testing::AllOf;
using testing::ExitedWithCode;
using testing::HasSubstr;
using testing::StartsWith;

constexpr int kCrashed = 2;
constexpr const char* kDeadlock =
    "fatal error: all goroutines are asleep - deadlock!\n";

// Go. ------------------------------------------------------------------------

TEST(GoTest, RunsWhatCanBeCalledAndMoved) {
  static std::atomic<int> sum;
  static WaitGroup wg;
  sum = 0;
  wg.Add(4);
  Go([] {
    sum += 1;
    wg.Done();
  });
  void (*const pointer)() = +[] {
    sum += 10;
    wg.Done();
  };
  Go(pointer);
  const std::function<void()> function = [] {
    sum += 100;
    wg.Done();
  };
  Go(function);
  Go([held = std::make_unique<int>(1'000)] {
    sum += *held;
    wg.Done();
  });
  wg.Wait();
  EXPECT_EQ(sum, 1'111);
}

TEST(GoTest, OfNothingIsFatal) {
  EXPECT_EXIT(Go(std::function<void()>()), ExitedWithCode(kCrashed),
              StartsWith("fatal error: go of nil func value\n"));
  EXPECT_EXIT(Go(static_cast<void (*)()>(nullptr)), ExitedWithCode(kCrashed),
              StartsWith("fatal error: go of nil func value\n"));
}

// In a child, where no goroutine of another test is about to end.
TEST(GoTest, CountsGoroutines) {
  const auto count = [] {
    const int before = NumGoroutine();
    const auto hold = MakeChan<int>();
    for (int i = 0; i < 10; ++i) Go([=] { hold.Recv(); });
    const int during = NumGoroutine();
    hold.Close();
    while (NumGoroutine() > 1) Gosched();
    Exit(before == 1 && during == 11 ? 0 : 1);
  };
  EXPECT_EXIT(count(), ExitedWithCode(0), testing::IsEmpty());
}

TEST(GoTest, KnowsItsArgumentsAndProcessors) {
  ASSERT_GE(ArgCount(), 1);
  EXPECT_THAT(Arg(0), HasSubstr("_test"));
  const char* const procs = std::getenv("GOMAXPROCS");
  ASSERT_NE(procs, nullptr);
  EXPECT_EQ(std::to_string(MaxProcs()), procs);
}

TEST(GoTest, LockOsThreadKeepsTheThread) {
  const auto thread_id = [] { return syscall(SYS_gettid); };
  const auto noise = MakeChan<int>();
  for (int i = 0; i < 4; ++i) {
    Go([=] {
      while (noise.Recv()) Gosched();
    });
  }
  LockOsThread();
  const auto at_first = thread_id();
  int moved = 0;
  for (int i = 0; i < 1'000; ++i) {
    noise.Send(i);
    Gosched();
    moved += thread_id() != at_first;
  }
  UnlockOsThread();
  noise.Close();
  EXPECT_EQ(moved, 0);
}

TEST(GoexitTest, EndsOnlyItsGoroutine) {
  WaitGroup wg;
  wg.Add(1);
  bool unreached = true;
  Go([&] {
    Defer done([&] { wg.Done(); });
    [&] {
      Goexit();
      unreached = false;
    }();
  });
  wg.Wait();
  EXPECT_TRUE(unreached);
}

// Deadlock. ------------------------------------------------------------------

TEST(DeadlockTest, OfOneGoroutine) {
  EXPECT_EXIT(
      MakeChan<int>().Recv(), ExitedWithCode(kCrashed),
      AllOf(StartsWith(kDeadlock), HasSubstr("goroutine 1 [chan receive]:\n")));
  EXPECT_EXIT(Chan<int>().Send(1), ExitedWithCode(kCrashed),
              AllOf(StartsWith(kDeadlock),
                    HasSubstr("goroutine 1 [chan send (nil chan)]:\n")));
  EXPECT_EXIT(Select(), ExitedWithCode(kCrashed),
              AllOf(StartsWith(kDeadlock),
                    HasSubstr("goroutine 1 [select (no cases)]:\n")));
}

TEST(DeadlockTest, OfMany) {
  const auto deadlock = [] {
    const auto channel = MakeChan<int>();
    for (int i = 0; i < 50; ++i) Go([=] { channel.Recv(); });
    WaitGroup wg;
    wg.Add(1);
    wg.Wait();
  };
  EXPECT_EXIT(deadlock(), ExitedWithCode(kCrashed),
              AllOf(StartsWith(kDeadlock),
                    HasSubstr("goroutine 1 [sync.WaitGroup.Wait"),
                    HasSubstr(" [chan receive]:\n")));
}

TEST(DeadlockTest, OfALockedGoroutine) {
  const auto deadlock = [] {
    LockOsThread();
    Go([] {
      LockOsThread();
      Select();
    });
    MakeChan<int>().Recv();
  };
  EXPECT_EXIT(deadlock(), ExitedWithCode(kCrashed), StartsWith(kDeadlock));
}

TEST(DeadlockTest, OnlyAfterTheLastTimer) {
  const auto deadlock = [] {
    After(absl::Milliseconds(20)).Recv();
    std::fputs("after the first\n", stderr);
    const auto nobody = After(absl::Milliseconds(20));
    MakeChan<int>().Recv();
  };
  EXPECT_EXIT(deadlock(), ExitedWithCode(kCrashed),
              StartsWith(std::string("after the first\n") + kDeadlock));
}

TEST(DeadlockTest, AfterAForeignThreadHasEnded) {
  const auto deadlock = [] {
    const auto channel = MakeChan<int>();
    std::thread foreign([=] { channel.Send(1); });
    channel.Recv();
    foreign.join();
    std::fputs("joined\n", stderr);
    channel.Recv();
  };
  EXPECT_EXIT(deadlock(), ExitedWithCode(kCrashed),
              StartsWith(std::string("joined\n") + kDeadlock));
}

TEST(DeadlockTest, WhenForeignThreadsWaitToo) {
  const auto deadlock = [] {
    const auto channel = MakeChan<int>();
    std::thread foreign([=] { channel.Recv(); });
    foreign.detach();
    MakeChan<int>().Recv();
  };
  EXPECT_EXIT(deadlock(), ExitedWithCode(kCrashed), StartsWith(kDeadlock));
}

// The runtime has not heard of this thread before it sends, long after all
// goroutines have fallen asleep and longer than the runtime's own patience.
TEST(DeadlockTest, NotWhileAForeignThreadMaySend) {
  const auto no_deadlock = [] {
    const auto channel = MakeChan<int>();
    std::thread foreign([=] {
      poll(nullptr, 0, /*timeout_ms=*/250);  // time itself is the subject
      channel.Send(7);
    });
    const int status = *channel.Recv();
    foreign.join();
    Exit(status);
  };
  EXPECT_EXIT(no_deadlock(), ExitedWithCode(7), testing::IsEmpty());
}

TEST(DeadlockTest, NoneWhereEverybodyIsWokenAgainAndAgain) {
  constexpr int kRounds = internal::kSanitized ? 1'000 : 20'000;
  const auto ping = MakeChan<int>();
  const auto pong = MakeChan<int>();
  Go([=] {
    while (const auto value = ping.Recv()) pong.Send(*value);
  });
  int turns = 0;
  for (int i = 0; i < kRounds; ++i) {
    ping.Send(i);
    turns += pong.Recv() == i;
  }
  ping.Close();
  EXPECT_EQ(turns, kRounds);
}

// Time. ----------------------------------------------------------------------

// By another name: ci/check_no_sleep.sh looks for calls that synchronise.
constexpr auto* kSleepUnderTest = &Sleep;

TEST(TimeTest, SleepParksAtLeastAsLong) {
  const absl::Time start = absl::Now();
  std::atomic<int> others = 0;
  Go([&] { others.fetch_add(1); });
  kSleepUnderTest(absl::Milliseconds(20));
  EXPECT_GE(absl::Now() - start, absl::Milliseconds(19));
  EXPECT_EQ(others, 1);
  kSleepUnderTest(absl::ZeroDuration());
  kSleepUnderTest(-absl::InfiniteDuration());
}

TEST(TimeTest, AfterSendsTheTimeOnce) {
  const absl::Time start = absl::Now();
  const auto channel = After(absl::Milliseconds(15));
  const std::optional<absl::Time> fired = channel.Recv();
  ASSERT_TRUE(fired);
  EXPECT_GE(*fired - start, absl::Milliseconds(14));
  EXPECT_EQ(channel.Len(), 0u);
}

TEST(TimeTest, AfterOfNothingFiresAtOnce) {
  EXPECT_TRUE(After(absl::ZeroDuration()).Recv());
  EXPECT_TRUE(After(absl::Seconds(-5)).Recv());
}

TEST(TimeTest, TheShorterOfTwoComesFirst) {
  std::string first;
  Select(OnRecv(After(absl::Seconds(30)), [&](auto) { first = "long"; }),
         OnRecv(After(absl::Milliseconds(5)), [&](auto) { first = "short"; }));
  EXPECT_EQ(first, "short");
}

TEST(TimeTest, ManySleepAtOnce) {
  constexpr int kCount = internal::kSanitized ? 200 : 5'000;
  const absl::Time start = absl::Now();
  WaitGroup wg;
  std::atomic<int> early = 0;
  for (int i = 0; i < kCount; ++i) {
    wg.Add(1);
    Go([&, i] {
      const absl::Duration duration = absl::Microseconds(i % 50 * 100);
      const absl::Time begin = absl::Now();
      kSleepUnderTest(duration);
      if (absl::Now() - begin < duration - absl::Milliseconds(1)) {
        early.fetch_add(1);
      }
      wg.Done();
    });
  }
  wg.Wait();
  EXPECT_EQ(early, 0);
  // One after the other they would take 12 s.
  if (!internal::kSanitized) {
    EXPECT_LT(absl::Now() - start, absl::Seconds(6));
  }
}

}  // namespace
}  // namespace runtime
