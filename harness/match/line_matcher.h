// Judges `lines`: FileCheck's directives, of which each takes a line of its own
// below the one before it.
//
//   here             FileCheck
//   "x"              CHECK: x       in a line below
//   { "next": "x" }  CHECK-NEXT: x
//   { "same": "x" }  CHECK-SAME: x
//   { "empty" }      CHECK-EMPTY:
//   { "not": "x" }   CHECK-NOT: x
//   { "unordered" }  CHECK-DAG: {{.*}}x{{.*}}
//   { "count": 3 }   CHECK-COUNT-3: x
//
// As there, each takes the first line that fits, and is not asked again.
//
// Source: llvm/lib/FileCheck of LLVM 14; line_matcher_test.cc runs both.

#ifndef LASTWORDS_HARNESS_MATCH_LINE_MATCHER_H_
#define LASTWORDS_HARNESS_MATCH_LINE_MATCHER_H_

#include <string_view>
#include <vector>

#include "harness/match/output_lines.h"
#include "harness/match/verdict.h"
#include "harness/spec/spec.h"

namespace harness {

// A finding for each of `checks`, in order. Requires: each IsLineCheck.
std::vector<Finding> MatchLines(const std::vector<Expectation>& checks,
                                std::string_view output,
                                const OutputLines& lines, Captures& captures);

}  // namespace harness

#endif  // LASTWORDS_HARNESS_MATCH_LINE_MATCHER_H_
