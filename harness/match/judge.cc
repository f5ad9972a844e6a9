#include "harness/match/judge.h"

#include <algorithm>
#include <string>

#include "absl/strings/str_cat.h"
#include "absl/strings/str_join.h"
#include "absl/time/time.h"
#include "harness/match/ending.h"
#include "harness/match/judge_steps.h"
#include "harness/match/output_lines.h"
#include "harness/match/pattern_text.h"
#include "harness/spec/nearest.h"

namespace harness {
namespace {

using Check = Expectation::Check;
using Span = TextPattern::Span;

constexpr int kExitUsage = 64;  // EX_USAGE of sysexits.h
constexpr size_t kMaxPlaces = 8;

std::string Times(int64_t count) {
  return count == 1 ? "once" : absl::StrCat(count, " times");
}

// Judges the expectations of one spec, in order: `lines` remembers how far it
// has come.
class Matcher {
 public:
  explicit Matcher(std::string_view output) : output_(output), lines_(output) {}

  Finding Match(const Expectation& expectation) {
    Finding finding;
    finding.key = std::string(CheckName(expectation.check));
    finding.text = Quoted(expectation.pattern);
    finding.where = expectation.where;
    switch (expectation.check) {
      case Check::kNever:
        MatchNever(expectation.pattern, finding);
        break;
      case Check::kCount:
        MatchCount(expectation, finding);
        break;
      case Check::kLine:
        MatchLine(expectation.pattern, finding);
        break;
      default:
        MatchOnce(expectation, finding);
    }
    return finding;
  }

 private:
  std::string AtLine(const Span& span) const {
    return absl::StrCat("at line ", lines_.NumberAt(span.begin));
  }

  void MatchOnce(const Expectation& expectation, Finding& finding) {
    std::optional<Span> span = expectation.pattern.Find(output_);
    finding.met = span.has_value();
    if (span.has_value()) {
      finding.detail = absl::StrCat("matched ", AtLine(*span));
      return;
    }
    finding.detail = expectation.check == Check::kWants ? "not found"
                     : output_.empty() ? "differs: nothing was printed"
                                       : "differs";
    finding.nearest = Difference(expectation);
  }

  std::optional<NearestLine> Difference(const Expectation& expectation) {
    const TextPattern& pattern = expectation.pattern;
    if (pattern.is_regex() || expectation.check == Check::kWants) {
      return FindNearest(pattern, lines_);
    }
    if (expectation.check != Check::kFinishes) {
      return FirstDifference(pattern.text(), lines_, 1,
                             expectation.check == Check::kEquals);
    }
    OutputLines wanted(pattern.text());
    int first = std::max(1, lines_.size() - wanted.size() + 1);
    return FirstDifference(pattern.text(), lines_, first, /*whole=*/true);
  }

  void MatchNever(const TextPattern& pattern, Finding& finding) {
    std::optional<Span> span = pattern.Find(output_);
    finding.met = !span.has_value();
    finding.detail = finding.met
                         ? "absent"
                         : absl::StrCat("forbidden and found ", AtLine(*span));
  }

  void MatchCount(const Expectation& expectation, Finding& finding) {
    int64_t count = expectation.pattern.Count(output_);
    finding.met = count == expectation.count;
    finding.detail = absl::StrCat("found ", Times(count));
    if (finding.met) return;
    absl::StrAppend(&finding.detail, ", expected ", Times(expectation.count),
                    Places(expectation.pattern));
    if (count == 0) {
      finding.nearest = FindNearest(expectation.pattern, lines_);
    }
  }

  std::string Places(const TextPattern& pattern) const {
    std::vector<int> places;
    size_t from = 0;
    while (places.size() < kMaxPlaces) {
      std::optional<Span> span = pattern.Find(output_, from);
      if (!span.has_value()) break;
      places.push_back(lines_.NumberAt(span->begin));
      from = std::max(span->end, span->begin + 1);
    }
    if (places.empty()) return "";
    return absl::StrCat(", at line ", absl::StrJoin(places, ", "));
  }

  // The first line from `first` to `last` the pattern is found in, or 0.
  int LineWith(const TextPattern& pattern, int first, int last) const {
    for (int number = first; number <= last; ++number) {
      if (pattern.Find(lines_.Line(number)).has_value()) return number;
    }
    return 0;
  }

  void MatchLine(const TextPattern& pattern, Finding& finding) {
    if (int number = LineWith(pattern, last_line_ + 1, lines_.size())) {
      finding.met = true;
      finding.detail = absl::StrCat("matched at line ", number);
      last_line_ = number;
      return;
    }
    if (int number = LineWith(pattern, 1, last_line_)) {
      finding.detail = absl::StrCat("out of order: found at line ", number,
                                    ", not below line ", last_line_);
      return;
    }
    finding.detail = "not found";
    finding.nearest = FindNearest(pattern, lines_);
  }

