// ASYNC-SIGNAL-SAFE: system calls only.
#include "runtime/internal/diag/private_fd.h"

#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

#include <atomic>
#include <cerrno>

namespace runtime::internal {
namespace {

// Above what programs use that close or choose their descriptors by number.
constexpr int kLeastPrivateFd = 100;
// Lower: a program may lower its limit, and what is opened in place of a spare
// must be below it.
constexpr int kLeastSpareFd = 20;
// The two files a report is written to, a library and its debug file, the list
// of threads and a file about one.
constexpr int kSpares = 6;

// Each is given up once: its taker moves the index past it.
constinit PrivateFd spares[kSpares];
constinit std::atomic<int> spares_used = kSpares;

int Duplicate(int fd, int least) {
  const int high = fcntl(fd, F_DUPFD_CLOEXEC, least);
  return high >= 0 ? high : fcntl(fd, F_DUPFD_CLOEXEC, STDERR_FILENO + 1);
}

bool GiveUpSpare() {
  int i = spares_used.load();
  while (i < kSpares && !spares_used.compare_exchange_weak(i, i + 1)) {
  }
  if (i >= kSpares) return false;
  spares[i].Close();
  return true;
}

}  // namespace

int PrivateFd::Keep(int fd) { return Take(Duplicate(fd, kLeastPrivateFd)); }

int PrivateFd::Take(int fd) {
  struct stat status;
  if (fd < 0 || fstat(fd, &status) != 0) return errno;
  fd_ = fd;
  device_ = status.st_dev;
  inode_ = status.st_ino;
  special_ = status.st_rdev;
  return 0;
}

bool PrivateFd::IsSameFile(int fd) const {
  struct stat status;
  return fd >= 0 && fstat(fd, &status) == 0 && status.st_dev == device_ &&
         status.st_ino == inode_ && status.st_rdev == special_;
}

void PrivateFd::Close() {
  if (const int fd = Get(); fd >= 0) close(fd);
  fd_ = -1;
}

void HoldSpares(int fd) {
  for (PrivateFd& spare : spares) spare.Take(Duplicate(fd, kLeastSpareFd));
  spares_used.store(0);
}

int OpenSparing(int folder, const char* path, int flags, mode_t mode) {
  for (;;) {
    const int fd = openat(folder, path, flags | O_CLOEXEC, mode);
    if (fd >= 0 || (errno != EMFILE && errno != ENFILE)) return fd;
    if (!GiveUpSpare()) return -1;
  }
}

}  // namespace runtime::internal
