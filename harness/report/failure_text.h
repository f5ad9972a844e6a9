// A failure, as its reader sees it: what was not met and at which line of the
// JSON, what became of each expectation, the nearest line, how it ended, what
// it printed, and how to repeat exactly that run.

#ifndef LASTWORDS_HARNESS_REPORT_FAILURE_TEXT_H_
#define LASTWORDS_HARNESS_REPORT_FAILURE_TEXT_H_

#include <string>

#include "harness/match/verdict.h"
#include "harness/process/process.h"
#include "harness/report/style.h"
#include "harness/spec/spec.h"

namespace harness {

// Everything that is known of one run of one spec.
struct RunRecord {
  Spec spec;
  Verdict verdict;
  ProcessRequest request;
  ProcessResult result;
  bool ran = false;       // false: `request` and `result` say nothing
  int attempt = 1;        // of spec.repeat
  std::string kept_file;  // where the raw output lies; empty if nowhere
  std::string kept_core;  // likewise its core
  // Of a spec with steps: a shell's line that runs and judges it once more.
  std::string judge_again;
};

std::string FormatFailure(const RunRecord& run, const Style& style);

}  // namespace harness

#endif  // LASTWORDS_HARNESS_REPORT_FAILURE_TEXT_H_
