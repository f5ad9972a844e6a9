// A pattern as its spec shows it, fit for one line of a report.

#ifndef LASTWORDS_HARNESS_MATCH_PATTERN_TEXT_H_
#define LASTWORDS_HARNESS_MATCH_PATTERN_TEXT_H_

#include <string>

#include "harness/spec/text_pattern.h"

namespace harness {

// `"panic: x\n"` or `/^goroutine \d+/`; variables are expanded.
std::string Quoted(const TextPattern& pattern);

// " (g is 7)" for the names in it that have a value, else empty.
std::string Becoming(const TextPattern& pattern, const Captures& captures);

}  // namespace harness

#endif  // LASTWORDS_HARNESS_MATCH_PATTERN_TEXT_H_
