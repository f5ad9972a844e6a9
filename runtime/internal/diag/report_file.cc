// ASYNC-SIGNAL-SAFE: system calls only.
#include "runtime/internal/diag/report_file.h"

#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

namespace runtime::internal {

int OpenReportFile(const char* path) {
  if (path == nullptr) return -1;
  const int fd = open(path,
                      O_WRONLY | O_APPEND | O_CREAT | O_NOFOLLOW | O_CLOEXEC |
                          O_NOCTTY | O_NONBLOCK,
                      S_IRUSR | S_IWUSR);
  if (fd < 0 || fd > STDERR_FILENO) return fd;
  const int higher = fcntl(fd, F_DUPFD_CLOEXEC, STDERR_FILENO + 1);
  close(fd);
  return higher;
}

}  // namespace runtime::internal
