// ASYNC-SIGNAL-SAFE: system calls only; under the symbolizer's lock.
//
// The files that libbacktrace reads: in place of its open, close, mmap and
// munmap (private_libraries.cmake). The program's own is open since start-up,
// and whatever needs a descriptor or a mapping finds one set aside: a process
// that has run out of either crashes for just that reason.
#ifndef LASTWORDS_RUNTIME_INTERNAL_DIAG_BACKTRACE_FILES_H_
#define LASTWORDS_RUNTIME_INTERNAL_DIAG_BACKTRACE_FILES_H_

namespace runtime::internal {

// By this name libbacktrace is told to read the program.
inline constexpr char kProgramFile[] = "/proc/self/exe";

// Opens the program, and sets aside what reading it takes. Call at start-up.
void KeepProgramFile();

}  // namespace runtime::internal

#endif  // LASTWORDS_RUNTIME_INTERNAL_DIAG_BACKTRACE_FILES_H_
