// ASYNC-SIGNAL-SAFE: system calls only; under the symbolizer's lock.
#include "runtime/internal/diag/backtrace_files.h"

#include <fcntl.h>
#include <sys/mman.h>
#include <sys/stat.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>
#include <cstring>

#include "runtime/internal/diag/private_fd.h"
#include "runtime/internal/diag/reserve.h"

namespace runtime::internal {
namespace {

constinit PrivateFd program;
// Lent to libbacktrace, which would close it; negative: it is not.
constinit int lent = -1;

// The sections are read where they cannot be mapped.
bool ReadAll(int fd, char* to, size_t size, off_t offset) {
  while (size > 0) {
    const ssize_t n = pread(fd, to, size, offset);
    if (n < 0 && errno == EINTR) continue;
    if (n < 0) return false;
    if (n == 0) return true;  // the rest of the last page
    to += n;
    size -= static_cast<size_t>(n);
    offset += n;
  }
  return true;
}

}  // namespace

void KeepProgramFile() {
  // What was read of a program of 14 MB took 13 MB of mappings, and 3 MB for
  // what was made of it.
  constexpr size_t kLeastBytes = 1 << 20;
  constexpr size_t kMostBytes = size_t{1} << 30;
  if (program.Get() >= 0) return;
  const int fd = open(kProgramFile, O_RDONLY | O_CLOEXEC);
  if (fd < 0) return;
  struct stat status;
  if (program.Keep(fd) == 0 && fstat(fd, &status) == 0) {
    const auto size = static_cast<size_t>(status.st_size);
    SetReserveAside(std::min(size + size / 2 + kLeastBytes, kMostBytes));
  }
  HoldSpares(fd);
  close(fd);
}

extern "C" {

int lastwords_backtrace_open(const char* path, int flags, ...) {
  if (strcmp(path, kProgramFile) == 0) {
    lent = program.Get();
    if (lent >= 0) return lent;
  }
  return OpenSparing(AT_FDCWD, path, flags);
}

int lastwords_backtrace_close(int fd) {
  if (fd != lent) return close(fd);
  lent = -1;
  return 0;
}

void* lastwords_backtrace_mmap(void* address, size_t size, int protection,
                               int flags, int fd, off_t offset) {
  void* const mapped = mmap(address, size, protection, flags, fd, offset);
  if (mapped != MAP_FAILED) return mapped;
  void* const memory = AllocateReserve(size);
  if (memory == nullptr) return MAP_FAILED;
  if (ReadAll(fd, static_cast<char*>(memory), size, offset)) return memory;
  GiveBackReserve(memory, size);
  return MAP_FAILED;
}

int lastwords_backtrace_munmap(void* begin, size_t size) {
  return GiveBackReserve(begin, size) ? 0 : munmap(begin, size);
}

}  // extern "C"

}  // namespace runtime::internal
