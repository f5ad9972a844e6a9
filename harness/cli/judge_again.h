// One line that runs one test again as it was run, and judges it.

#ifndef LASTWORDS_HARNESS_CLI_JUDGE_AGAIN_H_
#define LASTWORDS_HARNESS_CLI_JUDGE_AGAIN_H_

#include <string>
#include <vector>

#include "harness/spec/spec.h"
#include "harness/spec/subject.h"

namespace harness {

// For any shell in any directory: `lastwords` stands beside this program. Only
// of a spec with steps; the others are repeated without the harness.
std::string JudgeAgainCommand(const Spec& spec, const Subject& subject,
                              const std::vector<std::string>& more_env);

}  // namespace harness

#endif  // LASTWORDS_HARNESS_CLI_JUDGE_AGAIN_H_
