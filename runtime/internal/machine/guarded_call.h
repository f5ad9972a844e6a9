// ASYNC-SIGNAL-SAFE: no malloc, no stdio, no locks.
//
// Calls that end early: where they fault, and where they take too long. What
// reads memory that a crash may have smashed runs in one.
//
//   Guard guard = {.max_ticks = 30};            // three seconds
//   if (!CallGuarded(&guard, &ReadSymbols, &argument)) Explain(guard.signal);
//
// A call that ended early has run none of its destructors: it may hold a lock,
// and may have left what it was writing half written.
//
// The handlers of faults ask EndGuardedCall first. A limit needs StartTicks.
#ifndef LASTWORDS_RUNTIME_INTERNAL_MACHINE_GUARDED_CALL_H_
#define LASTWORDS_RUNTIME_INTERNAL_MACHINE_GUARDED_CALL_H_

#include <signal.h>
#include <ucontext.h>

#include <cstdint>

namespace runtime::internal {

// How often a thread that has asked for it looks whether its calls take too
// long. A process that was stopped meanwhile is charged for one tick.
inline constexpr int kTickMs = 100;

struct Guard {
  // Ticks that the call may take; 0: as many as it likes.
  int max_ticks = 0;
  // Asked in the signal's handler, the frames of the call still below: whether
  // it may end here, and now. Null: where SIGSEGV or SIGBUS says so.
  bool (*may_end)(void* arg, int signal) = nullptr;
  void* arg = nullptr;

  // What has ended the call: the signal of a fault, or kTickSignal.
  int signal = 0;
  uintptr_t pc = 0;

  // Of this file.
  uintptr_t sp = 0;
  int ticks = 0;
  Guard* outer = nullptr;
};

// Calls fn(arg). Errors: false if it ended early; `guard` then says why.
// Safety: fn does not switch goroutines.
bool CallGuarded(Guard* guard, void (*fn)(void*), void* arg);

// For the handlers of faults, before all else: if this thread is in a guarded
// call that may end, makes `context` continue where it ends, and the handler
// must return at once.
bool EndGuardedCall(int signal, ucontext_t* context);

// The signal of the clock: ignored by default, so one that comes late kills
// nobody; unwind.h has its handler.
inline constexpr int kTickSignal = SIGURG;

// From now on the calling thread gets ticks; one thread at a time does. Errors:
// none; without a timer no call takes too long.
void StartTicks();
void StopTicks();
// In the child of fork, which has no timers: the number may be another's soon.
void ForgetTicks();

// For the handler of kTickSignal: whether this was a tick, and then counts it.
bool CountTick(const siginfo_t& info, ucontext_t* context);

}  // namespace runtime::internal

#endif  // LASTWORDS_RUNTIME_INTERNAL_MACHINE_GUARDED_CALL_H_
