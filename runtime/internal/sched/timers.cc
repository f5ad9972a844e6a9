#include "runtime/internal/sched/timers.h"

#include <algorithm>
#include <atomic>
#include <vector>

#include "absl/base/thread_annotations.h"
#include "runtime/internal/base/futex.h"
#include "runtime/internal/base/os_mutex.h"
#include "runtime/internal/machine/signal_stack.h"
#include "runtime/internal/sched/os_thread.h"
#include "runtime/internal/sched/scheduler.h"

namespace runtime::internal {
namespace {

constexpr int64_t kNever = INT64_MAX;

struct Clock {
  OsMutex mutex{LockRank::kTimers};
  std::vector<Timer*> heap ABSL_GUARDED_BY(mutex);
  uint64_t next_sequence ABSL_GUARDED_BY(mutex) = 0;
  std::atomic<size_t> pending = 0;
  // Moves at every change the sleeping clock thread must see.
  FutexWord changes{0};
  std::atomic<void (*)()> call = nullptr;
};

// Never destroyed: the clock runs on while static destructors do.
Clock& TheClock() {
  static Clock* const clock = new Clock;
  return *clock;
}

bool Later(const Timer* a, const Timer* b) {
  if (a->when_ns != b->when_ns) return a->when_ns > b->when_ns;
  return a->sequence > b->sequence;
}

void Notify(Clock& clock) {
  clock.changes.fetch_add(1, std::memory_order_release);
  FutexWake(&clock.changes, 1);
}

// Fires what is due; returns when the next one is.
int64_t FireDue(Clock& clock) {
  for (;;) {
    Timer* due = nullptr;
    {
      OsMutexLock lock(&clock.mutex);
      if (clock.heap.empty()) return kNever;
      if (clock.heap.front()->when_ns > MonotonicNs()) {
        return clock.heap.front()->when_ns;
      }
      std::pop_heap(clock.heap.begin(), clock.heap.end(), Later);
      due = clock.heap.back();
      clock.heap.pop_back();
      if (!due->keeps_awake) clock.pending.fetch_add(1);
    }
    due->fire(due->argument);
    // The workers may have seen the timer as pending, and gone to sleep.
    if (clock.pending.fetch_sub(1) == 1) CheckAsleep();
  }
}

constinit thread_local bool on_clock_thread = false;
constinit std::atomic<pid_t> clock_thread_id = 0;

void* RunClock(void*) {
  InstallSignalStack();
  on_clock_thread = true;
  clock_thread_id.store(gettid());
  ServeClockUntil(nullptr);
  return nullptr;
}

}  // namespace

void StartClock() { StartOsThread(&RunClock, nullptr); }

void AddTimer(Timer* timer, int64_t when_ns) {
  Clock& clock = TheClock();
  timer->when_ns = when_ns;
  if (timer->keeps_awake) clock.pending.fetch_add(1);
  bool first = false;
  {
    OsMutexLock lock(&clock.mutex);
    timer->sequence = clock.next_sequence++;
    clock.heap.push_back(timer);
    std::push_heap(clock.heap.begin(), clock.heap.end(), Later);
    first = clock.heap.front() == timer;
  }
  if (first) Notify(clock);
}

size_t PendingTimers() { return TheClock().pending.load(); }

void CallOnClock(void (*function)()) {
  Clock& clock = TheClock();
  clock.call.store(function);
  Notify(clock);
}

pid_t ClockThreadId() { return clock_thread_id.load(); }

bool OnClockThread() { return on_clock_thread; }

void ServeClockUntil(const std::atomic<void*>* done) {
  Clock& clock = TheClock();
  while (done == nullptr || done->load() == nullptr) {
    const uint32_t seen = clock.changes.load(std::memory_order_acquire);
    if (auto* call = clock.call.exchange(nullptr)) call();
    const int64_t next_ns = FireDue(clock);
    if (done != nullptr && done->load() != nullptr) return;
    FutexWait(&clock.changes, seen,
              next_ns == kNever
                  ? kNoTimeout
                  : std::max<int64_t>(next_ns - MonotonicNs(), 0));
  }
}

void WakeClock() { Notify(TheClock()); }

}  // namespace runtime::internal
