// Judges `frames`, `panics`, `fatal` and `goroutines` against the first crash
// report in the output.

#ifndef LASTWORDS_HARNESS_MATCH_CRASH_MATCHER_H_
#define LASTWORDS_HARNESS_MATCH_CRASH_MATCHER_H_

#include <set>
#include <string_view>

#include "harness/crash/crash.h"
#include "harness/match/verdict.h"
#include "harness/spec/spec.h"

namespace harness {

class CrashMatcher {
 public:
  // Safety: keeps a reference to `captures`.
  CrashMatcher(std::string_view output, Captures& captures);

  // Requires: IsCrashCheck(expectation.check).
  Finding Match(const Expectation& expectation);

 private:
  void MatchFatal(const TextPattern& wanted, Finding& finding);
  void MatchPanics(const std::vector<PanicWanted>& wanted, Finding& finding);
  void MatchFrames(const FramesWanted& wanted, Finding& finding);
  void MatchGoroutine(const GoroutineWanted& wanted, Finding& finding);

  const CrashReport* Report() const;

  const CrashLog log_;
  Captures& captures_;
  std::set<const Goroutine*> taken_;  // by a goroutine that was wanted
};

}  // namespace harness

#endif  // LASTWORDS_HARNESS_MATCH_CRASH_MATCHER_H_
