#include "harness/cli/mutate_command.h"

#include <cstdio>
#include <string>
#include <vector>

#include "absl/strings/str_cat.h"
#include "harness/cli/applicable.h"
#include "harness/cli/exit_status.h"
#include "harness/cli/interrupt.h"
#include "harness/cli/print.h"
#include "harness/cli/progress.h"
#include "harness/cli/run_series.h"
#include "harness/cli/strays.h"
#include "harness/match/mutation.h"
#include "harness/report/mutation_text.h"
#include "harness/spec/diagnostic.h"

namespace harness {
namespace {

class Mutating {
 public:
  Mutating(const MutateOptions& options, const Selection& selection)
      : options_(options),
        style_(TerminalStyle()),
        subjects_(selection.subjects),
        specs_(Applicable(selection, style_)),
        progress_(specs_.size()) {}

  int Run() {
    const SeriesEnd end = RunSeries(
        specs_, subjects_, {JobsOrCores(options_.jobs), {}},
        Rounds(specs_.size(), 1),
        [this](size_t spec, const RunRecord& run) { Take(spec, run); });
    progress_.Clear();
    const std::string of_all =
        end.signal == 0 ? "" : absl::StrCat(" of ", specs_.size());
    std::printf("%zu%s specs, %zu expectations, %d that can not fail\n",
                specs_taken_, of_all.c_str(), expectations_, cannot_fail_);
    if (end.signal != 0) return Interrupted(end.signal);
    if (undecided_) return kExitUndecided;
    return WithStrays(cannot_fail_ > 0 ? kExitFailed : kExitPassed, end.strays);
  }

 private:
  void Take(size_t index, const RunRecord& run) {
    const Spec& spec = specs_[index];
    ++specs_taken_;
    if (run.verdict.outcome != Outcome::kPass && spec.xfail.has_value()) {
      Print(absl::StrCat(style_.Yellow("SKIP"), " ", spec.Id(),
                         ": fails, as is expected of it\n"));
    } else if (run.verdict.outcome != Outcome::kPass) {
      undecided_ = true;
      Print(absl::StrCat(
          FormatPlace(spec.file, run.verdict.where), ": error: ", spec.Id(),
          ": does not pass, so nothing can be said of it: ", run.verdict.reason,
          "\n"));
    } else {
      const Mutation mutation =
          Mutate(spec, subjects_.at(spec.subject), run.result);
      expectations_ += mutation.expectations.size();
      cannot_fail_ += CannotFail(mutation);
      Print(FormatMutation(spec, mutation, options_.verbose, style_));
    }
    progress_.Show(spec.Id(), cannot_fail_);
  }

  void Print(const std::string& text) {
    if (text.empty()) return;
    progress_.Clear();
    harness::Print(text);
  }

  const MutateOptions& options_;
  const Style style_;
  const Subjects& subjects_;
  const std::vector<Spec> specs_;
  ProgressLine progress_;
  size_t specs_taken_ = 0;
  size_t expectations_ = 0;
  int cannot_fail_ = 0;
  bool undecided_ = false;
};

}  // namespace

int MutateCommand(const MutateOptions& options) {
  absl::StatusOr<Selection> selection = Select(options.selection);
  if (!selection.ok()) return Undecided(selection.status());
  return Mutating(options, *selection).Run();
}

}  // namespace harness
