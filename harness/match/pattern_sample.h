// A text that a pattern matches, made up from the pattern: what would have to
// be printed to break a `never`.
//
//   SampleOf(pattern of "/^panic: \\w+$/")  ->  "panic: a"

#ifndef LASTWORDS_HARNESS_MATCH_PATTERN_SAMPLE_H_
#define LASTWORDS_HARNESS_MATCH_PATTERN_SAMPLE_H_

#include <optional>
#include <string>
#include <string_view>

#include "harness/spec/text_pattern.h"

namespace harness {

// nullopt where none was found: the expression can not match, or is beyond what
// RegexSample knows.
std::optional<std::string> SampleOf(const TextPattern& pattern);

// The first alternative of an expression, with each class as one of its
// characters and each repetition as seldom as is allowed, but once.
std::string RegexSample(std::string_view expression);

}  // namespace harness

#endif  // LASTWORDS_HARNESS_MATCH_PATTERN_SAMPLE_H_
