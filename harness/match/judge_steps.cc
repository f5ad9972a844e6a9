#include "harness/match/judge_steps.h"

#include "absl/strings/str_cat.h"
#include "harness/match/escape.h"
#include "harness/match/pattern_text.h"
#include "harness/spec/ends.h"

namespace harness {
namespace {

// Why the step that was not done was not done.
void DescribeFailed(const SpecStep& step, const ProcessResult& result,
                    const OutputLines& lines, Finding& finding) {
  finding.detail = result.failed_step->reason;
  if (step.act != SpecStep::Act::kWait) return;
  std::optional<TextPattern::Span> span = step.pattern->Find(result.output);
  if (span.has_value()) {
    absl::StrAppend(&finding.detail, "; found at line ",
                    lines.NumberAt(span->begin),
                    ", and not after what was waited for before");
    return;
  }
  absl::StrAppend(&finding.detail, "; not found");
  finding.nearest = FindNearest(*step.pattern, lines);
}

}  // namespace

std::string FormatStep(const SpecStep& step) {
  switch (step.act) {
    case SpecStep::Act::kWait:
      return absl::StrCat("wait ", Quoted(*step.pattern));
    case SpecStep::Act::kSend:
      return absl::StrCat("send ", SignalName(step.signal));
    case SpecStep::Act::kInput:
      return absl::StrCat("input \"", EscapeBytes(step.text), "\"");
    case SpecStep::Act::kCloseStdin:
      return "close_stdin";
  }
  return "?";
}

std::vector<Finding> JudgeSteps(const Spec& spec, const ProcessResult& result,
                                const OutputLines& lines) {
  const size_t done = result.failed_step.has_value() ? result.failed_step->index
                                                     : spec.steps.size();
  std::vector<Finding> findings;
  for (size_t i = 0; i < spec.steps.size(); ++i) {
    const SpecStep& step = spec.steps[i];
    Finding& finding = findings.emplace_back();
    finding.key = absl::StrCat("step ", i + 1);
    finding.text = FormatStep(step);
    finding.where = step.where;
    finding.met = i < done;
    finding.judged = i <= done;
    finding.detail = finding.met ? "done" : "not reached";
    if (i == done) DescribeFailed(step, result, lines, finding);
  }
  return findings;
}

}  // namespace harness
