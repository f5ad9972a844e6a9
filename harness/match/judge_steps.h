// What became of the steps of a conversation.

#ifndef LASTWORDS_HARNESS_MATCH_JUDGE_STEPS_H_
#define LASTWORDS_HARNESS_MATCH_JUDGE_STEPS_H_

#include <string>
#include <vector>

#include "harness/match/output_lines.h"
#include "harness/match/verdict.h"
#include "harness/process/process.h"
#include "harness/spec/spec.h"

namespace harness {

// As the spec says it: `wait "ready"`, `send SIGQUIT`.
std::string FormatStep(const SpecStep& step);

// A finding for each step, in order. Of a wait that was in vain it has the
// nearest line.
std::vector<Finding> JudgeSteps(const Spec& spec, const ProcessResult& result,
                                const OutputLines& lines);

}  // namespace harness

#endif  // LASTWORDS_HARNESS_MATCH_JUDGE_STEPS_H_
