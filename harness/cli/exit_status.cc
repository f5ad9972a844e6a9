#include "harness/cli/exit_status.h"

#include <cstdio>
#include <filesystem>
#include <system_error>

#include "harness/report/result_text.h"

namespace harness {

std::string SelfPath() {
  std::error_code error;
  return std::filesystem::read_symlink("/proc/self/exe", error).string();
}

int Undecided(std::string_view message) {
  bool placed = message.find(": error: ") != std::string_view::npos;
  std::fprintf(stderr, "%s%.*s%s", placed ? "" : "lastwords: error: ",
               static_cast<int>(message.size()), message.data(),
               message.empty() || message.back() != '\n' ? "\n" : "");
  if (IsAnnotated()) {
    const std::string lines = FormatErrorAnnotations(std::string(message));
    std::fwrite(lines.data(), 1, lines.size(), stdout);
    std::fflush(stdout);
  }
  return kExitUndecided;
}

int Undecided(const absl::Status& status) {
  return Undecided(std::string(status.message()));
}

}  // namespace harness
