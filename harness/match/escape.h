// Makes arbitrary bytes fit to be read on a terminal.

#ifndef LASTWORDS_HARNESS_MATCH_ESCAPE_H_
#define LASTWORDS_HARNESS_MATCH_ESCAPE_H_

#include <string>
#include <string_view>

namespace harness {

// Exactly one character for each printable ASCII byte, escapes (`\n`, `\t`,
// `\x1b`, `\\`) for all others: for short texts whose bytes matter.
std::string EscapeBytes(std::string_view bytes);

// For whole lines of output: valid UTF-8 and tabs stay, other control bytes
// and bytes that are no UTF-8 become `\xNN`. Newlines become `\n`.
std::string EscapeLine(std::string_view bytes);

}  // namespace harness

#endif  // LASTWORDS_HARNESS_MATCH_ESCAPE_H_
