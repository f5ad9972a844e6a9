#include "harness/cli/stress_command.h"

#include <cstdint>
#include <cstdio>
#include <optional>
#include <utility>

#include "absl/strings/str_cat.h"
#include "absl/time/clock.h"
#include "absl/time/time.h"
#include "harness/cli/applicable.h"
#include "harness/cli/exit_status.h"
#include "harness/cli/interrupt.h"
#include "harness/cli/kept_output.h"
#include "harness/cli/print.h"
#include "harness/cli/progress.h"
#include "harness/cli/run_series.h"
#include "harness/cli/strays.h"
#include "harness/report/stress_tally.h"

namespace harness {
namespace {

constexpr std::int64_t kDefaultRuns = 1000;

class Stress {
 public:
  Stress(const StressOptions& options, const Selection& selection,
         absl::Duration duration)
      : options_(options),
        style_(TerminalStyle()),
        subjects_(selection.subjects),
        specs_(Applicable(selection, style_)),
        runs_(options.runs > 0                      ? options.runs
              : duration < absl::InfiniteDuration() ? INT64_MAX
                                                    : kDefaultRuns),
        start_(absl::Now()),
        end_(start_ + duration),
        rounds_(Rounds(specs_.size(), runs_)),
        progress_(runs_ == INT64_MAX
                      ? 0
                      : specs_.size() * static_cast<size_t>(runs_)) {
    for (const Spec& spec : specs_) tallies_.emplace_back(spec.Id());
  }

  int Run() {
    if (specs_.empty()) {
      return Undecided("every spec was skipped, so that nothing ran");
    }
    const SeriesEnd end = RunSeries(
        specs_, subjects_, {JobsOrCores(options_.jobs), options_.env},
        [this] { return Next(); },
        [this](size_t spec, RunRecord run) { Take(spec, run); });
    const int status = Finish();
    return end.signal == 0 ? WithStrays(status, end.strays)
                           : Interrupted(end.signal);
  }

 private:
  std::optional<size_t> Next() {
    if (options_.until_failure && unpassed_ > 0) return std::nullopt;
    // Once at least, however short the time and busy the machine.
    if (begun_ && absl::Now() >= end_) return std::nullopt;
    begun_ = true;
    return rounds_();
  }

  void Take(size_t spec, RunRecord& run) {
    ++done_;
    unpassed_ += run.verdict.outcome == Outcome::kPass ? 0 : 1;
    if (FailureGroup* group = tallies_[spec].Add(run)) Show(run, *group);
    progress_.Show(run.spec.Id(), unpassed_);
  }

  // The first of its kind is shown and kept whole.
  void Show(RunRecord& run, FailureGroup& group) {
    const std::string name = run.spec.name;
    run.spec.name = absl::StrCat(name, "/stress-", ++kept_);
    run.kept_file = KeepOutput(run, OutputDirectory(options_.output_directory));
    run.kept_core = KeepCore(run, OutputDirectory(options_.output_directory));
    run.spec.name = name;
    group.kept_file = run.kept_file;
    progress_.Clear();
    Print(FormatFailure(run, style_) + "\n");
  }

  int Finish() {
    progress_.Clear();
    bool undecided = false;
    for (const StressTally& tally : tallies_) {
      if (tally.runs() == 0) continue;
      Print(FormatStress(tally, style_));
      undecided = undecided || tally.unresolved() > 0;
    }
    const absl::Duration wall = absl::Now() - start_;
    Print(absl::StrCat(
        done_, " runs in ",
        absl::FormatDuration(absl::Trunc(wall, absl::Milliseconds(1))), "\n"));
    if (undecided) return kExitUndecided;
    return unpassed_ > 0 ? kExitFailed : kExitPassed;
  }

  const StressOptions& options_;
  const Style style_;
  const Subjects& subjects_;
  const std::vector<Spec> specs_;
  const std::int64_t runs_;
  const absl::Time start_;
  const absl::Time end_;
  const NextRun rounds_;
  ProgressLine progress_;
  std::vector<StressTally> tallies_;  // one a spec
  bool begun_ = false;
  int unpassed_ = 0;
  int kept_ = 0;
  std::int64_t done_ = 0;
};

}  // namespace

int StressCommand(const StressOptions& options) {
  absl::Duration duration = absl::InfiniteDuration();
  if (!options.duration.empty() &&
      (!absl::ParseDuration(options.duration, &duration) ||
       duration <= absl::ZeroDuration())) {
    return Undecided(absl::StrCat("bad --for \"", options.duration,
                                  "\"; expected a time such as 90s or 10m"));
  }
  absl::StatusOr<Selection> selection = Select(options.selection);
  if (!selection.ok()) return Undecided(selection.status());
  return Stress(options, *selection, duration).Run();
}

}  // namespace harness
