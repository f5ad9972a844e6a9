// Runs specs as often as somebody wants, one run at a time handed over: what
// stress, record and mutate have in common.
//
//   RunSeries(specs, subjects, {.jobs = 4}, Rounds(specs.size(), 1000),
//             [&](size_t spec, RunRecord run) { ... });

#ifndef LASTWORDS_HARNESS_CLI_RUN_SERIES_H_
#define LASTWORDS_HARNESS_CLI_RUN_SERIES_H_

#include <cstddef>
#include <cstdint>
#include <functional>
#include <optional>
#include <vector>

#include "harness/cli/run_tests.h"
#include "harness/report/failure_text.h"
#include "harness/spec/spec.h"
#include "harness/spec/subject.h"

namespace harness {

// The index of the spec to be started next; nullopt once there is none.
using NextRun = std::function<std::optional<size_t>()>;

// Each of `specs` specs `rounds` times, in turn.
NextRun Rounds(size_t specs, std::int64_t rounds);

struct SeriesEnd {
  int signal = 0;  // that ended it early (see interrupt.h), or 0
  std::vector<LeakedProcess> strays;  // see ProcessRunner::Strays
};

// Requirements and `repeat` are the caller's business.
// Blocks: until all that were started are done. `done` is called on this
// thread.
SeriesEnd RunSeries(const std::vector<Spec>& specs, const Subjects& subjects,
                    const RunTestsOptions& options, const NextRun& next,
                    const std::function<void(size_t, RunRecord)>& done);

// `asked`, or one for each core if that is 0.
int JobsOrCores(int asked);

}  // namespace harness

#endif  // LASTWORDS_HARNESS_CLI_RUN_SERIES_H_
