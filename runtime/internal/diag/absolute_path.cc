// ASYNC-SIGNAL-SAFE: no malloc, no stdio, no locks.
#include "runtime/internal/diag/absolute_path.h"

#include <linux/limits.h>
#include <unistd.h>

#include <algorithm>
#include <cstring>

namespace runtime::internal {
namespace {

char start_directory[PATH_MAX] = "/";

}  // namespace

void NoteStartDirectory() {
  if (getcwd(start_directory, sizeof(start_directory)) == nullptr) {
    strcpy(start_directory, "/");
  }
}

std::string_view AbsolutePath(std::string_view file, Arena& arena) {
  const bool is_absolute = file.starts_with('/');
  if (is_absolute && file.find("/.") == file.npos &&
      file.find("//") == file.npos) {
    return file;
  }
  char path[PATH_MAX];
  size_t size = 0;
  const std::string_view parts[] = {is_absolute ? "" : start_directory, file};
  for (std::string_view part : parts) {
    while (!part.empty()) {
      const size_t length = std::min(part.find('/'), part.size());
      const std::string_view word = part.substr(0, length);
      part.remove_prefix(std::min(length + 1, part.size()));
      if (word.empty() || word == ".") continue;
      if (word == "..") {
        while (size > 0 && path[--size] != '/') {
        }
        continue;
      }
      if (size + 1 + word.size() > sizeof(path)) return file;
      path[size++] = '/';
      memcpy(path + size, word.data(), word.size());
      size += word.size();
    }
  }
  return arena.Keep({path, size});
}

}  // namespace runtime::internal
