#include "harness/cli/run_tests.h"

#include <atomic>
#include <optional>
#include <string>
#include <utility>

#include "absl/status/status.h"
#include "absl/strings/str_cat.h"
#include "absl/time/clock.h"
#include "absl/time/time.h"
#include "harness/cli/applicable.h"
#include "harness/cli/blocking_queue.h"
#include "harness/cli/clean_room.h"
#include "harness/cli/interrupt.h"
#include "harness/cli/judged_run.h"
#include "harness/match/xfail_verdict.h"
#include "harness/process/process.h"

namespace harness {
namespace {

struct Finished {
  size_t spec = 0;
  int attempt = 0;
  absl::StatusOr<ProcessResult> result;
};

// How far one spec has come.
struct Progress {
  int submitted = 0;
  int in_flight = 0;
  int passed = 0;
  bool settled = false;  // one run did not pass: start no more
  bool told = false;     // `done` was called
  TestResult result;
};

class TestRun {
 public:
  TestRun(const std::vector<Spec>& specs, const Subjects& subjects,
          const RunTestsOptions& options,
          const std::function<void(TestResult)>& done)
      : specs_(specs),
        subjects_(subjects),
        options_(options),
        done_(done),
        progress_(specs.size()),
        runner_(options.jobs) {}

  RunEnd Run() {
    const Interrupt interrupt([this] {
      interrupted_ = true;
      runner_.Stop();
    });
    // One more for each in flight, so that none waits for the judge.
    const int most = 2 * options_.jobs;
    while (true) {
      while (in_flight_ < most && SubmitNext()) {
      }
      if (in_flight_ == 0) break;
      TakeOne(finished_.Pop());
    }
    return {interrupt.signal(), CutOff(), runner_.Strays()};
  }

 private:
  // False if there is nothing left to start.
  bool SubmitNext() {
    if (interrupted_) return false;
    for (; next_ < specs_.size(); ++next_) {
      const Spec& spec = specs_[next_];
      Progress& progress = progress_[next_];
      if (progress.submitted == 0 && SkipUnmet(spec, progress)) continue;
      if (progress.settled || progress.submitted == spec.repeat) continue;
      Submit(spec, progress);
      return true;
    }
    return false;
  }

  bool SkipUnmet(const Spec& spec, Progress& progress) {
    const std::optional<std::string> unmet = WhySkipped(spec, subjects_);
    if (!unmet.has_value()) return false;
    progress.result.run.spec = spec;
    progress.result.run.verdict = VerdictWithoutRun(Outcome::kSkip, *unmet);
    done_(std::move(progress.result));
    return true;
  }

  void Submit(const Spec& spec, Progress& progress) {
    size_t index = next_;
    int attempt = ++progress.submitted;
    ++progress.in_flight;
    ++in_flight_;
    runner_.Submit(
        MakeRequest(spec, subjects_.at(spec.subject), options_.more_env),
        [this, index, attempt](absl::StatusOr<ProcessResult> result) {
          finished_.Push({index, attempt, std::move(result)});
        });
  }

  void TakeOne(Finished finished) {
    const Spec& spec = specs_[finished.spec];
    Progress& progress = progress_[finished.spec];
    --in_flight_;
    --progress.in_flight;
    if (!progress.settled) Judged(spec, finished, progress);
    const bool through = progress.settled || progress.passed == spec.repeat;
    if (through && progress.in_flight == 0) {
      ApplyXfail(spec, subjects_.at(spec.subject), today_,
                 progress.result.run.verdict);
      progress.told = true;
      done_(std::move(progress.result));
    }
  }

  void Judged(const Spec& spec, Finished& finished, Progress& progress) {
    if (absl::IsCancelled(finished.result.status())) return;
    const Subject& subject = subjects_.at(spec.subject);
    RunRecord& run = progress.result.run;
    run =
        JudgedRun(spec, subject, options_.more_env, std::move(finished.result));
    run.attempt = finished.attempt;
    progress.result.wall += run.result.wall;
    progress.settled = run.verdict.outcome != Outcome::kPass;
    if (!progress.settled) ++progress.passed;
  }

  std::vector<std::string> CutOff() const {
    std::vector<std::string> texts;
    for (size_t i = 0; i < specs_.size(); ++i) {
      const Progress& progress = progress_[i];
      if (progress.submitted == 0 || progress.told) continue;
      texts.push_back(absl::StrCat(specs_[i].Id(), ": ", progress.passed,
                                   " of ", specs_[i].repeat, " runs passed"));
    }
    return texts;
  }

  const std::vector<Spec>& specs_;
  const Subjects& subjects_;
  const RunTestsOptions& options_;
  const std::function<void(TestResult)>& done_;
  const std::string today_ =
      absl::FormatTime("%Y-%m-%d", absl::Now(), absl::UTCTimeZone());
  std::vector<Progress> progress_;
  size_t next_ = 0;
  int in_flight_ = 0;
  std::atomic<bool> interrupted_ = false;
  BlockingQueue<Finished> finished_;
  ProcessRunner runner_;  // last: its callbacks use what stands above
};

}  // namespace

RunEnd RunTests(const std::vector<Spec>& specs, const Subjects& subjects,
                const RunTestsOptions& options,
                const std::function<void(TestResult)>& done) {
  return TestRun(specs, subjects, options, done).Run();
}

}  // namespace harness
