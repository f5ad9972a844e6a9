// What `lastwords` and `spec_test` end with, and how they find themselves.

#ifndef LASTWORDS_HARNESS_CLI_EXIT_STATUS_H_
#define LASTWORDS_HARNESS_CLI_EXIT_STATUS_H_

#include <string>
#include <string_view>

#include "absl/status/status.h"

namespace harness {

inline constexpr int kExitPassed = 0;
inline constexpr int kExitFailed = 1;     // something did not do as specified
inline constexpr int kExitUndecided = 2;  // broken spec, bad usage, no binary

// The absolute path of the running program.
std::string SelfPath();

// Prints "lastwords: error: <message>" (or the message alone where it already
// begins with a place) to standard error, and for a workflow of GitHub as
// annotations to standard output. Returns kExitUndecided.
int Undecided(std::string_view message);
int Undecided(const absl::Status& status);

}  // namespace harness

#endif  // LASTWORDS_HARNESS_CLI_EXIT_STATUS_H_
