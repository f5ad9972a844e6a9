// What is UTF-8, and what is not.

#ifndef LASTWORDS_HARNESS_SPEC_UTF8_H_
#define LASTWORDS_HARNESS_SPEC_UTF8_H_

#include <cstddef>
#include <string_view>

namespace harness {

// The length of the character `bytes` begins with, or 0 if they begin with
// none: a stray byte, an overlong form, a surrogate, the end within it.
// Requires: !bytes.empty().
std::size_t Utf8Length(std::string_view bytes);

// Where the first byte stands that is no UTF-8, at or after `from`, which
// begins a character; or npos.
std::size_t FindNotUtf8(std::string_view text, std::size_t from = 0);

// True if there is one that a terminal may obey: below U+0020, or from U+007F
// to U+009F.
bool HasControlCharacter(std::string_view text);

}  // namespace harness

#endif  // LASTWORDS_HARNESS_SPEC_UTF8_H_
