// Judges the expectations that are about the output as a whole: `wants`,
// `never`, `starts`, `finishes`, `equals` and `count`.

#ifndef LASTWORDS_HARNESS_MATCH_TEXT_MATCHER_H_
#define LASTWORDS_HARNESS_MATCH_TEXT_MATCHER_H_

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

#include "harness/match/output_lines.h"
#include "harness/match/verdict.h"
#include "harness/spec/spec.h"

namespace harness {

// What of a finding the expectation alone says.
Finding FindingOf(const Expectation& expectation);

class TextMatcher {
 public:
  // Safety: keeps references to all three.
  TextMatcher(std::string_view output, const OutputLines& lines,
              Captures& captures)
      : output_(output), lines_(lines), captures_(captures) {}

  // Requires: !IsLineCheck(expectation.check).
  Finding Match(const Expectation& expectation);

 private:
  void MatchOnce(const Expectation& expectation, Finding& finding);
  void MatchNever(const TextPattern& pattern, Finding& finding);
  void MatchCount(const Expectation& expectation, Finding& finding);
  std::optional<NearestLine> Difference(const Expectation& expectation);
  std::string Elsewhere(const Expectation& expectation) const;
  std::string Places(const TextPattern& pattern, int64_t count) const;

  const std::string_view output_;
  const OutputLines& lines_;
  Captures& captures_;
};

}  // namespace harness

#endif  // LASTWORDS_HARNESS_MATCH_TEXT_MATCHER_H_
