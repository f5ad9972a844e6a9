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

// Stand for themselves where a text would be: there is none.
inline constexpr char kAnEmptyLine[] = "(an empty line)";
inline constexpr char kTheEnd[] = "(the end of the output)";

struct NearestLine {
  int number = 0;        // of the line; 0: the output ended before it
  std::string expected;  // one line of the expected text, escaped
  std::string actual;    // the line found, escaped
  std::string marks;     // `^` below what differs; may be empty
};

// The nearest line anywhere, or nullopt if none is like it. Of a text of
// several lines, the first that differs below the nearest beginning.
std::optional<NearestLine> FindNearest(const TextPattern& pattern,
                                       const OutputLines& lines,
                                       const Captures& captures = {});

// How `line`, or a part of line `number`, differs from a pattern of one line.
NearestLine CompareLine(const TextPattern& pattern, std::string_view line,
                        int number, const Captures& captures = {});

// The first line in which `pattern` differs from the output from line `first`
// on; `whole`: the output must also end with it.
// Requires: !pattern.is_regex().
std::optional<NearestLine> FirstDifference(const TextPattern& pattern,
                                           const OutputLines& lines, int first,
                                           bool whole,
                                           const Captures& captures = {});

}  // namespace harness

#endif  // LASTWORDS_HARNESS_MATCH_NEAREST_LINE_H_
