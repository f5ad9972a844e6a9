// ASYNC-SIGNAL-SAFE: system calls only.
//
// An output for reports that the program does not easily lose, and that is
// never mistaken for another file that got its number.
#ifndef LASTWORDS_RUNTIME_INTERNAL_DIAG_KEPT_OUTPUT_H_
#define LASTWORDS_RUNTIME_INTERNAL_DIAG_KEPT_OUTPUT_H_

#include <linux/limits.h>

#include "runtime/internal/diag/private_fd.h"

namespace runtime::internal {

class KeptOutput {
 public:
  // Keeps a duplicate of `fd`, and notes where its file is. Returns 0, or the
  // errno of what failed.
  int Keep(int fd);

  // A descriptor of what was kept: the duplicate; if that is lost, `fd`; if
  // that is something else too, a file or terminal opened once more, if its
  // path still leads to the same one. Errors: negative.
  int Find();

  void Close();

 private:
  PrivateFd fd_;
  int original_ = -1;
  char path_[PATH_MAX] = {};
};

}  // namespace runtime::internal

#endif  // LASTWORDS_RUNTIME_INTERNAL_DIAG_KEPT_OUTPUT_H_
