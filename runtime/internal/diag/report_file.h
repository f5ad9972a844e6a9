// ASYNC-SIGNAL-SAFE: system calls only.
#ifndef LASTWORDS_RUNTIME_INTERNAL_DIAG_REPORT_FILE_H_
#define LASTWORDS_RUNTIME_INTERNAL_DIAG_REPORT_FILE_H_

namespace runtime::internal {

struct ReportFile {
  int fd = -1;  // negative: it could not be opened
  // Its last line has no end: a device was full, a process was killed.
  bool is_torn = false;
};

// Keeps a descriptor of the folder of a file that is to be opened, for when the
// path leads there no longer (chroot). Call at start-up, for two files at most;
// a null `path` is none.
void KeepReportFolder(const char* path);

// Opens the file that an environment variable names for a report to be appended
// to it; one that is made is the user's alone. Programs started from here do
// not inherit the descriptor. It is never that of a standard stream, should one
// be closed: what is printed there is not meant for this file. Errors: a null
// `path` or a symbolic link too.
ReportFile OpenReportFile(const char* path);

}  // namespace runtime::internal

#endif  // LASTWORDS_RUNTIME_INTERNAL_DIAG_REPORT_FILE_H_
