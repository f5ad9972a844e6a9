// One line that says how far a run has come, on a terminal; nothing in a pipe.

#ifndef LASTWORDS_HARNESS_CLI_PROGRESS_H_
#define LASTWORDS_HARNESS_CLI_PROGRESS_H_

#include <cstddef>
#include <string>

#include "harness/report/style.h"

namespace harness {

// Colour for standard output: on a terminal, unless NO_COLOR is set.
Style TerminalStyle();

class ProgressLine {
 public:
  // `tests`: how many there will be; 0 if nobody knows.
  explicit ProgressLine(size_t tests);
  ~ProgressLine() { Clear(); }

  ProgressLine(const ProgressLine&) = delete;
  ProgressLine& operator=(const ProgressLine&) = delete;

  // One more test is done. `failed`: how many so far.
  void Show(const std::string& id, int failed);
  // Before anything else is printed.
  void Clear();

 private:
  const size_t tests_;
  const bool terminal_;
  bool shown_ = false;
  size_t done_ = 0;
};

}  // namespace harness

#endif  // LASTWORDS_HARNESS_CLI_PROGRESS_H_
