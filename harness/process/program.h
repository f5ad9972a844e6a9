// Explains why a program could not be started.

#ifndef LASTWORDS_HARNESS_PROCESS_PROGRAM_H_
#define LASTWORDS_HARNESS_PROCESS_PROGRAM_H_

#include <string>
#include <string_view>

#include "absl/status/status.h"
#include "absl/status/statusor.h"

namespace harness {

// The path as it is from any working directory. PATH is not searched.
absl::StatusOr<std::string> AbsoluteProgram(std::string_view program);

// `action` is what failed with `error_number` on behalf of `program`, an
// absolute path.
absl::Status ExplainLaunchFailure(const std::string& program,
                                  std::string_view action, int error_number);

}  // namespace harness

#endif  // LASTWORDS_HARNESS_PROCESS_PROGRAM_H_
