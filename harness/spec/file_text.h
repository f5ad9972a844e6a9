// Reads a whole file.

#ifndef LASTWORDS_HARNESS_SPEC_FILE_TEXT_H_
#define LASTWORDS_HARNESS_SPEC_FILE_TEXT_H_

#include <string>

#include "absl/status/statusor.h"

namespace harness {

// Errors: Unavailable with the system's words alone: "Permission denied".
absl::StatusOr<std::string> ReadFile(const std::string& path);

}  // namespace harness

#endif  // LASTWORDS_HARNESS_SPEC_FILE_TEXT_H_
