// `lastwords record`: runs a program, and writes a spec of what it did.

#ifndef LASTWORDS_HARNESS_CLI_RECORD_COMMAND_H_
#define LASTWORDS_HARNESS_CLI_RECORD_COMMAND_H_

#include <string>
#include <vector>

namespace harness {

struct RecordOptions {
  // A scenario and its arguments; or, with a slash in the first, the path of a
  // program and its arguments.
  std::vector<std::string> command;
  std::vector<std::string> subjects;  // values of --subject
  std::string subject = "testprog";   // whose scenario it is
  std::string file;                   // to be made; empty: standard output
  int runs = 20;
  int jobs = 0;  // 0: one a core
};

// Blocks: until all runs are done.
// Returns the exit status: 0; 1 if the runs did not end alike, or no spec can
// hold for them; 2 if nothing could be run, or the file is there already.
int RecordCommand(const RecordOptions& options);

}  // namespace harness

#endif  // LASTWORDS_HARNESS_CLI_RECORD_COMMAND_H_
