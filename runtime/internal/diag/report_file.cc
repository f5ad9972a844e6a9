// ASYNC-SIGNAL-SAFE: system calls only.
#include "runtime/internal/diag/report_file.h"

#include <fcntl.h>
#include <linux/limits.h>
#include <poll.h>
#include <sys/stat.h>
#include <unistd.h>

#include <cstring>

#include "runtime/internal/diag/private_fd.h"

namespace runtime::internal {
namespace {

constexpr int kFlags = O_NOFOLLOW | O_NOCTTY | O_NONBLOCK;
constexpr int kAppend = O_WRONLY | O_APPEND | O_CREAT;

struct Folder {
  const char* of = nullptr;  // the file's path
  PrivateFd fd;
};

constexpr int kMaxFolders = 2;
constinit Folder folders[kMaxFolders];
constinit int folder_count = 0;

// What a file is called in its folder.
struct Name {
  int folder;
  const char* name;
};

// The path leads to another folder for who has changed his root, or to none.
Name InKeptFolder(const char* path) {
  for (int i = 0; i < folder_count; ++i) {
    if (strcmp(folders[i].of, path) != 0) continue;
    return {folders[i].fd.Get(), strrchr(path, '/') + 1};
  }
  return {-1, path};
}

int NoStandardStream(int fd) {
  if (fd < 0 || fd > STDERR_FILENO) return fd;
  const int higher = fcntl(fd, F_DUPFD_CLOEXEC, STDERR_FILENO + 1);
  close(fd);
  return higher;
}

// Of a regular file; 0: it is none.
off_t SizeOf(int fd) {
  struct stat status;
  const bool has_size = fstat(fd, &status) == 0 && S_ISREG(status.st_mode);
  return has_size ? status.st_size : 0;
}

bool IsTorn(int fd, const Name& file) {
  constexpr int kPatienceMs = 1;
  const off_t size = SizeOf(fd);
  if (size == 0) return false;
  // It is open for writing only, as a pipe must be.
  const int reader = OpenSparing(file.folder, file.name, O_RDONLY | kFlags);
  if (reader < 0) return false;
  char last = '\n';
  const ssize_t n = pread(reader, &last, 1, size - 1);
  close(reader);
  if (n != 1 || last == '\n') return false;
  // Another process may be writing its report: a long one is seen in part.
  poll(nullptr, 0, kPatienceMs);
  return SizeOf(fd) == size;
}

}  // namespace

void KeepReportFolder(const char* path) {
  if (path == nullptr || folder_count == kMaxFolders) return;
  char name[PATH_MAX];
  const auto size = static_cast<size_t>(strrchr(path, '/') + 1 - path);
  if (size >= sizeof(name)) return;
  memcpy(name, path, size);
  name[size] = '\0';
  const int fd = open(name, O_PATH | O_DIRECTORY | O_CLOEXEC);
  if (fd < 0) return;
  Folder& folder = folders[folder_count];
  if (folder.fd.Keep(fd) == 0) {
    folder.of = path;
    ++folder_count;
  }
  close(fd);
}

ReportFile OpenReportFile(const char* path) {
  if (path == nullptr) return {};
  Name file = {AT_FDCWD, path};
  int fd = OpenSparing(file.folder, path, kAppend | kFlags, S_IRUSR | S_IWUSR);
  if (fd < 0) {
    file = InKeptFolder(path);
    if (file.folder < 0) return {};
    fd = OpenSparing(file.folder, file.name, kAppend | kFlags,
                     S_IRUSR | S_IWUSR);
  }
  fd = NoStandardStream(fd);
  return {.fd = fd, .is_torn = fd >= 0 && IsTorn(fd, file)};
}

}  // namespace runtime::internal
