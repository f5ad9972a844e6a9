#include "harness/report/summary_text.h"

#include <algorithm>

#include "absl/strings/str_cat.h"
#include "absl/strings/str_join.h"

namespace harness {
namespace {

constexpr size_t kSlowest = 3;
constexpr size_t kTestsWorthRanking = 10;

std::string Counted(Outcome outcome) {
  switch (outcome) {
    case Outcome::kPass:
      return "passed";
    case Outcome::kFail:
      return "failed";
    case Outcome::kTimeout:
      return "timed out";
    case Outcome::kLeak:
      return "leaked";
    case Outcome::kExcessiveOutput:
      return "flooded";
    case Outcome::kXfail:
      return "failed as expected";
    case Outcome::kXpass:
      return "passed unexpectedly";
    case Outcome::kSkip:
      return "skipped";
    case Outcome::kUnresolved:
      return "unresolved";
  }
  return "?";
}

std::string Slowest(std::vector<TestTime> times) {
  if (times.size() < kTestsWorthRanking) return "";
  std::partial_sort(
      times.begin(), times.begin() + kSlowest, times.end(),
      [](const TestTime& a, const TestTime& b) { return a.wall > b.wall; });
  std::vector<std::string> names;
  for (size_t i = 0; i < kSlowest; ++i) {
    names.push_back(absl::StrCat(
        times[i].id, " ", absl::ToInt64Milliseconds(times[i].wall), " ms"));
  }
  return absl::StrCat("slowest: ", absl::StrJoin(names, ", "), "\n");
}

}  // namespace

std::string FormatSummary(const Summary& summary, const Style& style) {
  std::string text;
  for (const std::string& skipped : summary.skipped) {
    absl::StrAppend(&text, style.Yellow("SKIP"), " ", skipped, "\n");
  }
  for (const std::string& expected : summary.expected) {
    absl::StrAppend(&text, style.Yellow("XFAIL"), " ", expected, "\n");
  }
  for (const std::string& name : summary.unpassed) {
    absl::StrAppend(&text, style.Red(name), "\n");
  }
  absl::StrAppend(&text, Slowest(summary.times));
  std::vector<std::string> counts;
  bool good = true;
  for (const auto& [outcome, count] : summary.counts) {
    counts.push_back(absl::StrCat(count, " ", Counted(outcome)));
    good = good && !IsFailure(outcome) && outcome != Outcome::kUnresolved;
  }
  // A duration of nothing would be shown without its unit.
  const absl::Duration wall = std::max(
      absl::Trunc(summary.wall, absl::Milliseconds(1)), absl::Milliseconds(1));
  std::string line =
      absl::StrCat(counts.empty() ? "nothing ran" : absl::StrJoin(counts, ", "),
                   " in ", absl::FormatDuration(wall));
  absl::StrAppend(&text, good ? style.Green(line) : style.Red(line), "\n");
  return text;
}

}  // namespace harness
