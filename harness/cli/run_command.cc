#include "harness/cli/run_command.h"

#include <cstdio>
#include <cstdlib>
#include <fstream>
#include <set>
#include <string>
#include <utility>
#include <vector>

#include "absl/strings/str_cat.h"
#include "absl/time/clock.h"
#include "harness/cli/exit_status.h"
#include "harness/cli/failed_selection.h"
#include "harness/cli/failed_tests.h"
#include "harness/cli/failure_memory.h"
#include "harness/cli/interrupt.h"
#include "harness/cli/kept_output.h"
#include "harness/cli/print.h"
#include "harness/cli/progress.h"
#include "harness/cli/run_series.h"
#include "harness/cli/run_tests.h"
#include "harness/cli/shard.h"
#include "harness/cli/strays.h"
#include "harness/report/output_text.h"
#include "harness/report/result_text.h"
#include "harness/report/summary_text.h"

namespace harness {
namespace {

// Prints what becomes of each test, and remembers it for the summary and for
// the next run.
class Reporter {
 public:
  Reporter(const RunOptions& options, const Selection& selection)
      : options_(options),
        subjects_(selection.subjects),
        memory_(OutputDirectory(options.output_directory)),
        style_(TerminalStyle()),
        progress_(selection.specs.size()),
        json_(options.json_file, std::ios::binary | std::ios::trunc) {
    if (options.json_file.empty()) json_.clear();
  }

  void Take(TestResult result) {
    RunRecord& run = result.run;
    Outcome outcome = run.verdict.outcome;
    std::string id = run.spec.Id();
    ++summary_.counts[outcome];
    if (outcome == Outcome::kSkip) {
      summary_.skipped.push_back(absl::StrCat(id, ": ", run.verdict.reason));
    } else if (outcome == Outcome::kXfail) {
      summary_.expected.push_back(absl::StrCat(id, ": ", run.verdict.reason));
    } else {
      summary_.times.push_back({id, result.wall});
    }
    rows_.push_back(RowOf(result));
    Remember(run);
    if (IsFailure(outcome) || outcome == Outcome::kUnresolved) {
      summary_.unpassed.push_back(
          absl::StrCat(std::string(OutcomeName(outcome)), " ", id));
      run.kept_file =
          KeepOutput(run, OutputDirectory(options_.output_directory));
      run.kept_core = KeepCore(run, OutputDirectory(options_.output_directory));
      Print(FormatFailure(run, style_) + "\n");
      rows_.back().failure = FormatFailure(run, Style());
      if (annotates_) Print(FormatAnnotation(rows_.back()));
    } else if (options_.show_output && run.ran) {
      Print(absl::StrCat(std::string(OutcomeName(outcome)), " ", id, "\n",
                         FormatOutput(run.result), "\n"));
    }
    WriteJson(FormatJsonLine(rows_.back()));
    progress_.Show(id, static_cast<int>(summary_.unpassed.size()));
  }

  int Finish(absl::Duration wall) {
    summary_.wall = wall;
    Note(memory_.Remove(passed_));
    Print(FormatSummary(summary_, style_));
    WriteJson(FormatJsonEnd(rows_, wall));
    if (!json_) return CannotWrite(options_.json_file);
    if (!Write(options_.junit_file, FormatJunit(rows_, wall))) {
      return kExitUndecided;
    }
    if (summary_.counts.contains(Outcome::kUnresolved)) return kExitUndecided;
    if (!summary_.unpassed.empty()) return kExitFailed;
    bool all_skipped = !summary_.counts.contains(Outcome::kPass) &&
                       !summary_.counts.contains(Outcome::kXfail);
    return all_skipped ? options_.skip_exit : kExitPassed;
  }

 private:
  // A failure at once, so that an interrupt does not lose it. What was skipped
  // did not run, so nothing new is known of it.
  void Remember(const RunRecord& run) {
    const TestKey key = KeyOf(run.spec, subjects_);
    switch (run.verdict.outcome) {
      case Outcome::kPass:
      case Outcome::kXfail:
        passed_.push_back(key);
        break;
      case Outcome::kSkip:
        break;
      default:
        Note(memory_.Add(key, AbsolutePath(run.spec.file)));
    }
  }

