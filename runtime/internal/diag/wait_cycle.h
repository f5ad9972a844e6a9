// ASYNC-SIGNAL-SAFE: no malloc, no stdio, no locks but the symbolizer's.
//
// The extras of a deadlock: which goroutine waits for what, and for a lock who
// holds it and where it was locked (runtime/CRASH_FORMAT.md, "Extras").
//
// Safety: other goroutines may run. Of a lock that is given up meanwhile the
// text may say what was true a moment ago; but a cycle that is printed was one:
// all its waits held at the same time, and so they hold for ever.
#ifndef LASTWORDS_RUNTIME_INTERNAL_DIAG_WAIT_CYCLE_H_
#define LASTWORDS_RUNTIME_INTERNAL_DIAG_WAIT_CYCLE_H_

#include "runtime/internal/base/print.h"

namespace runtime::internal {

// All cycles, then all other waits; nothing if extras are off, or at level
// kNone.
void PrintDeadlock(Printer& out);

// The cycles only: what goes on may end the other waits.
void PrintWaitCycles(Printer& out);

}  // namespace runtime::internal

#endif  // LASTWORDS_RUNTIME_INTERNAL_DIAG_WAIT_CYCLE_H_
