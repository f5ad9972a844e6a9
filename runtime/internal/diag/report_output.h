// ASYNC-SIGNAL-SAFE: no malloc, no stdio, no locks.
//
// Where reports go, and how often a crash may crash.
#ifndef LASTWORDS_RUNTIME_INTERNAL_DIAG_REPORT_OUTPUT_H_
#define LASTWORDS_RUNTIME_INTERNAL_DIAG_REPORT_OUTPUT_H_

#include "runtime/internal/base/print.h"

namespace runtime::internal {

inline constexpr int kExitCrashedWhileCrashing = 4;
inline constexpr int kExitCrashedAgain = 5;

// Keeps a descriptor of standard error, for reports of a program that has
// closed its own, and of the folders of the report files. Call before the first
// goroutine.
void KeepStandardError();

// Reports go to `fd` too from now on, through a duplicate of it; -1: to
// standard error only. Returns 0, or the errno of what failed; then nothing has
// changed.
// Safety: any thread, also while a report is printed: that one goes on as it
// began.
int SetReportCopy(int fd);

// Begins a report on the printer it returns: a blank line stands between two.
// The caller holds the exit gate's print lock. Called again before EndReport,
// by a crash inside the report: what was known is written, then "panic during
// panic"; and deeper still the process ends with status 4, then 5.
Printer& BeginReport();

// Whether the current report is about a crash inside another.
bool CrashedWhileCrashing();

// Whether some thread is between BeginReport and EndReport.
bool IsReporting();

// Whether the calling thread is between BeginReport and EndReport.
bool ThisThreadReports();

void EndReport(Printer& out);

}  // namespace runtime::internal

#endif  // LASTWORDS_RUNTIME_INTERNAL_DIAG_REPORT_OUTPUT_H_
