#include "harness/report/stress_tally.h"

#include <algorithm>

#include "absl/strings/str_cat.h"
#include "absl/strings/str_format.h"
#include "harness/report/proportion.h"
#include "harness/report/signature.h"

namespace harness {
namespace {

// What a series without a failure is asked about.
constexpr double kRareRate = 0.001;

std::string Runs(std::int64_t count) {
  return absl::StrCat(count, count == 1 ? " run" : " runs");
}

std::string RateText(const StressTally& tally) {
  const std::int64_t judged = tally.runs() - tally.unresolved();
  const Interval interval = Interval95(tally.failures(), judged);
  const double rate =
      static_cast<double>(tally.failures()) / static_cast<double>(judged);
  return absl::StrCat(tally.failures(), " of ", Runs(judged),
                      " failed: ", FormatPercent(rate), "\n  95 % interval  ",
                      FormatPercent(interval.low), " to ",
                      FormatPercent(interval.high), " (Clopper-Pearson)\n");
}

std::string SightText(const StressTally& tally) {
  const std::int64_t judged = tally.runs() - tally.unresolved();
  const bool failed = tally.failures() > 0;
  const double rate = failed ? static_cast<double>(tally.failures()) /
                                   static_cast<double>(judged)
                             : kRareRate;
  return absl::StrCat("  ", failed ? "to see one   " : "to see 0.1 % ", "  ",
                      Runs(*RunsToSee(rate)), ", with 95 % confidence\n");
}

}  // namespace

FailureGroup* StressTally::Add(const RunRecord& run) {
  ++runs_;
  if (run.verdict.outcome == Outcome::kPass) return nullptr;
  ++(run.verdict.outcome == Outcome::kUnresolved ? unresolved_ : failures_);
  std::string signature = groups_.size() < kMaxGroups ? FailureSignature(run)
                                                      : "and other failures";
  auto group = std::find_if(
      groups_.begin(), groups_.end(),
      [&](const FailureGroup& known) { return known.signature == signature; });
  if (group != groups_.end()) {
    ++group->count;
    return nullptr;
  }
  groups_.push_back({std::move(signature), 1, ""});
  return &groups_.back();
}

std::vector<FailureGroup> StressTally::Groups() const {
  std::vector<FailureGroup> groups = groups_;
  std::stable_sort(groups.begin(), groups.end(),
                   [](const FailureGroup& a, const FailureGroup& b) {
                     return a.count > b.count;
                   });
  return groups;
}

std::string FormatStress(const StressTally& tally, const Style& style) {
  std::string text = style.Bold(tally.id()) + ": ";
  if (tally.unresolved() > 0) {
    absl::StrAppend(
        &text,
        style.Red(absl::StrCat(tally.unresolved(), " of ", Runs(tally.runs()),
                               " could not be decided")),
        "; ");
  }
  if (tally.runs() == tally.unresolved()) {
    text += "nothing is known\n";
  } else {
    const std::string rate = RateText(tally);
    absl::StrAppend(&text,
                    tally.failures() > 0 ? style.Red(rate) : style.Green(rate),
                    SightText(tally));
  }
  for (const FailureGroup& group : tally.Groups()) {
    absl::StrAppendFormat(&text, "  %6d x  %s\n", group.count, group.signature);
    if (!group.kept_file.empty()) {
      absl::StrAppend(&text, "            first kept in ", group.kept_file,
                      "\n");
    }
  }
  return text;
}

}  // namespace harness