  const std::string_view output_;
  const OutputLines lines_;
  int last_line_ = 0;  // where the previous text of `lines` was found
};

Finding MatchEnds(const Spec& spec, const ProcessResult& result) {
  Finding finding;
  finding.key = "ends";
  finding.text = FormatEnds(spec.ends);
  finding.where = spec.ends_where;
  finding.met = EndedAs(spec.ends, result);
  finding.detail = finding.met ? "so it did"
                               : absl::StrCat("expected ", finding.text,
                                              ", got ", FormatEnding(result));
  return finding;
}

// The subject said that it has no such scenario, if only by its exit status.
bool IsUnknownScenario(const Spec& spec, const Subject& subject,
                       const ProcessResult& result) {
  if (spec.scenario.empty()) return false;
  if (!subject.scenarios.empty()) return !subject.MayHave(spec.scenario);
  bool expected =
      spec.ends.kind == Ends::Kind::kExit && spec.ends.code == kExitUsage;
  return !expected && result.end == ProcessResult::End::kExited &&
         result.exit_code == kExitUsage;
}

std::string UnknownScenario(const Spec& spec, const Subject& subject) {
  std::string nearest = Nearest(spec.scenario, subject.ScenarioNames());
  return absl::StrCat(subject.name, " has no scenario \"", spec.scenario, "\"",
                      nearest.empty()
                          ? absl::StrCat("; see ", subject.binary, " --list")
                          : absl::StrCat("; nearest: \"", nearest, "\""));
}

std::string DescribeLeaks(const ProcessResult& result) {
  std::vector<std::string> names;
  for (const LeakedProcess& leak : result.leaks) {
    names.push_back(absl::StrCat(leak.name, " (pid ", leak.pid,
                                 leak.cmdline.empty() ? "" : ": ", leak.cmdline,
                                 ")"));
  }
  return absl::StrCat("left running: ", absl::StrJoin(names, ", "));
}

// The step it hangs in says more than that it hangs.
void NameHangingStep(const Spec& spec, const ProcessResult& result,
                     Verdict& verdict) {
  const size_t index = result.failed_step->index;
  absl::StrAppend(&verdict.reason, ", in step ", index + 1, ": ",
                  FormatStep(spec.steps[index]));
  verdict.where = spec.steps[index].where;
}

void Decide(const Spec& spec, const Subject& subject,
            const ProcessResult& result, Verdict& verdict) {
  auto unmet = std::find_if(verdict.findings.begin(), verdict.findings.end(),
                            [](const Finding& f) { return !f.met; });
  verdict.where = spec.where;
  if (result.excessive_output) {
    verdict.outcome = Outcome::kExcessiveOutput;
    verdict.reason = absl::StrCat("printed ", result.output_bytes_total,
                                  " bytes, more than the limit of ",
                                  spec.limits.output_bytes);
  } else if (result.end == ProcessResult::End::kTimeout &&
             spec.ends.kind != Ends::Kind::kTimeout) {
    verdict.outcome = Outcome::kTimeout;
    verdict.reason = absl::StrCat(
        "expected ", FormatEnds(spec.ends), ", still running at ",
        "its limit after ",
        absl::FormatDuration(absl::Trunc(result.wall, absl::Milliseconds(1))));
    if (spec.ends_where.line != 0) verdict.where = spec.ends_where;
    if (result.failed_step.has_value()) NameHangingStep(spec, result, verdict);
  } else if (IsUnknownScenario(spec, subject, result)) {
    verdict.outcome = Outcome::kFail;
    verdict.reason = UnknownScenario(spec, subject);
    verdict.where = spec.scenario_where;
    verdict.findings.clear();  // it never ran: they would only mislead
  } else if (unmet != verdict.findings.end()) {
    verdict.outcome = Outcome::kFail;
    verdict.reason =
        unmet->key == "ends"
            ? absl::StrCat("ends: ", unmet->detail)
            : absl::StrCat(unmet->key, " ", unmet->text, ": ", unmet->detail);
    if (unmet->where.line != 0) verdict.where = unmet->where;
  } else if (!result.leaks.empty()) {
    verdict.outcome = Outcome::kLeak;
    verdict.reason = DescribeLeaks(result);
  }
}

}  // namespace

Verdict Judge(const Spec& spec, const Subject& subject,
              const ProcessResult& result) {
  Verdict verdict;
  verdict.findings = JudgeSteps(spec, result, OutputLines(result.output));
  verdict.findings.push_back(MatchEnds(spec, result));
  Matcher matcher(result.output);
  for (const Expectation& expectation : spec.expectations) {
    verdict.findings.push_back(matcher.Match(expectation));
  }
  Decide(spec, subject, result, verdict);
  return verdict;
}

}  // namespace harness
