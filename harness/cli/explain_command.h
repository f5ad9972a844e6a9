// `lastwords explain`: a crash report, read aloud.

#ifndef LASTWORDS_HARNESS_CLI_EXPLAIN_COMMAND_H_
#define LASTWORDS_HARNESS_CLI_EXPLAIN_COMMAND_H_

#include <string>

namespace harness {

struct ExplainOptions {
  std::string file = "-";  // "-": standard input
};

// Blocks: until the input has ended.
// Returns the exit status: 0, or 2 where nothing can be read or no report is
// in it.
int ExplainCommand(const ExplainOptions& options);

}  // namespace harness

#endif  // LASTWORDS_HARNESS_CLI_EXPLAIN_COMMAND_H_
