// What the environment says, parsed once, before the first goroutine.
//
//   GOMAXPROCS                  processors; default: the CPUs we may run on
//   GOTRACEBACK                 none|single|all|system|crash, or 0|1|2
//   GODEBUG=tracebackancestors=N  goroutines show N ancestors
//   LASTWORDS_EXIT_GRACE_MS     how long an exit waits for deferred calls
//                               (0: for ever); default 2000
//   LASTWORDS_REPORT_DEADLINE_MS  how long a report may take to write;
//                               default 3000
//   LASTWORDS_EXTRAS            0: nothing after the last goroutine
//   LASTWORDS_CRASH_OUTPUT      a file: reports are appended to it too, for
//                               when nobody can read standard error; ignored
//                               in setuid programs
//   LASTWORDS_REPORT            the same, as JSON
//
// A value that cannot be read is an error: the program says so on standard
// error and exits with 64 before anything runs.
#ifndef LASTWORDS_RUNTIME_INTERNAL_BASE_CONFIG_H_
#define LASTWORDS_RUNTIME_INTERNAL_BASE_CONFIG_H_

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

namespace runtime::internal {

enum class TracebackLevel : uint8_t { kNone, kSingle, kAll, kSystem, kCrash };

class Config {
 public:
  int max_procs = 1;
  TracebackLevel traceback = TracebackLevel::kSingle;
  int traceback_ancestors = 0;
  int exit_grace_ms = 2000;
  int report_deadline_ms = 3000;
  bool extras = true;
  // A file's name, absolute; null: none.
  const char* CrashOutput() const { return OrNull(crash_output); }
  const char* JsonReport() const { return OrNull(json_report); }

  std::string crash_output;
  std::string json_report;

 private:
  static const char* OrNull(const std::string& name) {
    return name.empty() ? nullptr : name.c_str();
  }
};

inline constexpr int kMaxProcsLimit = 1024;
inline constexpr int kExitUsage = 64;

// A value of GOTRACEBACK. Errors: nullopt for any other.
std::optional<TracebackLevel> ParseTracebackLevel(std::string_view text);

// What GOTRACEBACK says, or what was requested last, if that is more.
// ASYNC-SIGNAL-SAFE, once the configuration is parsed.
TracebackLevel CurrentTracebackLevel();
void RequestTracebackLevel(TracebackLevel level);

// Whether something follows the last goroutine of a report.
// ASYNC-SIGNAL-SAFE, as above.
bool WantsExtras();

// Safety: any thread; parsed at the first call.
const Config& GetConfig();

}  // namespace runtime::internal

#endif  // LASTWORDS_RUNTIME_INTERNAL_BASE_CONFIG_H_
