#include "harness/match/judge.h"

#include <algorithm>
#include <cstddef>
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "absl/strings/str_cat.h"
#include "absl/strings/str_join.h"
#include "absl/time/time.h"
#include "harness/match/crash_matcher.h"
#include "harness/match/ending.h"
#include "harness/match/judge_steps.h"
#include "harness/match/leaks_text.h"
#include "harness/match/line_matcher.h"
#include "harness/match/output_lines.h"
#include "harness/match/text_matcher.h"
#include "harness/spec/nearest.h"

namespace harness {
namespace {

constexpr int kExitUsage = 64;  // EX_USAGE of sysexits.h

// What is judged of one stream, or of both together.
struct Heard {
  Heard(std::string_view heard, Captures& captures)
      : text(heard), lines(heard), texts(text, lines, captures) {}

  const std::string_view text;
  const OutputLines lines;
  TextMatcher texts;
};

std::string_view TextOf(const std::optional<std::string>& stream) {
  return stream.has_value() ? std::string_view(*stream) : std::string_view();
}

// Judges the expectations on the output. Names of placeholders get their
// values in the order of the spec.
class OutputJudge {
 public:
  explicit OutputJudge(const ProcessResult& result)
      : both_(result.output, captures_),
        out_(TextOf(result.out), captures_),
        err_(TextOf(result.err), captures_) {}

  void Judge(const std::vector<Expectation>& expectations,
             std::vector<Finding>& findings) {
    for (size_t i = 0; i < expectations.size(); ++i) {
      const Expectation& expectation = expectations[i];
      const size_t first = findings.size();
      if (expectation.check == Check::kGoroutine) {
        i = JudgeGoroutines(expectations, i, findings);
      } else if (IsCrashCheck(expectation.check)) {
        findings.push_back(Crash().Match(expectation));
      } else if (IsLineCheck(expectation.check)) {
        i = JudgeLines(expectations, i, findings);
      } else {
        findings.push_back(HeardBy(expectation).texts.Match(expectation));
      }
      NameStream(expectation, first, findings);
    }
  }

 private:
  using Check = Expectation::Check;
  using Stream = Expectation::Stream;

  // Those from `first` on that `belongs` is true of: one key of the spec.
  template <typename Belongs>
  static std::vector<Expectation> Together(
      const std::vector<Expectation>& expectations, size_t first,
      const Belongs& belongs) {
    const auto begin =
        expectations.begin() + static_cast<std::ptrdiff_t>(first);
    return {begin, std::find_if_not(begin, expectations.end(), belongs)};
  }

  // All of one `lines` together. Returns the index of its last.
  size_t JudgeLines(const std::vector<Expectation>& expectations, size_t first,
                    std::vector<Finding>& findings) {
    const std::vector<Expectation> lines =
        Together(expectations, first, [&](const Expectation& expectation) {
          return IsLineCheck(expectation.check) &&
                 expectation.stream == expectations[first].stream;
        });
    const Heard& heard = HeardBy(expectations[first]);
    for (Finding& finding :
         MatchLines(lines, heard.text, heard.lines, captures_)) {
      findings.push_back(std::move(finding));
    }
    return first + lines.size() - 1;
  }

  // The same of one `goroutines`.
  size_t JudgeGoroutines(const std::vector<Expectation>& expectations,
                         size_t first, std::vector<Finding>& findings) {
    const std::vector<Expectation> goroutines =
        Together(expectations, first, [](const Expectation& expectation) {
          return expectation.check == Check::kGoroutine;
        });
    for (Finding& finding : Crash().MatchAll(goroutines)) {
      findings.push_back(std::move(finding));
    }
    return first + goroutines.size() - 1;
  }

  Heard& HeardBy(const Expectation& expectation) {
    if (expectation.stream == Stream::kStdout) return out_;
    return expectation.stream == Stream::kStderr ? err_ : both_;
  }

  // Parses the report, so only where it is asked for. It stands in one stream,
  // where no line of the other is in between, or was written to both.
  CrashMatcher& Crash() {
    if (crash_.has_value()) return *crash_;
    for (const Heard* heard : {&err_, &out_, &both_}) {
      crash_.emplace(heard->text, captures_);
      if (crash_->has_cause()) break;
    }
    return *crash_;
  }

