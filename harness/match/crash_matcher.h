// Judges `frames`, `panics`, `fatal` and `goroutines` against the first crash
// report in the output.

#ifndef LASTWORDS_HARNESS_MATCH_CRASH_MATCHER_H_
#define LASTWORDS_HARNESS_MATCH_CRASH_MATCHER_H_

#include <string_view>
#include <vector>

#include "harness/crash/crash.h"
#include "harness/match/verdict.h"
#include "harness/spec/spec.h"

namespace harness {

class CrashMatcher {
 public:
  // Safety: keeps a reference to `captures`.
  CrashMatcher(std::string_view output, Captures& captures);

  // True if there is a report that says why, not but a stack.
  bool has_cause() const;

  // Requires: IsCrashCheck(expectation.check), and not kGoroutine.
  Finding Match(const Expectation& expectation);

  // All of one `goroutines` together, since each wants one of its own.
  // Requires: each is kGoroutine.
  std::vector<Finding> MatchAll(const std::vector<Expectation>& goroutines);

 private:
  void MatchFatal(const TextPattern& wanted, Finding& finding);
  void MatchPanics(const std::vector<PanicWanted>& wanted, Finding& finding);
  void MatchFrames(const FramesWanted& wanted, Finding& finding);

  const CrashReport* Report() const;

  const CrashLog log_;
  Captures& captures_;
};

}  // namespace harness

#endif  // LASTWORDS_HARNESS_MATCH_CRASH_MATCHER_H_
