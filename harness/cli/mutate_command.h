// `lastwords mutate`: which expectations can not fail?

#ifndef LASTWORDS_HARNESS_CLI_MUTATE_COMMAND_H_
#define LASTWORDS_HARNESS_CLI_MUTATE_COMMAND_H_

#include "harness/cli/selection.h"

namespace harness {

struct MutateOptions {
  SelectionOptions selection;
  int jobs = 0;          // 0: one a core
  bool verbose = false;  // show what made each expectation fail
};

// Blocks: until each spec has run once.
// Returns the exit status: 0 if every expectation can fail; 1 if one can not;
// 2 if a spec does not pass, so that nothing can be said of it.
int MutateCommand(const MutateOptions& options);

}  // namespace harness

#endif  // LASTWORDS_HARNESS_CLI_MUTATE_COMMAND_H_
