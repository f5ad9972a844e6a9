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

void AddStress(CLI::App& app, StressOptions& options) {
  CLI::App* stress = app.add_subcommand(
      "stress", "Run specs again and again: how often do they fail?");
  AddSelection(stress, options.selection);
  AddSubjects(stress, options.selection.subjects);
  CLI::Option* runs =
      stress
          ->add_option("--runs", options.runs,
                       "How often to run each spec (default: 1000)")
          ->check(CLI::Range(1, 1'000'000'000));
  stress
      ->add_option("--for", options.duration,
                   "How long to go on, as 90s or 10m, instead of --runs")
      ->excludes(runs);
  stress->add_flag("--until-failure", options.until_failure,
                   "Start nothing more after the first failure");
  stress
      ->add_option("-j,--jobs", options.jobs,
                   "How many programs at a time (default: one a core)")
      ->check(CLI::Range(1, 4096));
  stress->add_option("--env", options.env, "KEY=VALUE for every program")
      ->allow_extra_args(false);
  stress->add_option("--output-dir", options.output_directory,
                     "Where the output of the first failure of a kind is kept");
  stress->footer(R"(
Failures are grouped: by the first expectation that was not met, how the
program ended, and the cause and innermost frames of its report. The first of a
kind is shown whole. The interval is Clopper and Pearson's, of 95 %. A failure
that is expected (xfail) is counted like any other.

Examples:
  lastwords stress -k PanicRace --runs 20000 --jobs 8
  lastwords stress specs/deadlock --for 10m --until-failure

Exit status: 0 if no run failed, 1 if one did, 2 if one could not be decided or
nothing ran.)");
}

void AddRecord(CLI::App& app, RecordOptions& options) {
  CLI::App* record =
      app.add_subcommand("record", "Run a program and write a spec of it");
  record
      ->add_option("command", options.command,
                   "A scenario and its arguments, or a program, named by a "
                   "path with a slash in it, and its arguments")
      ->required();
  AddSubjects(record, options.subjects);
  record->add_option("--of", options.subject,
                     "The subject whose scenario it is (default: testprog)");
  record->add_option("-o,--output", options.file,
                     "The file to be made; one that is there is left alone");
  record
      ->add_option("--runs", options.runs,
                   "How often to run it, to see what changes (default: 20)")
      ->check(CLI::Range(1, 100'000));
  record
      ->add_option("-j,--jobs", options.jobs,
                   "How many programs at a time (default: one a core)")
      ->check(CLI::Range(1, 4096));
  record->footer(R"(
What changes from run to run becomes a placeholder, or is left out. The spec
holds for all of the runs; whether it says what was meant is yours to judge.

Examples:
  lastwords record PanicRace -o specs/panic_race/panic_race.json
  lastwords record --runs 5 -- ./prog -v 3

Exit status: 0; 1 if the runs did not end alike, or left processes or flooded,
so that no spec can hold; 2 if nothing could be run, or the file is there
already.)");
}

void AddMutate(CLI::App& app, MutateOptions& options) {
  CLI::App* mutate = app.add_subcommand(
      "mutate", "Find expectations of specs that can not fail");
  AddSelection(mutate, options.selection);
  AddSubjects(mutate, options.selection.subjects);
  mutate
      ->add_option("-j,--jobs", options.jobs,
                   "How many programs at a time (default: one a core)")
      ->check(CLI::Range(1, 4096));
  mutate->add_flag("-v,--verbose", options.verbose,
                   "Show what made each expectation fail");
  mutate->footer(R"(
Runs each spec once, then judges what it printed with one thing changed: another
end; no output; a report lost or doubled; a line lost, doubled, swapped with the
next, with other numbers or words, or put in between; the rest cut off. An
expectation that no change makes fail asserts nothing.

Examples:
  lastwords mutate
  lastwords mutate specs/deadlock --verbose

Exit status: 0 if every expectation can fail, 1 if one can not, 2 if a spec does
not pass.)");
}

}  // namespace

Tools::Tools(CLI::App& app) {
  AddStress(app, stress_);
  AddRecord(app, record_);
  AddMutate(app, mutate_);
  AddExplain(app, explain_);
}

int Tools::Run(const CLI::App& app) const {
  if (app.got_subcommand("stress")) return StressCommand(stress_);
  if (app.got_subcommand("mutate")) return MutateCommand(mutate_);
  if (app.got_subcommand("record")) return RecordCommand(record_);
  return ExplainCommand(explain_);
}

}  // namespace harness
