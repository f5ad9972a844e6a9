// Writes a spec from what several runs of a program have in common.
//
//   ProposeSpec({{"scenario", "\"PanicRace\""}}, subject, results)
//     -> { "scenario": "PanicRace", "starts": "panic: crash\n", ... }
//
// What changes from run to run becomes a placeholder or is left out; whatever
// is proposed holds in each of the runs.

#ifndef LASTWORDS_HARNESS_REPORT_SPEC_PROPOSAL_H_
#define LASTWORDS_HARNESS_REPORT_SPEC_PROPOSAL_H_

#include <string>
#include <vector>

#include "absl/status/statusor.h"
#include "harness/process/process.h"
#include "harness/report/json_text.h"
#include "harness/spec/subject.h"

namespace harness {

// `what`: the members that say what is run. `results`: at least one.
// Errors: FailedPrecondition if the runs did not end alike, or if no spec holds
// for them: what leaks or floods never passes, and some ends have no name.
absl::StatusOr<std::string> ProposeSpec(
    const JsonMembers& what, const Subject& subject,
    const std::vector<ProcessResult>& results);

// A line of output as a spec would have it: `{addr}` for addresses, `{goid}`
// for ids but 1, `{file}:{line}` for places, `$pkg` for the package, and what
// the language has a meaning for escaped.
std::string Generalised(std::string_view line, const Subject& subject);

}  // namespace harness

#endif  // LASTWORDS_HARNESS_REPORT_SPEC_PROPOSAL_H_
