// What a verdict becomes where a failure was expected.

#ifndef LASTWORDS_HARNESS_MATCH_XFAIL_VERDICT_H_
#define LASTWORDS_HARNESS_MATCH_XFAIL_VERDICT_H_

#include <string_view>

#include "harness/match/verdict.h"
#include "harness/spec/spec.h"
#include "harness/spec/subject.h"

namespace harness {

// XFAIL for a failure, XPASS for a pass; a failure after its date is one that
// says so. Nothing happens to specs without `xfail`, where its conditions do
// not hold, to runs that decided nothing, and where the subject has no such
// scenario: that is not the failure that was expected, and would hide for ever
// that nothing runs. `today` is "YYYY-MM-DD".
void ApplyXfail(const Spec& spec, const Subject& subject,
                std::string_view today, Verdict& verdict);

}  // namespace harness

#endif  // LASTWORDS_HARNESS_MATCH_XFAIL_VERDICT_H_
