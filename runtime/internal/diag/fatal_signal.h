// ASYNC-SIGNAL-SAFE: no malloc, no stdio, no locks but the gate's print lock.
//
// Signals that end the program with a report: faults, aborts, traps.
#ifndef LASTWORDS_RUNTIME_INTERNAL_DIAG_FATAL_SIGNAL_H_
#define LASTWORDS_RUNTIME_INTERNAL_DIAG_FATAL_SIGNAL_H_

namespace runtime::internal {

void InstallFatalSignalHandlers();

// Again those that a report itself needs, whatever the program has done to them
// since: the guards of its parts and of its walks.
void InstallReportHandlers();

}  // namespace runtime::internal

#endif  // LASTWORDS_RUNTIME_INTERNAL_DIAG_FATAL_SIGNAL_H_
