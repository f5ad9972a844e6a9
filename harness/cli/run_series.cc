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
#include "harness/cli/judged_run.h"
#include "harness/process/process.h"

namespace harness {
namespace {

struct Finished {
  size_t spec = 0;
  absl::StatusOr<ProcessResult> result;
};

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

SeriesEnd RunSeries(const std::vector<Spec>& specs, const Subjects& subjects,
                    const RunTestsOptions& options, const NextRun& next,
                    const std::function<void(size_t, RunRecord)>& done) {
  BlockingQueue<Finished> finished;
  std::atomic<bool> more = true;
  ProcessRunner runner(options.jobs);
  const Interrupt interrupt([&] {
    more = false;
    runner.Stop();
  });
  // One more for each in flight, so that none waits for the judge.
  const int most = 2 * options.jobs;
  int in_flight = 0;
  while (true) {
    while (more && in_flight < most) {
      const std::optional<size_t> index = next();
      if (!index.has_value()) more = false;
      if (!more) break;
      ++in_flight;
      const Spec& spec = specs[*index];
      runner.Submit(
          MakeRequest(spec, subjects.at(spec.subject), options.more_env),
          [&finished, index](absl::StatusOr<ProcessResult> result) {
            finished.Push({*index, std::move(result)});
          });
    }
    if (in_flight == 0) return {interrupt.signal(), runner.Strays()};
    Finished one = finished.Pop();
    --in_flight;
    if (absl::IsCancelled(one.result.status())) continue;
    const Spec& spec = specs[one.spec];
    done(one.spec, JudgedRun(spec, subjects.at(spec.subject), options.more_env,
                             std::move(one.result)));
  }
}

int JobsOrCores(int asked) {
  if (asked > 0) return asked;
  return std::max(1, static_cast<int>(std::thread::hardware_concurrency()));
}

}  // namespace harness
