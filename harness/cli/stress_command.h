// `lastwords stress`: how often does it fail?

#ifndef LASTWORDS_HARNESS_CLI_STRESS_COMMAND_H_
#define LASTWORDS_HARNESS_CLI_STRESS_COMMAND_H_

#include <cstdint>
#include <string>
#include <vector>

#include "harness/cli/selection.h"

namespace harness {

struct StressOptions {
  SelectionOptions selection;
  std::int64_t runs = 0;         // of each spec; 0: as `duration` says
  std::string duration;          // "90s", "10m": of all specs together
  bool until_failure = false;    // start nothing more after a failure
  int jobs = 0;                  // 0: one a core
  std::vector<std::string> env;  // "KEY=VALUE"
  std::string output_directory;  // see OutputDirectory()
};

// Blocks: until all runs are done.
// Returns the exit status: 0 if no run failed, 1 if one did, 2 if one could
// not be decided, or nothing could be run.
int StressCommand(const StressOptions& options);

}  // namespace harness

#endif  // LASTWORDS_HARNESS_CLI_STRESS_COMMAND_H_
