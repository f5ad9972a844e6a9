#include "harness/cli/run_series.h"

#include <algorithm>
#include <atomic>
#include <string>
#include <thread>
#include <utility>

#include "absl/status/status.h"
#include "harness/cli/blocking_queue.h"
#include "harness/cli/clean_room.h"
#include "harness/cli/interrupt.h"
#include "harness/cli/judge_again.h"
#include "harness/match/judge.h"
#include "harness/process/process.h"

namespace harness {
namespace {

struct Finished {
  size_t spec = 0;
  absl::StatusOr<ProcessResult> result;
};

RunRecord Judged(const Spec& spec, const Subject& subject,
                 const RunTestsOptions& options, ProcessRequest request,
                 absl::StatusOr<ProcessResult> result) {
  RunRecord run;
  run.spec = spec;
  run.judge_again = JudgeAgainCommand(spec, subject, options.more_env);
  run.request = std::move(request);
  run.ran = result.ok();
  if (run.ran) {
    run.result = *std::move(result);
    run.verdict = Judge(spec, subject, run.result);
  } else {
    run.verdict = VerdictWithoutRun(Outcome::kUnresolved,
                                    std::string(result.status().message()));
  }
  return run;
}

}  // namespace

NextRun Rounds(size_t specs, std::int64_t rounds) {
  return [specs, rounds, next = size_t{0},
          round = std::int64_t{0}]() mutable -> std::optional<size_t> {
    if (next == specs) {
      next = 0;
      ++round;
    }
    if (round >= rounds || specs == 0) return std::nullopt;
    return next++;
  };
}

int RunSeries(const std::vector<Spec>& specs, const Subjects& subjects,
              const RunTestsOptions& options, const NextRun& next,
              const std::function<void(size_t, RunRecord)>& done) {
  BlockingQueue<Finished> finished;
  std::atomic<bool> more = true;
  ProcessRunner runner(options.jobs);
  const Interrupt interrupt([&] {
    more = false;
    runner.Stop();
  });
  const auto request = [&](size_t spec) {
    return MakeRequest(specs[spec], subjects.at(specs[spec].subject),
                       options.more_env);
  };
  // One more for each in flight, so that none waits for the judge.
  const int most = 2 * options.jobs;
  int in_flight = 0;
  while (true) {
    while (more && in_flight < most) {
      const std::optional<size_t> spec = next();
      if (!spec.has_value()) more = false;
      if (!more) break;
      ++in_flight;
      runner.Submit(request(*spec),
                    [&finished, spec](absl::StatusOr<ProcessResult> result) {
                      finished.Push({*spec, std::move(result)});
                    });
    }
    if (in_flight == 0) return interrupt.signal();
    Finished one = finished.Pop();
    --in_flight;
    if (absl::IsCancelled(one.result.status())) continue;
    done(one.spec, Judged(specs[one.spec], subjects.at(specs[one.spec].subject),
                          options, request(one.spec), std::move(one.result)));
  }
}

int JobsOrCores(int asked) {
  if (asked > 0) return asked;
  return std::max(1, static_cast<int>(std::thread::hardware_concurrency()));
}

}  // namespace harness
