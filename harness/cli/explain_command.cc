#include "harness/cli/explain_command.h"

#include <cerrno>
#include <cstdio>
#include <cstring>
#include <filesystem>
#include <fstream>

#include "absl/status/statusor.h"
#include "absl/strings/str_cat.h"
#include "harness/cli/exit_status.h"
#include "harness/cli/progress.h"
#include "harness/report/explain_text.h"
#include "harness/spec/file_text.h"

namespace harness {
namespace {

// Not by its path: standard input may be a socket.
absl::StatusOr<std::string> ReadStandardInput() {
  std::string text;
  char buffer[65536];
  while (const size_t size = std::fread(buffer, 1, sizeof(buffer), stdin)) {
    text.append(buffer, size);
  }
  if (std::ferror(stdin) == 0) return text;
  return absl::UnavailableError(std::strerror(errno));
}

// Files are named by the report, so by whoever wrote it: only ordinary ones
// are read, and only as far as the line.
std::string LineOfFile(const std::string& file, int line) {
  std::error_code error;
  if (line <= 0 || !std::filesystem::is_regular_file(file, error)) return "";
  std::ifstream stream(file);
  std::string text;
  for (int i = 0; i < line; ++i) {
    if (!std::getline(stream, text)) return "";
  }
  return text;
}

}  // namespace

int ExplainCommand(const ExplainOptions& options) {
  const bool piped = options.file == "-";
  const std::string name = piped ? "standard input" : options.file;
  absl::StatusOr<std::string> text =
      piped ? ReadStandardInput() : ReadFile(options.file);
  if (!text.ok()) {
    return Undecided(
        absl::StrCat(name, ": ", std::string(text.status().message())));
  }
  const ExplainedLog explained = ExplainCrashLog(*text);
  if (explained.log.reports.empty()) {
    return Undecided(absl::StrCat(
        name,
        ": no crash report in it; one begins with a line \"panic: ...\", "
        "\"fatal error: ...\", \"SIG...: ...\" or \"goroutine N [...]:\""));
  }
  const std::string shown =
      FormatExplanation(explained, LineOfFile, TerminalStyle());
  std::fwrite(shown.data(), 1, shown.size(), stdout);
  return kExitPassed;
}

}  // namespace harness
