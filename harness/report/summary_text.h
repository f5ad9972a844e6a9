// The last lines of a run: how many of each outcome, and where the time went.

#ifndef LASTWORDS_HARNESS_REPORT_SUMMARY_TEXT_H_
#define LASTWORDS_HARNESS_REPORT_SUMMARY_TEXT_H_

#include <map>
#include <string>
#include <vector>

#include "absl/time/time.h"
#include "harness/match/verdict.h"
#include "harness/report/style.h"

namespace harness {

// One test, all its repetitions together.
struct TestTime {
  std::string id;
  absl::Duration wall;
};

struct Summary {
  std::map<Outcome, int> counts;
  std::vector<std::string> unpassed;  // "FAIL panic_race/PanicRace"
  std::vector<std::string> skipped;   // "id: reason"
  std::vector<std::string> expected;  // the failures: "id: issue: reason"
  std::vector<TestTime> times;
  absl::Duration wall;
};

// "41 passed, 1 failed, 2 skipped in 1.2s" and, where there is something to
// say, the skipped with their reasons, the failed by name, the slowest.
std::string FormatSummary(const Summary& summary, const Style& style);

}  // namespace harness

#endif  // LASTWORDS_HARNESS_REPORT_SUMMARY_TEXT_H_
