// What is known of a run when it is over: everything.

#ifndef LASTWORDS_HARNESS_CLI_JUDGED_RUN_H_
#define LASTWORDS_HARNESS_CLI_JUDGED_RUN_H_

#include <string>
#include <vector>

#include "absl/status/statusor.h"
#include "harness/process/process.h"
#include "harness/report/failure_text.h"
#include "harness/spec/spec.h"
#include "harness/spec/subject.h"

namespace harness {

// Judges `result`; where nothing could be run it is UNRESOLVED. `more_env`:
// "KEY=VALUE", as it was run with.
RunRecord JudgedRun(const Spec& spec, const Subject& subject,
                    const std::vector<std::string>& more_env,
                    absl::StatusOr<ProcessResult> result);

}  // namespace harness

#endif  // LASTWORDS_HARNESS_CLI_JUDGED_RUN_H_
