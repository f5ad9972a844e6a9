#include "harness/match/judge.h"

#include <algorithm>
#include <string>

#include "absl/strings/str_cat.h"
#include "absl/strings/str_join.h"
#include "absl/time/time.h"
#include "harness/match/ending.h"
#include "harness/match/judge_steps.h"
#include "harness/match/line_matcher.h"
#include "harness/match/output_lines.h"
#include "harness/match/text_matcher.h"
#include "harness/spec/nearest.h"

namespace harness {
namespace {

constexpr int kExitUsage = 64;  // EX_USAGE of sysexits.h

// The expectations on the output. Names of placeholders get their values in
// the order of the spec.
void JudgeOutput(const Spec& spec, const ProcessResult& result,
                 const OutputLines& lines, std::vector<Finding>& findings) {
  Captures captures;
  TextMatcher texts(result.output, lines, captures);
  std::vector<Expectation> pending;
  for (size_t i = 0; i < spec.expectations.size(); ++i) {
    const Expectation& expectation = spec.expectations[i];
    if (!IsLineCheck(expectation.check)) {
      findings.push_back(texts.Match(expectation));
      continue;
    }
    pending.push_back(expectation);
    bool last = i + 1 == spec.expectations.size() ||
                !IsLineCheck(spec.expectations[i + 1].check);
    if (!last) continue;
    for (Finding& finding :
         MatchLines(pending, result.output, lines, captures)) {
      findings.push_back(std::move(finding));
    }
  }
}

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
  OutputLines lines(result.output);
  verdict.findings = JudgeSteps(spec, result, lines);
  verdict.findings.push_back(MatchEnds(spec, result));
  JudgeOutput(spec, result, lines, verdict.findings);
  Decide(spec, subject, result, verdict);
  return verdict;
}

}  // namespace harness
