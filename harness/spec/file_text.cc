#include "harness/spec/file_text.h"

#include <cerrno>
#include <cstdio>
#include <cstring>
#include <memory>

namespace harness {

absl::StatusOr<std::string> ReadFile(const std::string& path) {
  errno = 0;
  std::unique_ptr<std::FILE, int (*)(std::FILE*)> file(
      std::fopen(path.c_str(), "rb"), &std::fclose);
  std::string text;
  char buffer[16384];
  while (file != nullptr) {
    size_t size = std::fread(buffer, 1, sizeof(buffer), file.get());
    if (size == 0) break;
    text.append(buffer, size);
  }
  if (file != nullptr && std::ferror(file.get()) == 0) return text;
  return absl::UnavailableError(std::strerror(errno));
}

}  // namespace harness
