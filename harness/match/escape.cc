#include "harness/match/escape.h"

#include <cstddef>

namespace harness {
namespace {

constexpr char kHex[] = "0123456789abcdef";

void AppendHex(unsigned char byte, std::string& text) {
  text += "\\x";
  text += kHex[byte >> 4];
  text += kHex[byte & 15];
}

// The length of the UTF-8 sequence `bytes` begins with, or 0 if it is none.
// C1 control characters (U+0080 to U+009F) count as none: terminals obey them.
size_t SequenceLength(std::string_view bytes) {
  auto at = [&](size_t i) { return static_cast<unsigned char>(bytes[i]); };
  unsigned char lead = at(0);
  size_t length = lead >= 0xF0 ? 4 : lead >= 0xE0 ? 3 : 2;
  if (lead < 0xC2 || lead > 0xF4 || bytes.size() < length) return 0;
  for (size_t i = 1; i < length; ++i) {
    if ((at(i) & 0xC0) != 0x80) return 0;
  }
  bool overlong = (lead == 0xE0 && at(1) < 0xA0) ||
                  (lead == 0xF0 && at(1) < 0x90) ||
                  (lead == 0xF4 && at(1) > 0x8F);
  bool surrogate = lead == 0xED && at(1) > 0x9F;
  bool control = lead == 0xC2 && at(1) < 0xA0;
  return overlong || surrogate || control ? 0 : length;
}

}  // namespace

std::string EscapeBytes(std::string_view bytes) {
  std::string text;
  for (char c : bytes) {
    if (c == '\n') {
      text += "\\n";
    } else if (c == '\t') {
      text += "\\t";
    } else if (c == '\\') {
      text += "\\\\";
    } else if (c >= 0x20 && c < 0x7F) {
      text += c;
    } else {
      AppendHex(static_cast<unsigned char>(c), text);
    }
  }
  return text;
}

std::string EscapeLine(std::string_view bytes) {
  std::string text;
  for (size_t i = 0; i < bytes.size();) {
    char c = bytes[i];
    size_t length = 1;
    if (c == '\n') {
      text += "\\n";
    } else if (c == '\t' || (c >= 0x20 && c < 0x7F)) {
      text += c;
    } else if (size_t sequence = SequenceLength(bytes.substr(i))) {
      length = sequence;
      text += bytes.substr(i, length);
    } else {
      AppendHex(static_cast<unsigned char>(c), text);
    }
    i += length;
  }
  return text;
}

}  // namespace harness
