// ASYNC-SIGNAL-SAFE: no malloc, no stdio, no locks.
//
// The command that runs the program once more as it was run, for the extras of
// a report (runtime/CRASH_FORMAT.md).
//
//   NoteCommand(argc, argv);    // in Main, before the program can change them
//   ...
//   PrintRerun(out);            // rerun: (cd /tmp && GOMAXPROCS=2 /bin/prog x)
#ifndef LASTWORDS_RUNTIME_INTERNAL_DIAG_RERUN_H_
#define LASTWORDS_RUNTIME_INTERNAL_DIAG_RERUN_H_

#include <cstddef>
#include <span>
#include <string_view>

#include "runtime/internal/base/print.h"

namespace runtime::internal {

// A shell command in pieces, in memory that is given.
class ShellLine {
 public:
  explicit ShellLine(std::span<char> buffer) : buffer_(buffer) {}

  ShellLine& Raw(std::string_view text);
  // As one word for the shell, whatever bytes are in it: bare, in '' or, where
  // there are bytes that no terminal shows, in $'' (bash, zsh, ksh,
  // POSIX.1-2024).
  ShellLine& Word(std::string_view word);
  // NAME=VALUE, for that variable.
  ShellLine& Assignment(std::string_view entry);

  // Errors: "" if it did not fit: half a command is another one.
  std::string_view Text() const;

 private:
  void Add(char c);

  std::span<char> buffer_;
  size_t used_ = 0;
  bool is_cut_ = false;
};

// Copies the arguments, the directory and the variables that the runtime reads.
// Call before the program's own code runs.
void NoteCommand(int argc, const char* const* argv);

// Nothing if NoteCommand was not called, or extras are off.
void PrintRerun(Printer& out);

}  // namespace runtime::internal

#endif  // LASTWORDS_RUNTIME_INTERNAL_DIAG_RERUN_H_
