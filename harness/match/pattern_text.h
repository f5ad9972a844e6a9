// A pattern as its spec shows it, fit for one line of a report.

#ifndef LASTWORDS_HARNESS_MATCH_PATTERN_TEXT_H_
#define LASTWORDS_HARNESS_MATCH_PATTERN_TEXT_H_

#include <string>

#include "harness/spec/text_pattern.h"

namespace harness {

// `"panic: x\n"` or `/^goroutine \d+/`; variables are expanded.
std::string Quoted(const TextPattern& pattern);

}  // namespace harness

#endif  // LASTWORDS_HARNESS_MATCH_PATTERN_TEXT_H_
