// The crash report: what is printed when the process dies, and in what order
// (runtime/CRASH_FORMAT.md). Defines what the low layers declare: Fatal and
// Throw (base/fatal.h), PrintPanicReport (control/report.h).
#ifndef LASTWORDS_RUNTIME_INTERNAL_DIAG_CRASH_H_
#define LASTWORDS_RUNTIME_INTERNAL_DIAG_CRASH_H_

namespace runtime::internal {

// The symbolizer, the unwinder, the handlers of fatal signals, the terminate
// handler. Call before the first goroutine.
void InstallCrashHandlers();

}  // namespace runtime::internal

#endif  // LASTWORDS_RUNTIME_INTERNAL_DIAG_CRASH_H_
