#include "harness/match/escape.h"

#include <cstddef>

#include "harness/spec/utf8.h"

namespace harness {
namespace {

constexpr char kHex[] = "0123456789abcdef";

void AppendHex(unsigned char byte, std::string& text) {
  text += "\\x";
  text += kHex[byte >> 4];
  text += kHex[byte & 15];
}

// The length of the character `bytes` begins with, or 0 if it is ASCII or not
// to be shown: terminals obey the C1 control characters (U+0080 to U+009F).
size_t ShownLength(std::string_view bytes) {
  const auto at = [&](size_t i) {
    return static_cast<unsigned char>(bytes[i]);
  };
  const bool control = bytes.size() > 1 && at(0) == 0xC2 && at(1) < 0xA0;
  return at(0) < 0x80 || control ? 0 : Utf8Length(bytes);
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
    } else if (size_t sequence = ShownLength(bytes.substr(i))) {
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
