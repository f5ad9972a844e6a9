// When everything is asleep the scheduler must ask the exit gate whether that
// is a deadlock or an exit that waits for a report. Declared here, defined in
// control/gate.cc (an upward seam, see ARCHITECTURE.md).
#ifndef LASTWORDS_RUNTIME_INTERNAL_SCHED_ASLEEP_H_
#define LASTWORDS_RUNTIME_INTERNAL_SCHED_ASLEEP_H_

namespace runtime::internal {

// Nothing is runnable, no timer is set, no thread of the program can wake a
// goroutine. `no_goroutines`: there is none left at all, main has called
// Goexit. Ends the process, or has woken somebody.
void AllAsleep(bool no_goroutines);

}  // namespace runtime::internal

#endif  // LASTWORDS_RUNTIME_INTERNAL_SCHED_ASLEEP_H_
