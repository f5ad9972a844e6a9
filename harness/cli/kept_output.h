// Keeps the raw bytes a failed run printed, for what is shown is escaped and
// cut; and its core.

#ifndef LASTWORDS_HARNESS_CLI_KEPT_OUTPUT_H_
#define LASTWORDS_HARNESS_CLI_KEPT_OUTPUT_H_

#include <string>

#include "harness/report/failure_text.h"

namespace harness {

// The folder: as named, or lastwords-output in the build folder this program
// lies in, or in the current directory.
std::string OutputDirectory(const std::string& named);

// The name of a test as that of a file: another for every test, and short
// enough for one. `a/b` is `a.b`, `a.b` is `a%2Eb`.
std::string KeptName(const std::string& name);

// Writes `run`'s output to <directory>/<family>/<KeptName>.txt and returns that
// path; empty if nothing was printed or it can not be written.
std::string KeepOutput(const RunRecord& run, const std::string& directory);

// Likewise its core, if it left one, to <directory>/<family>/<KeptName>.core.
std::string KeepCore(const RunRecord& run, const std::string& directory);

}  // namespace harness

#endif  // LASTWORDS_HARNESS_CLI_KEPT_OUTPUT_H_
