// The line of output that comes closest to an expected text, and where the two
// differ: most failures are a typing error on one side or the other.
//
//   expected  panic: crash
//   line 3    panic: crush
//                      ^

#ifndef LASTWORDS_HARNESS_MATCH_NEAREST_LINE_H_
#define LASTWORDS_HARNESS_MATCH_NEAREST_LINE_H_

#include <optional>
#include <string>
#include <string_view>

#include "harness/match/output_lines.h"
#include "harness/spec/text_pattern.h"

namespace harness {

struct NearestLine {
  int number = 0;        // of the line; 0: the output ended before it
  std::string expected;  // one line of the expected text, escaped
  std::string actual;    // the line found, escaped
  std::string marks;     // `^` below what differs; empty for an expression
};

// The nearest line anywhere, or nullopt if none is like it. Of a text of
// several lines, the first that differs below the nearest beginning.
std::optional<NearestLine> FindNearest(const TextPattern& pattern,
                                       const OutputLines& lines);

// How line `number` differs from a pattern of one line.
NearestLine CompareLine(const TextPattern& pattern, const OutputLines& lines,
                        int number);

// The text of a pattern that is no expression, its placeholders filled where
// the lines from `first` on are as it says.
std::string Resolved(const TextPattern& pattern, const OutputLines& lines,
                     int first);

// The first line in which `expected` differs from the output from line `first`
// on; `whole`: the output must also end with it.
std::optional<NearestLine> FirstDifference(std::string_view expected,
                                           const OutputLines& lines, int first,
                                           bool whole);

}  // namespace harness

#endif  // LASTWORDS_HARNESS_MATCH_NEAREST_LINE_H_
