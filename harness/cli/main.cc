// The command `lastwords`: reads the command line, and nothing else.

#include <signal.h>

#include <CLI/CLI.hpp>
#include <algorithm>
#include <cstdio>
#include <string>
#include <vector>

#include "harness/cli/check_command.h"
#include "harness/cli/exit_status.h"
#include "harness/cli/list_command.h"
#include "harness/cli/run_command.h"
#include "harness/cli/selection_flags.h"
#include "harness/cli/tools.h"
#include "harness/spec/nearest.h"

namespace {

constexpr char kExamples[] = R"(
Examples:
  lastwords run                             every spec below ./specs
  lastwords run specs/deadlock -k Locked    some of them
  lastwords run --repeat 1000 -k PanicRace  each of them a thousand times
  lastwords run --subject testprog=/tmp/gotp/testprog,pkg=main,implementation=go
  lastwords check --against testprog        is anything without its spec?
  testprog PanicRace 2>&1 | lastwords explain

Each command has its own: lastwords run --help

Exit status: 0 all passed; 1 something failed; 2 something could not be
decided: a broken spec, a program that is not there, bad usage; 130 ctrl-C, and
so for other signals; 141 where nobody reads standard output any more.
The language of specs: specs/README.md)";

void AddRun(CLI::App& app, harness::RunOptions& options) {
  CLI::App* run = app.add_subcommand("run", "Run specs");
  run->footer(R"(
Examples:
  lastwords run                             every spec below ./specs
  lastwords run specs/deadlock -k Locked    some of them
  lastwords run --failed                    what failed last time
  lastwords run --shard 2/3                 on the second of three machines)");
  harness::AddSelection(run, options.selection);
  harness::AddSubjects(run, options.selection.subjects);
  run->add_flag("--failed", options.failed,
                "Only what failed when it ran last, on the same program; kept "
                "beside the output of failures");
  run->add_option("--shard", options.shard,
                  "i/n: the i-th of n parts; together they run each test once");
  run->add_option("-j,--jobs", options.jobs,
                  "How many programs at a time (default: one a core)")
      ->check(CLI::Range(1, 4096));
  run->add_option("--repeat", options.repeat,
                  "Run each spec so often; all must pass")
      ->check(CLI::Range(1, 100'000'000));
  run->add_option("--env", options.env, "KEY=VALUE for every program")
      ->allow_extra_args(false);
  run->add_flag("--show-output", options.show_output,
                "Show what passing programs printed, too");
  run->add_option("--output-dir", options.output_directory,
                  "Where the raw output of failures is kept");
  run->add_option("--junit", options.junit_file,
                  "Write the results there, as JUnit's XML");
  run->add_option("--json", options.json_file,
                  "Write the results there, as lines of JSON");
  run->add_option("--skip-exit", options.skip_exit,
                  "Exit status when every test was skipped")
      ->check(CLI::Range(0, 255));
}

void AddList(CLI::App& app, harness::ListOptions& options) {
  CLI::App* list = app.add_subcommand("list", "Show what would run");
  list->footer(R"(
Examples:
  lastwords list                            names, and where they stand
  lastwords list --tag faults               those with a tag)");
  harness::AddSelection(list, options.selection);
  harness::AddSubjects(list, options.selection.subjects);
  list->add_flag("--ctest", options.ctest, "As CMake script, for ctest");
  list->add_option("--prefix", options.prefix, "Of the names, with --ctest");
  list->add_option("--label", options.labels, "For each test, with --ctest")
      ->allow_extra_args(false);
}

void AddCheck(CLI::App& app, harness::CheckOptions& options) {
  CLI::App* check = app.add_subcommand("check", "Read specs, run nothing");
  check->footer(R"(
Examples:
  lastwords check                           is every spec well formed?
  lastwords check --against testprog        is anything without its spec?)");
  check->add_option("specs", options.paths, "Spec files and directories");
  harness::AddSubjects(check, options.subjects);
  check->add_option("--against", options.against,
                    "Compare with the scenarios of this subject");
}

std::vector<std::string> CommandNames(const CLI::App& app) {
  std::vector<std::string> names;
  for (const CLI::App* command : app.get_subcommands({})) {
    names.push_back(command->get_name());
  }
  return names;
}

// CLI11 would only say that a command is missing.
int NoCommand(const CLI::App& app, const std::string& word,
              const std::vector<std::string>& names) {
  if (word.empty()) {
    std::fputs(app.help().c_str(), stderr);
    return harness::kExitUndecided;
  }
  return harness::Undecided("unknown command \"" + word + "\"" +
                            harness::DidYouMean(word, names));
}

}  // namespace

int main(int argc, char** argv) {
  // Print() sees it, and whatever runs is ended before we are.
  signal(SIGPIPE, SIG_IGN);
  CLI::App app(
      "Runs programs that crash, and proves that their last words "
      "are said.",
      "lastwords");
  app.footer(kExamples);
  app.require_subcommand(1);
  app.set_version_flag("--version", "lastwords " LASTWORDS_VERSION);
  harness::RunOptions run;
  harness::ListOptions list;
  harness::CheckOptions check;
  AddRun(app, run);
  AddList(app, list);
  AddCheck(app, check);
  harness::Tools tools(app);
  const std::string word = argc > 1 ? argv[1] : "";
  const std::vector<std::string> names = CommandNames(app);
  if (word.substr(0, 1) != "-" &&
      std::find(names.begin(), names.end(), word) == names.end()) {
    return NoCommand(app, word, names);
  }
  try {
    app.parse(argc, argv);
  } catch (const CLI::ParseError& error) {
    return app.exit(error) == 0 ? harness::kExitPassed
                                : harness::kExitUndecided;
  }
  if (app.got_subcommand("run")) return harness::RunCommand(run);
  if (app.got_subcommand("list")) return harness::ListCommand(list);
  if (app.got_subcommand("check")) return harness::CheckCommand(check);
  return tools.Run(app);
}
