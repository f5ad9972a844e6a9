// Runs in goroutine 1 (goroutine_main_test.cc).
#include "runtime/internal/sched/timers.h"

#include <gtest/gtest.h>

#include <atomic>
#include <random>
#include <vector>

#include "runtime/internal/base/futex.h"
#include "runtime/internal/base/note.h"
#include "runtime/internal/sched/scheduler.h"

namespace runtime::internal {
namespace {

constexpr int64_t kMsNs = 1'000'000;

struct Record {
  std::vector<int> order;  // on the clock thread; then read after `last`
  bool all_on_clock_thread = true;
  bool none_early = true;
  Note last;
};

struct Numbered {
  Timer timer;
  int number = 0;
  Record* record = nullptr;
  bool is_last = false;
};

void Fire(void* argument) {
  auto* timer = static_cast<Numbered*>(argument);
  Record* record = timer->record;
  record->order.push_back(timer->number);
  if (!OnClockThread()) record->all_on_clock_thread = false;
  if (MonotonicNs() < timer->timer.when_ns) record->none_early = false;
  if (timer->is_last) record->last.Wakeup();
}

void Set(Numbered* timer, int number, Record* record, int64_t when_ns) {
  timer->number = number;
  timer->record = record;
  timer->timer.fire = &Fire;
  timer->timer.argument = timer;
  AddTimer(&timer->timer, when_ns);
}

bool WaitFor(Record* record) {
  return record->last.SleepUntil(MonotonicNs() + 60'000 * kMsNs);
}

TEST(TimersTest, FireInTheOrderOfTheirTimes) {
  constexpr int kCount = 200;
  Record record;
  std::vector<Numbered> timers(kCount);
  std::vector<int> numbers;
  for (int i = 0; i < kCount; ++i) numbers.push_back(i);
  std::shuffle(numbers.begin(), numbers.end(), std::mt19937(7));
  const int64_t start_ns = MonotonicNs() + 50 * kMsNs;
  timers[static_cast<size_t>(kCount - 1)].is_last = true;
  for (const int number : numbers) {
    Set(&timers[static_cast<size_t>(number)], number, &record,
        start_ns + number * 10'000);
  }
  ASSERT_TRUE(WaitFor(&record));
  std::sort(numbers.begin(), numbers.end());
  EXPECT_EQ(record.order, numbers);
  EXPECT_TRUE(record.all_on_clock_thread);
  EXPECT_TRUE(record.none_early);
  EXPECT_FALSE(OnClockThread());
}

TEST(TimersTest, OfTheSameTimeFireInTheOrderTheyWereSet) {
  constexpr int kCount = 100;
  Record record;
  std::vector<Numbered> timers(kCount);
  std::vector<int> expected;
  const int64_t when_ns = MonotonicNs() + 20 * kMsNs;
  timers[kCount - 1].is_last = true;
  for (int i = 0; i < kCount; ++i) {
    expected.push_back(i);
    Set(&timers[static_cast<size_t>(i)], i, &record, when_ns);
  }
  ASSERT_TRUE(WaitFor(&record));
  EXPECT_EQ(record.order, expected);
}

// The clock sleeps for the later one when the earlier one comes.
TEST(TimersTest, AnEarlierOneWakesTheClock) {
  static Numbered far;
  static Record never;
  Set(&far, 0, &never, MonotonicNs() + 3'600'000 * kMsNs);
  Record record;
  Numbered soon;
  soon.is_last = true;
  const int64_t set_ns = MonotonicNs();
  Set(&soon, 1, &record, set_ns + kMsNs);
  ASSERT_TRUE(WaitFor(&record));
  EXPECT_EQ(record.order, std::vector<int>{1});
  EXPECT_TRUE(never.order.empty());
}

TEST(TimersTest, OneOfThePastFiresAtOnce) {
  Record record;
  Numbered past;
  past.is_last = true;
  Set(&past, 1, &record, MonotonicNs() - 1'000 * kMsNs);
  EXPECT_TRUE(WaitFor(&record));
}

TEST(TimersTest, OnlyThoseThatKeepAwakeArePending) {
  const size_t before = PendingTimers();
  Record record;
  Numbered quiet;
  quiet.timer.keeps_awake = false;
  Numbered loud;
  loud.is_last = true;
  const int64_t when_ns = MonotonicNs() + 30 * kMsNs;
  Set(&quiet, 0, &record, when_ns);
  EXPECT_EQ(PendingTimers(), before);
  Set(&loud, 1, &record, when_ns + 1);
  EXPECT_EQ(PendingTimers(), before + 1);
  ASSERT_TRUE(WaitFor(&record));
  while (PendingTimers() != before) Yield();
  EXPECT_EQ(record.order, (std::vector<int>{0, 1}));
}

std::atomic<int> calls = 0;
std::atomic<bool> call_was_on_clock = false;
Note called;

TEST(TimersTest, TheClockCallsAFunctionAtOnce) {
  called.Clear();
  CallOnClock([] {
    calls.fetch_add(1);
    call_was_on_clock = OnClockThread();
    called.Wakeup();
  });
  ASSERT_TRUE(called.SleepUntil(MonotonicNs() + 60'000 * kMsNs));
  EXPECT_EQ(calls, 1);
  EXPECT_TRUE(call_was_on_clock);
}

}  // namespace
}  // namespace runtime::internal