  // The results are what they are: no reason for another exit status.
  void Note(const absl::Status& status) {
    if (status.ok() || noted_) return;
    noted_ = true;
    Undecided(status);
  }

  static ResultRow RowOf(const TestResult& result) {
    const Spec& spec = result.run.spec;
    const Verdict& verdict = result.run.verdict;
    ResultRow row;
    row.family = spec.family;
    row.name = spec.name;
    row.file = spec.file;
    row.where = verdict.where.line == 0 ? spec.where : verdict.where;
    row.outcome = verdict.outcome;
    row.reason = verdict.reason;
    row.wall = result.wall;
    return row;
  }

  // True if there was nothing to write, too.
  static bool Write(const std::string& file, const std::string& text) {
    if (file.empty()) return true;
    std::ofstream stream(file, std::ios::binary | std::ios::trunc);
    stream << text;
    if (stream.flush()) return true;
    CannotWrite(file);
    return false;
  }

  static int CannotWrite(const std::string& file) {
    return Undecided(absl::StrCat("cannot write ", file));
  }

  // At once: who is killed has told what became of the tests before.
  void WriteJson(const std::string& line) {
    if (!options_.json_file.empty()) (json_ << line).flush();
  }

  void Print(const std::string& text) {
    progress_.Clear();
    harness::Print(text);
  }

  const RunOptions& options_;
  const Subjects& subjects_;
  const FailureMemory memory_;
  const Style style_;
  ProgressLine progress_;
  std::ofstream json_;
  const bool annotates_ = IsAnnotated();
  Summary summary_;
  std::vector<ResultRow> rows_;
  std::vector<TestKey> passed_;
  bool noted_ = false;  // that the memory fails: once is enough
};

// Deals before it looks at what failed, so that one shard's run, which changes
// what is remembered, does not change the others.
absl::Status Narrow(const RunOptions& options, Selection& selection) {
  std::set<std::string> dealt;
  if (!options.shard.empty()) {
    const absl::StatusOr<Shard> shard = ParseShard(options.shard);
    if (!shard.ok()) return shard.status();
    std::vector<std::string> ids;
    for (const Spec& spec : selection.specs) ids.push_back(spec.Id());
    dealt = NamesOfShard(ids, *shard);
  }
  if (options.failed) {
    const FailureMemory memory(OutputDirectory(options.output_directory));
    absl::Status found = SelectFailed(memory, selection);
    if (!found.ok()) return found;
  }
  if (!options.shard.empty()) {
    std::erase_if(selection.specs,
                  [&](const Spec& spec) { return !dealt.contains(spec.Id()); });
  }
  return absl::OkStatus();
}

}  // namespace

int RunCommand(const RunOptions& options) {
  for (const std::string& variable : options.env) {
    if (variable.find('=') == 0 || variable.find('=') == std::string::npos) {
      return Undecided(
          absl::StrCat("bad --env \"", variable, "\"; expected KEY=VALUE"));
    }
  }
  if (!options.shard.empty()) {
    const absl::StatusOr<Shard> shard = ParseShard(options.shard);
    if (!shard.ok()) return Undecided(shard.status());
  }
  absl::StatusOr<Selection> selection = Select(options.selection);
  if (!selection.ok()) return Undecided(selection.status());
  const absl::Status narrowed = Narrow(options, *selection);
  if (!narrowed.ok()) return Undecided(narrowed);
  if (options.repeat > 0) {
    for (Spec& spec : selection->specs) spec.repeat = options.repeat;
  }
  // After a run of an hour it would be too late.
  for (const std::string& file : {options.junit_file, options.json_file}) {
    if (!file.empty() && !std::ofstream(file, std::ios::app)) {
      return Undecided(absl::StrCat("cannot write ", file));
    }
  }
  absl::Time start = absl::Now();
  Reporter reporter(options, *selection);
  const RunEnd end =
      RunTests(selection->specs, selection->subjects,
               {JobsOrCores(options.jobs), options.env},
               [&](TestResult result) { reporter.Take(std::move(result)); });
  const int status = reporter.Finish(absl::Now() - start);
  for (const std::string& cut_off : end.cut_off) {
    std::printf("%s\n", cut_off.c_str());
  }
  return end.signal == 0 ? WithStrays(status, end.strays)
                         : Interrupted(end.signal);
}

}  // namespace harness
