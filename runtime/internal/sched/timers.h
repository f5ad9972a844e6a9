// Timers, and the clock thread that fires them. The thread is not a worker:
// no goroutine, spinning or not, can starve it, so it also is the one to end
// an exit's grace period (EXIT_GATE: rule 8) and to close the gate on behalf
// of a termination signal (rule 13).
//
//   Timer timer{.fire = &WakeSleeper, .argument = g};
//   AddTimer(&timer, MonotonicNs() + 5'000'000);
//
// Units: nanoseconds of MonotonicNs.
#ifndef LASTWORDS_RUNTIME_INTERNAL_SCHED_TIMERS_H_
#define LASTWORDS_RUNTIME_INTERNAL_SCHED_TIMERS_H_

#include <sys/types.h>

#include <atomic>
#include <cstddef>
#include <cstdint>

namespace runtime::internal {

struct Timer {
  void (*fire)(void* argument) = nullptr;  // on the clock thread
  void* argument = nullptr;
  // Whether the program, waiting for it, is not asleep. One that is firing
  // always counts.
  bool keeps_awake = true;
  // Set by AddTimer.
  int64_t when_ns = 0;
  uint64_t sequence = 0;  // those of the same time fire in order
};

// The clock's thread; 0: it has none yet. ASYNC-SIGNAL-SAFE.
pid_t ClockThreadId();

// Starts the clock thread. Errors: no thread to be had is fatal.
void StartClock();

// `timer` must stay in place until it has fired.
void AddTimer(Timer* timer, int64_t when_ns);

// Timers that keep the program awake. One that fires counts until its function
// has returned, so zero means that no timer will make anything ready.
size_t PendingTimers();

// Has the clock thread call `function` as soon as it can; one at a time.
// ASYNC-SIGNAL-SAFE.
void CallOnClock(void (*function)());

// Has a ServeClockUntil look at its `done`.
void WakeClock();

// Whether the caller is the clock thread; and what such a caller does instead
// of sleeping: goes on as the clock until *done is not null (no done: for
// ever).
bool OnClockThread();
void ServeClockUntil(const std::atomic<void*>* done);

}  // namespace runtime::internal

#endif  // LASTWORDS_RUNTIME_INTERNAL_SCHED_TIMERS_H_