  static void NameStream(const Expectation& expectation, size_t first,
                         std::vector<Finding>& findings) {
    if (expectation.stream == Stream::kBoth) return;
    const char* name =
        expectation.stream == Stream::kStdout ? "stdout " : "stderr ";
    for (size_t i = first; i < findings.size(); ++i) {
      findings[i].key.insert(0, name);
    }
  }

  Captures captures_;
  Heard both_;
  Heard out_;
  Heard err_;
  std::optional<CrashMatcher> crash_;
};

// Programs that do not list their scenarios have no better way to say it.
std::string UsageHint(const Spec& spec, const Subject& subject,
                      const ProcessResult& result) {
  const bool refused = result.end == ProcessResult::End::kExited &&
                       result.exit_code == kExitUsage;
  if (!refused || spec.scenario.empty() || !subject.scenarios.empty()) {
    return "";
  }
  return absl::StrCat("; exit ", kExitUsage,
                      " often means that the program knows no such scenario");
}

Finding MatchEnds(const Spec& spec, const Subject& subject,
                  const ProcessResult& result) {
  Finding finding;
  finding.key = "ends";
  finding.text = FormatEnds(spec.ends);
  finding.where = spec.ends_where;
  finding.met = EndedAs(spec.ends, result);
  finding.detail =
      finding.met
          ? "so it did"
          : absl::StrCat("expected ", finding.text,
                         finding.where.line == 0 ? " (the default)" : "",
                         ", got ", FormatEnding(result),
                         EndingHint(spec.ends, result),
                         UsageHint(spec, subject, result));
  return finding;
}

// The subject listed its scenarios, and this is none of them.
bool IsUnknownScenario(const Spec& spec, const Subject& subject) {
  return !spec.scenario.empty() && !subject.MayHave(spec.scenario);
}

std::string UnknownScenario(const Spec& spec, const Subject& subject) {
  std::string nearest = Nearest(spec.scenario, subject.ScenarioNames());
  return absl::StrCat(subject.name, " has no scenario \"", spec.scenario, "\"",
                      nearest.empty()
                          ? absl::StrCat("; see ", subject.binary, " --list")
                          : absl::StrCat("; nearest: \"", nearest, "\""));
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
  if (IsUnknownScenario(spec, subject)) {
    verdict.outcome = Outcome::kFail;
    verdict.reason = UnknownScenario(spec, subject);
    verdict.where = spec.scenario_where;
    verdict.no_such_scenario = true;
    verdict.findings.clear();  // it never ran: they would only mislead
  } else if (result.excessive_output) {
    verdict.outcome = Outcome::kExcessiveOutput;
    verdict.reason = absl::StrCat("printed ", result.output_bytes_total,
                                  " bytes, more than the limit of ",
                                  spec.limits.output_bytes);
  } else if (result.end == ProcessResult::End::kTimeout &&
             spec.ends.kind != Ends::Kind::kTimeout) {
    verdict.outcome = Outcome::kTimeout;
    verdict.reason = absl::StrCat("expected ", FormatEnds(spec.ends),
                                  ", still running at its time limit");
    if (spec.ends_where.line != 0) verdict.where = spec.ends_where;
    if (result.failed_step.has_value()) NameHangingStep(spec, result, verdict);
  } else if (unmet != verdict.findings.end()) {
    verdict.outcome = Outcome::kFail;
    verdict.reason =
        unmet->key == "ends"
            ? absl::StrCat("ends: ", unmet->detail)
            : absl::StrCat(unmet->key, " ", unmet->text, ": ", unmet->detail);
    if (unmet->where.line != 0) verdict.where = unmet->where;
  } else if (!result.leaks.empty()) {
    verdict.outcome = Outcome::kLeak;
    verdict.reason = DescribeLeaks(result.leaks);
  }
}

}  // namespace

Verdict Judge(const Spec& spec, const Subject& subject,
              const ProcessResult& result) {
  Verdict verdict;
  OutputLines lines(result.output);
  verdict.findings = JudgeSteps(spec, result, lines);
  verdict.findings.push_back(MatchEnds(spec, subject, result));
  OutputJudge(result).Judge(spec.expectations, verdict.findings);
  Decide(spec, subject, result, verdict);
  return verdict;
}

}  // namespace harness
