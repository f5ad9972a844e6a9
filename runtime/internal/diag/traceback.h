// ASYNC-SIGNAL-SAFE: no malloc, no stdio, no locks but the unwinder's own.
//
// A goroutine's section of a report: header, frames, who created it
// (runtime/CRASH_FORMAT.md, "Grammar").
#ifndef LASTWORDS_RUNTIME_INTERNAL_DIAG_TRACEBACK_H_
#define LASTWORDS_RUNTIME_INTERNAL_DIAG_TRACEBACK_H_

#include <string_view>

#include "runtime/internal/base/config.h"
#include "runtime/internal/base/print.h"
#include "runtime/internal/machine/unwind.h"
#include "runtime/internal/sched/goroutine.h"

namespace runtime::internal {

struct M;

// Which frames of the runtime's own are shown: none below kSystem.
struct TracebackOptions {
  TracebackLevel level = TracebackLevel::kSingle;
};

TracebackOptions CurrentTracebackOptions();

// A section for `g` whose stack is `trace`. Starts with the blank line that
// separates sections; flushes at its end. Nothing at level kNone.
void PrintGoroutine(Printer& out, const G* g, const StackTrace& trace,
                    TracebackOptions options);

// The same of a goroutine as it was: it may be another one's now, or nobody's.
struct PastGoroutine {
  uint64_t id = 0;
  uint64_t parent_id = 0;
  uintptr_t created_by_pc = 0;
};
void PrintPastGoroutine(Printer& out, const PastGoroutine& g,
                        const StackTrace& trace, TracebackOptions options);

// The same for a thread that runs no goroutine: a pseudo-goroutine 0.
void PrintThread(Printer& out, const StackTrace& trace,
                 TracebackOptions options);

// Sections for every goroutine but `except` (may be null), by id. Those that
// run on other threads are stopped for their stacks. Nothing at level kNone.
void PrintOtherGoroutines(Printer& out, const G* except,
                          TracebackOptions options);

// A section for a thread other than the caller, at level kCrash after a line of
// dashes, as Go's; `m` if it is a worker's.
void PrintOtherThread(Printer& out, std::string_view state, const M* m,
                      const StackTrace& trace, TracebackOptions options);

// At level kCrash: a section for every worker that runs no goroutine.
void PrintIdleWorkers(Printer& out, TracebackOptions options);

}  // namespace runtime::internal

#endif  // LASTWORDS_RUNTIME_INTERNAL_DIAG_TRACEBACK_H_
