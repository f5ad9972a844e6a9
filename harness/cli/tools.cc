#include "harness/cli/tools.h"

#include "harness/cli/selection_flags.h"

namespace harness {
namespace {

void AddExplain(CLI::App& app, ExplainOptions& options) {
  CLI::App* explain =
      app.add_subcommand("explain", "Read a crash report aloud: ours, or Go's");
  explain->add_option("file", options.file,
                      "The report, with whatever stands around it (default, "
                      "and \"-\": standard input)");
  explain->footer(R"(
Equal stacks are shown once, the frame where it happened is marked with ">".

Examples:
  lastwords explain crash.log
  testprog SimpleDeadlock 2>&1 | lastwords explain

Exit status: 0; 2 if there is no report, or nothing can be read.)");
}

}  // namespace

Tools::Tools(CLI::App& app) { AddExplain(app, explain_); }

int Tools::Run(const CLI::App& /*app*/) const {
  return ExplainCommand(explain_);
}

}  // namespace harness
