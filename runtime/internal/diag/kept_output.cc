// ASYNC-SIGNAL-SAFE: system calls only.
#include "runtime/internal/diag/kept_output.h"

#include <fcntl.h>
#include <unistd.h>

#include <cstring>

namespace runtime::internal {
namespace {

// Writes the path of what `fd` is to `out`; "" if it has none.
void PathOf(int fd, char (&out)[PATH_MAX]) {
  char link[32] = "/proc/self/fd/";
  char digits[12];
  size_t count = 0;
  for (; fd > 0 || count == 0; fd /= 10) {
    digits[count++] = static_cast<char>('0' + fd % 10);
  }
  for (char* to = link + strlen(link); count > 0;) *to++ = digits[--count];
  const ssize_t size = readlink(link, out, sizeof(out) - 1);
  out[size > 0 ? size : 0] = '\0';
}

}  // namespace

int KeptOutput::Keep(int fd) {
  const int error = fd_.Keep(fd);
  original_ = fd;
  if (error == 0) PathOf(fd, path_);
  return error;
}

int KeptOutput::Find() {
  if (const int kept = fd_.Get(); kept >= 0) return kept;
  if (fd_.IsSameFile(original_)) return original_;
  if (path_[0] != '/') return -1;  // a pipe, a socket
  const int opened =
      OpenSparing(AT_FDCWD, path_,
                  O_WRONLY | O_APPEND | O_NOFOLLOW | O_NOCTTY | O_NONBLOCK);
  if (opened < 0) return -1;
  if (!fd_.IsSameFile(opened)) {
    close(opened);
    return -1;
  }
  fd_.Take(opened);
  return opened;
}

void KeptOutput::Close() { fd_.Close(); }

}  // namespace runtime::internal
