// `lastwords list`: what would run, for people or for ctest.

#ifndef LASTWORDS_HARNESS_CLI_LIST_COMMAND_H_
#define LASTWORDS_HARNESS_CLI_LIST_COMMAND_H_

#include <string>
#include <vector>

#include "harness/cli/selection.h"

namespace harness {

struct ListOptions {
  SelectionOptions selection;
  bool ctest = false;  // as a CMake script, see report/list_text.h
  std::string prefix;
  std::vector<std::string> labels;
};

// Returns the exit status: 0, or 2 for specs that can not be read.
int ListCommand(const ListOptions& options);

}  // namespace harness

#endif  // LASTWORDS_HARNESS_CLI_LIST_COMMAND_H_
