// `lastwords run`: runs specs, shows failures as they happen, and sums up.

#ifndef LASTWORDS_HARNESS_CLI_RUN_COMMAND_H_
#define LASTWORDS_HARNESS_CLI_RUN_COMMAND_H_

#include <string>
#include <vector>

#include "harness/cli/selection.h"

namespace harness {

struct RunOptions {
  SelectionOptions selection;
  bool failed = false;  // only what failed last time
  std::string shard;    // "i/n"; empty: all
  int jobs = 0;         // 0: one for each core
  int repeat = 0;       // 0: as each spec says
  std::vector<std::string> env;
  bool show_output = false;
  std::string output_directory;
  std::string junit_file;  // empty: none
  std::string json_file;
  int skip_exit = 0;  // the status when every test was skipped
};

// Returns the exit status: 0, 1 or 2, or skip_exit.
int RunCommand(const RunOptions& options);

}  // namespace harness

#endif  // LASTWORDS_HARNESS_CLI_RUN_COMMAND_H_
