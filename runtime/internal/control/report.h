// What the control layer has printed; defined in diag/crash.cc and
// diag/report_output.cc (upward seams, see ARCHITECTURE.md).
#ifndef LASTWORDS_RUNTIME_INTERNAL_CONTROL_REPORT_H_
#define LASTWORDS_RUNTIME_INTERNAL_CONTROL_REPORT_H_

#include <exception>

#include "runtime/internal/sched/gate_slot.h"

namespace runtime::internal {

struct G;
struct RecoveredValue;

// The whole report of `g`'s panics. The print lock is held. Runs no user code
// but the streams' when it flushes them.
void PrintPanicReport(G* g, ReportCause cause);

// In the child of fork: forgets the report that another thread of the parent
// was printing.
void ForgetReport();

// The user's Error() or String() panicked, with this value, while the report
// was prepared.
[[noreturn]] void FailedToRender(const RecoveredValue& value);
// The same, but it threw; the second for what is not a std::exception.
[[noreturn]] void FailedToRender(const std::exception& exception);
[[noreturn]] void FailedToRender();

}  // namespace runtime::internal

#endif  // LASTWORDS_RUNTIME_INTERNAL_CONTROL_REPORT_H_
