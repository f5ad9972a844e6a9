// Decides whether a process did what its spec says. A pure function: the same
// spec and result give the same verdict, and strings are all a test needs.
//
//   Verdict verdict = Judge(spec, subject, result);
//   if (verdict.outcome != Outcome::kPass) std::cout << verdict.reason;

#ifndef LASTWORDS_HARNESS_MATCH_JUDGE_H_
#define LASTWORDS_HARNESS_MATCH_JUDGE_H_

#include "harness/match/verdict.h"
#include "harness/process/process.h"
#include "harness/spec/spec.h"
#include "harness/spec/subject.h"

namespace harness {

// Every expectation gets its finding, whatever the outcome. When several
// outcomes apply, the one that explains the others wins: a scenario that the
// subject does not have (a FAIL, with no findings), EXCESSIVE_OUTPUT, TIMEOUT,
// FAIL, LEAK.
Verdict Judge(const Spec& spec, const Subject& subject,
              const ProcessResult& result);

}  // namespace harness

#endif  // LASTWORDS_HARNESS_MATCH_JUDGE_H_
