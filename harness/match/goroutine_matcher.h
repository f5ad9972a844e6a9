// Finds for each of `goroutines` a goroutine of its own.
//
// Which one takes which is not a question of order: of two that fit a goroutine
// the one that fits others too gets another. Only one that gives a name its
// value (`"id": "{goid:g}"`) takes the first that fits, and the next where the
// rest does not fit to that.

#ifndef LASTWORDS_HARNESS_MATCH_GOROUTINE_MATCHER_H_
#define LASTWORDS_HARNESS_MATCH_GOROUTINE_MATCHER_H_

#include <vector>

#include "harness/crash/crash.h"
#include "harness/match/verdict.h"
#include "harness/spec/spec.h"

namespace harness {

// A finding for each of `wanted`, in order; where not all can be met at once,
// as many as possible are. Requires: each is kGoroutine.
std::vector<Finding> MatchGoroutines(const std::vector<Expectation>& wanted,
                                     const std::vector<Goroutine>& goroutines,
                                     Captures& captures);

}  // namespace harness

#endif  // LASTWORDS_HARNESS_MATCH_GOROUTINE_MATCHER_H_
