// ASYNC-SIGNAL-SAFE: system calls only.
//
// Descriptors that the runtime keeps for its reports. The program knows nothing
// of them: it may close all there are, and open files of its own under their
// numbers. So each remembers which file it is, and is asked for when it is
// used.
//
//   PrivateFd kept;
//   kept.Keep(STDERR_FILENO);
//   ...
//   if (const int fd = kept.Get(); fd >= 0) write(fd, ...);
#ifndef LASTWORDS_RUNTIME_INTERNAL_DIAG_PRIVATE_FD_H_
#define LASTWORDS_RUNTIME_INTERNAL_DIAG_PRIVATE_FD_H_

#include <sys/types.h>

namespace runtime::internal {

class PrivateFd {
 public:
  constexpr PrivateFd() = default;

  // Keeps a duplicate of `fd` that programs started from here do not inherit.
  // Returns 0, or the errno of what failed; then none is kept.
  int Keep(int fd);
  // Keeps `fd` itself.
  int Take(int fd);

  // Errors: negative when it is lost: closed, or another file's by now.
  int Get() const { return IsSameFile(fd_) ? fd_ : -1; }
  // Whether `fd` is open and the file that was kept.
  bool IsSameFile(int fd) const;
  // Leaves alone what is another file's by now.
  void Close();

 private:
  int fd_ = -1;
  dev_t device_ = 0;
  ino_t inode_ = 0;
  dev_t special_ = 0;  // which one, of a terminal or the like
};

// Holds descriptors for OpenSparing: duplicates of `fd`. Call at start-up.
void HoldSpares(int fd);

// As openat(2) with O_CLOEXEC. Where the process has no descriptor left, in
// place of a spare one.
int OpenSparing(int folder, const char* path, int flags, mode_t mode = 0);

}  // namespace runtime::internal

#endif  // LASTWORDS_RUNTIME_INTERNAL_DIAG_PRIVATE_FD_H_
