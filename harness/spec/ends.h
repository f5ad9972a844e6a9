// How a process must end: the value of a spec's "ends".
//
//   "exit 2"    the exit status, 0 to 255; the default
//   "SIGSEGV"   death by that signal. Exit 11, exit 139 and SIGSEGV differ.
//               Real-time signals are "SIGRTMIN+3" or "SIGRTMAX-3".
//   "crash"     death by any signal
//   "timeout"   still running at its time limit

#ifndef LASTWORDS_HARNESS_SPEC_ENDS_H_
#define LASTWORDS_HARNESS_SPEC_ENDS_H_

#include <string>
#include <string_view>

#include "absl/status/statusor.h"

namespace harness {

struct Ends {
  enum class Kind { kExit, kSignal, kCrash, kTimeout };

  Kind kind = Kind::kExit;
  int code = 2;  // exit status or signal number

  friend bool operator==(const Ends&, const Ends&) = default;
};

// Errors: InvalidArgument, with a message that says what would be right.
absl::StatusOr<Ends> ParseEnds(std::string_view text);

// The inverse of ParseEnds.
std::string FormatEnds(const Ends& ends);

// The inverse of SignalName, for those that have a name.
// Errors: InvalidArgument, with the nearest name.
absl::StatusOr<int> ParseSignal(std::string_view name);

// Those after it are real-time signals.
inline constexpr int kLastNamedSignal = 31;

// "SIGSEGV", "SIGRTMIN+3"; "signal 77" for a number without a name.
std::string SignalName(int signal);

}  // namespace harness

#endif  // LASTWORDS_HARNESS_SPEC_ENDS_H_
