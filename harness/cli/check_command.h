// `lastwords check`: reads specs and runs nothing. With --against it also
// compares them with the scenarios a program says it has, in both directions.

#ifndef LASTWORDS_HARNESS_CLI_CHECK_COMMAND_H_
#define LASTWORDS_HARNESS_CLI_CHECK_COMMAND_H_

#include <string>
#include <vector>

namespace harness {

struct CheckOptions {
  std::vector<std::string> paths;
  std::vector<std::string> subjects;  // values of --subject
  std::string against;                // a subject's name, or empty
};

// Returns the exit status: 0; 1 for a scenario without a spec, a spec without
// its scenario, or one in the wrong folder; 2 for broken specs.
int CheckCommand(const CheckOptions& options);

}  // namespace harness

#endif  // LASTWORDS_HARNESS_CLI_CHECK_COMMAND_H_
