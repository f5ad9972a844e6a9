#include "runtime/internal/base/config.h"

#include <sched.h>
#include <unistd.h>

#include <algorithm>
#include <atomic>
#include <charconv>
#include <climits>
#include <cstdlib>
#include <optional>
#include <string>
#include <string_view>

namespace runtime::internal {
namespace {

[[noreturn]] void BadValue(std::string_view name, std::string_view value,
                           std::string_view wanted) {
  std::string text = "runtime: ";
  text.append(name).append("=").append(value);
  text.append(": want ").append(wanted).append("\n");
  // Nothing can be done about a standard error that cannot be written.
  static_cast<void>(!write(STDERR_FILENO, text.data(), text.size()));
  _exit(kExitUsage);
}

std::optional<int> ParseInt(std::string_view text) {
  int value = 0;
  const auto [end, error] =
      std::from_chars(text.data(), text.data() + text.size(), value);
  if (error != std::errc() || end != text.data() + text.size()) {
    return std::nullopt;
  }
  return value;
}

int IntFromEnv(const char* name, int fallback, int least, int most,
               std::string_view wanted) {
  const char* text = std::getenv(name);
  if (text == nullptr || *text == '\0') return fallback;
  const std::optional<int> value = ParseInt(text);
  if (!value || *value < least || *value > most) BadValue(name, text, wanted);
  return *value;
}

int AvailableCpus() {
  cpu_set_t set;
  CPU_ZERO(&set);
  if (sched_getaffinity(0, sizeof(set), &set) != 0) return 1;
  return std::clamp(CPU_COUNT(&set), 1, kMaxProcsLimit);
}

TracebackLevel TracebackFromEnv() {
  const char* value = std::getenv("GOTRACEBACK");
  if (value == nullptr || *value == '\0') return TracebackLevel::kSingle;
  const auto level = ParseTracebackLevel(value);
  if (!level) {
    BadValue("GOTRACEBACK", value, "none, single, all, system or crash");
  }
  return *level;
}

// GODEBUG=a=1,b=2: only tracebackancestors is ours, the rest is left alone,
// as Go does.
int AncestorsFromEnv() {
  const char* value = std::getenv("GODEBUG");
  std::string_view rest = value == nullptr ? "" : value;
  constexpr std::string_view kKey = "tracebackancestors=";
  int ancestors = 0;
  while (!rest.empty()) {
    const size_t comma = std::min(rest.find(','), rest.size());
    const std::string_view item = rest.substr(0, comma);
    rest.remove_prefix(std::min(comma + 1, rest.size()));
    if (!item.starts_with(kKey)) continue;
    const std::optional<int> number = ParseInt(item.substr(kKey.size()));
    if (!number || *number < 0) {
      BadValue("GODEBUG", item, "tracebackancestors=N, N >= 0");
    }
    ancestors = *number;
  }
  return ancestors;
}

// Absolute, for a program that changes its directory later. The environment of
// a setuid program is somebody else's.
std::string FileFromEnv(const char* name) {
  const char* value = secure_getenv(name);
  std::string path = value == nullptr ? "" : value;
  if (path.empty() || path.front() == '/') return path;
  char directory[PATH_MAX];
  if (getcwd(directory, sizeof(directory)) == nullptr) {
    BadValue(name, path, "an absolute path: there is no current one");
  }
  return std::string(directory) + "/" + path;
}

Config Parse() {
  Config config;
  config.max_procs =
      IntFromEnv("GOMAXPROCS", AvailableCpus(), 1, kMaxProcsLimit,
                 "a number of processors from 1 to 1024");
  config.traceback = TracebackFromEnv();
  config.traceback_ancestors = AncestorsFromEnv();
  config.exit_grace_ms =
      IntFromEnv("LASTWORDS_EXIT_GRACE_MS", config.exit_grace_ms, 0, INT_MAX,
                 "milliseconds, 0 for no limit");
  config.report_deadline_ms =
      IntFromEnv("LASTWORDS_REPORT_DEADLINE_MS", config.report_deadline_ms, 1,
                 INT_MAX, "milliseconds");
  config.extras = IntFromEnv("LASTWORDS_EXTRAS", 1, 0, 1, "0 or 1") == 1;
  config.crash_output = FileFromEnv("LASTWORDS_CRASH_OUTPUT");
  config.json_report = FileFromEnv("LASTWORDS_REPORT");
  return config;
}

constinit std::atomic<TracebackLevel> requested_level = TracebackLevel::kNone;

}  // namespace

TracebackLevel CurrentTracebackLevel() {
  return std::max(GetConfig().traceback, requested_level.load());
}

void RequestTracebackLevel(TracebackLevel level) {
  requested_level.store(level);
}

bool WantsExtras() {
  return GetConfig().extras && CurrentTracebackLevel() != TracebackLevel::kNone;
}

std::optional<TracebackLevel> ParseTracebackLevel(std::string_view text) {
  if (text == "single") return TracebackLevel::kSingle;
  if (text == "none" || text == "0") return TracebackLevel::kNone;
  if (text == "all" || text == "1") return TracebackLevel::kAll;
  if (text == "system" || text == "2") return TracebackLevel::kSystem;
  if (text == "crash") return TracebackLevel::kCrash;
  return std::nullopt;
}

const Config& GetConfig() {
  static const Config config = Parse();
  return config;
}

}  // namespace runtime::internal
