// `lastwords run --failed`: of what is selected, only what failed last time.

#ifndef LASTWORDS_HARNESS_CLI_FAILED_SELECTION_H_
#define LASTWORDS_HARNESS_CLI_FAILED_SELECTION_H_

#include "absl/status/status.h"
#include "harness/cli/failure_memory.h"
#include "harness/cli/selection.h"

namespace harness {

// Takes all others out of `selection.specs`. Tests that are there no more are
// told on standard error, and forgotten.
// Errors: NotFound if nothing is left, and why; Unavailable as FailureMemory.
absl::Status SelectFailed(const FailureMemory& memory, Selection& selection);

}  // namespace harness

#endif  // LASTWORDS_HARNESS_CLI_FAILED_SELECTION_H_
