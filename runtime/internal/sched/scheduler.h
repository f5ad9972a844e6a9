// Many goroutines on few threads: Gs run on workers (M, a thread each), and a
// worker needs a processor (P, GOMAXPROCS of them), which owns a run queue.
//
//   - A goroutine made ready goes to the run-next slot of the waker's P; a
//     new one too. Idle workers steal from the others.
//   - Ready wakes one worker if a P is idle and nobody is looking for work
//     already ("spinning"). The last thing a spinning worker does before it
//     sleeps is to look once more: no wake-up is lost.
//   - A park switches straight to the next goroutine of the queue. What must
//     happen after the parked one is off its stack (unlock the channel it
//     waits on, queue it again) is done by whoever runs next: AfterSwitch.
//   - Without a next one the worker's own context runs and searches, then
//     sleeps. The last to fall asleep asks whether all are (asleep.h).
//   - Cooperative: a goroutine that never calls the runtime keeps its worker.
//
// Source: Go's runtime/proc.go (schedule, findRunnable, wakep, startm, stopm,
// handoffp, checkdead). Differs: no preemption, no garbage collector's
// workers, timers on the clock thread (timers.h), threads that are not
// workers may park and ready too.
//
// Rejected: a context of the worker's between every two goroutines, as Go
// has (twice the switches).
#ifndef LASTWORDS_RUNTIME_INTERNAL_SCHED_SCHEDULER_H_
#define LASTWORDS_RUNTIME_INTERNAL_SCHED_SCHEDULER_H_

#include "runtime/internal/sched/goroutine.h"

namespace runtime::internal {

// The calling goroutine's G; on a thread that is not a worker, the thread's
// own, made at the first call. Never null.
G* CurrentG();
// As CurrentG, but null where there is none; makes nothing.
// ASYNC-SIGNAL-SAFE.
G* CurrentGOrNull();
// ASYNC-SIGNAL-SAFE.
bool OnWorkerThread();

// Makes a goroutine that calls `closure` (moved from), made ready at once.
// `entry` is the first code on its stack; it must end in FinishGoroutine.
// Errors: no thread or stack to be had is fatal.
G* NewGoroutine(const ClosureType* type, void* closure, void (*entry)(G* self),
                uintptr_t created_by_pc);

// Ends the calling goroutine: it is off its stack when this has switched.
[[noreturn]] void FinishGoroutine();

// Parks the calling goroutine. `commit(g, argument)`, where given, runs when
// it is off its stack: from then on a Ready may run it; if commit returns
// false it runs again at once. `waits_for`: see G.
// Blocks: the goroutine (a thread's own G: the thread).
void Park(ParkCommit commit, void* argument, WaitReason reason,
          const void* waits_for = nullptr);

// Parks for ever: the process is ending, or the goroutine is to be forgotten.
[[noreturn]] void ParkForever(WaitReason reason);

// Makes a parked goroutine runnable. The caller must own its wake-up: exactly
// one Ready for each Park.
void Ready(G* g);

// Lets others run first.
void Yield();

// Between the two (they nest) the calling goroutine may block its thread: it
// holds no processor, so others run meanwhile. It may use the runtime all the
// same: what parks it takes a processor first when it is woken, then gives it
// away again. LeaveBlocking keeps errno.
// Blocks: LeaveBlocking: until there is a processor.
void EnterBlocking();
void LeaveBlocking();

// The same for all but `depth` of the calls: their frames were left, and not
// every destructor ran (a fault's).
void LeaveBlockingTo(int depth);

// As many threads the runtime may start; more is fatal ("thread exhaustion").
// Returns the limit before.
inline constexpr int kDefaultMaxThreads = 10'000;
int SetThreadLimit(int limit);

// Wires the calling goroutine to its thread, until as many unlocks. A thread
// whose wired goroutine ends, ends (main's sleeps for ever): what the goroutine
// did to it is nobody else's.
void LockToThread();
void UnlockFromThread();

// Starts the clock's thread, if it has none yet: RunScheduler, and who does
// without a scheduler.
void EnsureClock();

// Runs the goroutine `first` and all that come of it on the calling thread
// and others. Does not return.
[[noreturn]] void RunScheduler(const ClosureType* type, void* closure,
                               void (*entry)(G* self));

// Asks whether everything is asleep now, and if so the exit gate what that
// means (asleep.h). Called by whoever was the last to be awake: a worker that
// goes to sleep, the clock after its last timer.
void CheckAsleep();

// From now on no goroutine is scheduled but the caller's: the gate is closed.
void StopScheduling();
bool SchedulingStopped();
// Whether `g` is that caller's.
bool IsLastG(const G* g);

// Goroutines that have not ended.
int GoroutineCount();
// Worker threads there are.
int WorkerCount();
// Every worker there is, newest first, by next_of_all (processor.h); never
// freed. The calling thread's, or null.
// ASYNC-SIGNAL-SAFE.
const M* AllWorkers();
const M* CurrentWorker();
// The operating system's id of the thread `g` runs on; 0 if it does not run.
pid_t RunningThreadId(const G* g);

}  // namespace runtime::internal

#endif  // LASTWORDS_RUNTIME_INTERNAL_SCHED_SCHEDULER_H_
