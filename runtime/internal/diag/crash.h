// The crash report: what is printed when the process dies, and in what order
// (runtime/CRASH_FORMAT.md). Defines what the low layers declare: Fatal and
// Throw (base/fatal.h), PrintPanicReport (control/report.h).
#ifndef LASTWORDS_RUNTIME_INTERNAL_DIAG_CRASH_H_
#define LASTWORDS_RUNTIME_INTERNAL_DIAG_CRASH_H_

#include "runtime/internal/base/print.h"

namespace runtime::internal {

struct G;

// In the extras of a fatal error's report: the panics in flight that it has
// overtaken, each whole (EXIT_GATE: rule 14).
void PrintOvertaken(Printer& out);

// In the extras of any report: the panics that ended in a Goexit before, but
// those of `except` (may be null), whose chain the report has shown.
void PrintSwallowed(Printer& out, const G* except);

// The symbolizer, the unwinder, the handlers of fatal signals, the terminate
// handler. Call before the first goroutine.
void InstallCrashHandlers();

}  // namespace runtime::internal

#endif  // LASTWORDS_RUNTIME_INTERNAL_DIAG_CRASH_H_
