// The commands for work on specs and reports, besides those that judge: their
// flags, and which of them was asked for.
//
//   Tools tools(app);
//   app.parse(argc, argv);
//   return tools.Run(app);

#ifndef LASTWORDS_HARNESS_CLI_TOOLS_H_
#define LASTWORDS_HARNESS_CLI_TOOLS_H_

#include <CLI/CLI.hpp>

#include "harness/cli/explain_command.h"
#include "harness/cli/mutate_command.h"
#include "harness/cli/record_command.h"
#include "harness/cli/stress_command.h"

namespace harness {

class Tools {
 public:
  // Safety: must outlive `app`, which fills in what is here.
  explicit Tools(CLI::App& app);

  // Runs the one that was parsed; returns its exit status.
  int Run(const CLI::App& app) const;

 private:
  ExplainOptions explain_;
  StressOptions stress_;
  RecordOptions record_;
  MutateOptions mutate_;
};

}  // namespace harness

#endif  // LASTWORDS_HARNESS_CLI_TOOLS_H_
