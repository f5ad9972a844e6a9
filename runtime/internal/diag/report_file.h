// ASYNC-SIGNAL-SAFE: system calls only.
#ifndef LASTWORDS_RUNTIME_INTERNAL_DIAG_REPORT_FILE_H_
#define LASTWORDS_RUNTIME_INTERNAL_DIAG_REPORT_FILE_H_

namespace runtime::internal {

// Opens the file that an environment variable names for a report to be appended
// to it; one that is made is the user's alone. Programs started from here do
// not inherit the descriptor. It is never that of a standard stream, should one
// be closed: what is printed there is not meant for this file. Errors:
// negative; a null `path` or a symbolic link too.
int OpenReportFile(const char* path);

}  // namespace runtime::internal

#endif  // LASTWORDS_RUNTIME_INTERNAL_DIAG_REPORT_FILE_H_
