// Runs specs, several at a time, and hands over what became of each.
//
//   RunTests(specs, subjects, {.jobs = 4}, [&](const TestResult& result) {
//     if (IsFailure(result.run.verdict.outcome)) ...
//   });

#ifndef LASTWORDS_HARNESS_CLI_RUN_TESTS_H_
#define LASTWORDS_HARNESS_CLI_RUN_TESTS_H_

#include <functional>
#include <string>
#include <vector>

#include "absl/time/time.h"
#include "harness/process/process.h"
#include "harness/report/failure_text.h"
#include "harness/spec/spec.h"
#include "harness/spec/subject.h"

namespace harness {

struct RunTestsOptions {
  int jobs = 1;
  std::vector<std::string> more_env;  // "KEY=VALUE"
};

// One spec with all its repetitions. `run` is the first that did not pass, or
// else the last.
struct TestResult {
  RunRecord run;
  absl::Duration wall;  // of all runs together
};

// Where a signal (see interrupt.h) has ended it early, `done` was called only
// for those specs that were through.
struct RunEnd {
  int signal = 0;                     // 0: none came
  std::vector<std::string> cut_off;   // "f/A: 412 of 1000 runs passed"
  std::vector<LeakedProcess> strays;  // see ProcessRunner::Strays
};

// The repetitions of one spec may run at the same time; after one has not
// passed, no more of that spec are started.
// Blocks: until all are done. `done` is called on this thread, once a spec.
RunEnd RunTests(const std::vector<Spec>& specs, const Subjects& subjects,
                const RunTestsOptions& options,
                const std::function<void(TestResult)>& done);

}  // namespace harness

#endif  // LASTWORDS_HARNESS_CLI_RUN_TESTS_H_
