#include "harness/cli/progress.h"

#include <unistd.h>

#include <cstdio>
#include <cstdlib>

namespace harness {
namespace {

// Names longer than this would wrap, and a wrapped line can not be cleared.
constexpr size_t kShownName = 48;

bool IsTerminal() {
  const char* term = std::getenv("TERM");
  return isatty(STDOUT_FILENO) != 0 && term != nullptr &&
         std::string(term) != "dumb";
}

}  // namespace

Style TerminalStyle() {
  const char* no_color = std::getenv("NO_COLOR");
  bool unwanted = no_color != nullptr && *no_color != '\0';
  return Style{IsTerminal() && !unwanted};
}

ProgressLine::ProgressLine(size_t tests)
    : tests_(tests), terminal_(IsTerminal()) {}

void ProgressLine::Show(const std::string& id, int failed) {
  ++done_;
  if (!terminal_) return;
  shown_ = true;
  const std::string total = tests_ > 0 ? "/" + std::to_string(tests_) : "";
  std::printf("\r[%zu%s] %d failed  %s\x1b[K", done_, total.c_str(), failed,
              id.substr(0, kShownName).c_str());
  std::fflush(stdout);
}

void ProgressLine::Clear() {
  if (!shown_) return;
  shown_ = false;
  std::printf("\r\x1b[K");
  std::fflush(stdout);
}

}  // namespace harness
