// "did you mean ...?": the known name closest to the one that was written.

#ifndef LASTWORDS_HARNESS_SPEC_NEAREST_H_
#define LASTWORDS_HARNESS_SPEC_NEAREST_H_

#include <string>
#include <string_view>
#include <vector>

namespace harness {

// Single-character insertions, deletions, replacements and swaps of neighbours
// that lead from `a` to `b`; case counts half as much as a replacement would
// (so the unit is half an edit).
int HalfEditDistance(std::string_view a, std::string_view b);

// The closest name, or empty if none is close enough to be a likely mistake.
std::string Nearest(std::string_view word,
                    const std::vector<std::string>& names);

// `; did you mean "wants"?`, or empty.
std::string DidYouMean(std::string_view word,
                       const std::vector<std::string>& names);

}  // namespace harness

#endif  // LASTWORDS_HARNESS_SPEC_NEAREST_H_
