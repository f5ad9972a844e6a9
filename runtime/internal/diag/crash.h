// The crash report: what is printed when the process dies, and in what order
// (runtime/CRASH_FORMAT.md). Defines what the low layers declare: Fatal and
// Throw (base/fatal.h), PrintPanicReport (control/report.h).
#ifndef LASTWORDS_RUNTIME_INTERNAL_DIAG_CRASH_H_
#define LASTWORDS_RUNTIME_INTERNAL_DIAG_CRASH_H_

#include "runtime/internal/base/print.h"

namespace runtime::internal {

struct G;

// In the extras of a report, each whole: of a fatal error's the panics in
// flight that it has overtaken (ARCHITECTURE.md, rule 14); and those that ended
// in a Goexit before. `except` is the goroutine whose chain a panic's report
// has shown, null in a fatal error's.
void PrintOtherPanics(Printer& out, const G* except);

// The symbolizer, the unwinder, the handlers of fatal signals, the terminate
// handler. Call before the first goroutine.
void InstallCrashHandlers();

}  // namespace runtime::internal

#endif  // LASTWORDS_RUNTIME_INTERNAL_DIAG_CRASH_H_
