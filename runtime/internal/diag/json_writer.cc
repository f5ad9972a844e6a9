// ASYNC-SIGNAL-SAFE: no malloc, no stdio, no locks.
#include "runtime/internal/diag/json_writer.h"

namespace runtime::internal {
namespace {

constexpr std::string_view kReplacement = "\xef\xbf\xbd";  // U+FFFD

// How many bytes a character that begins so has; 0: none begins so.
size_t CharacterSize(unsigned char first) {
  if (first >= 0xc2 && first <= 0xdf) return 2;
  if (first >= 0xe0 && first <= 0xef) return 3;
  if (first >= 0xf0 && first <= 0xf4) return 4;
  return 0;
}

// Whether `second` may follow `first`: no overlong forms, no surrogates,
// nothing above U+10FFFF. Source: Unicode 15, table 3-7.
bool MayFollow(unsigned char first, unsigned char second) {
  const unsigned char least = first == 0xe0   ? 0xa0
                              : first == 0xf0 ? 0x90
                                              : 0x80;
  const unsigned char most = first == 0xed ? 0x9f : first == 0xf4 ? 0x8f : 0xbf;
  return second >= least && second <= most;
}

}  // namespace

void JsonWriter::Separate() {
  if (needs_comma_) out_.Char(',');
  needs_comma_ = true;
}

void JsonWriter::Begin(char open, char close) {
  Separate();
  out_.Char(open);
  close_[depth_++] = close;
  needs_comma_ = false;
}

void JsonWriter::End() {
  out_.Char(close_[--depth_]);
  needs_comma_ = true;
}

void JsonWriter::EndTo(int depth) {
  if (in_text_) EndText();
  while (depth_ > depth) End();
}

JsonWriter& JsonWriter::Key(std::string_view key) {
  Separate();
  out_.Char('"').Str(key).Str("\":");
  needs_comma_ = false;
  return *this;
}

void JsonWriter::Number(int64_t value) {
  Separate();
  out_.Dec(value);
}

void JsonWriter::Bool(bool value) {
  Separate();
  out_.Str(value ? "true" : "false");
}

void JsonWriter::Hex(uint64_t value) {
  Separate();
  out_.Char('"').Hex(value).Char('"');
}

void JsonWriter::Text(std::string_view text) {
  BeginText();
  AppendText(text);
  EndText();
}

void JsonWriter::BeginText() {
  Separate();
  out_.Char('"');
  in_text_ = true;
}

void JsonWriter::AppendText(std::string_view piece) {
  for (const char c : piece) AppendByte(static_cast<unsigned char>(c));
}

void JsonWriter::EndText() {
  DropPartial();
  out_.Char('"');
  in_text_ = false;
}

void JsonWriter::AppendByte(unsigned char byte) {
  if (partial_size_ > 0) {
    const auto first = static_cast<unsigned char>(partial_[0]);
    const bool fits = partial_size_ == 1 ? MayFollow(first, byte)
                                         : byte >= 0x80 && byte <= 0xbf;
    if (!fits) DropPartial();
  }
  if (byte < 0x80) return AppendAscii(byte);
  if (partial_size_ == 0) partial_wanted_ = CharacterSize(byte);
  partial_[partial_size_++] = static_cast<char>(byte);
  if (partial_wanted_ == 0) return DropPartial();
  if (partial_size_ == partial_wanted_) {
    out_.Str({partial_, partial_size_});
    partial_size_ = 0;
  }
}

void JsonWriter::AppendAscii(unsigned char byte) {
  if (byte == '"' || byte == '\\') {
    out_.Char('\\').Char(static_cast<char>(byte));
  } else if (byte == '\n') {
    out_.Str("\\n");
  } else if (byte == '\t') {
    out_.Str("\\t");
  } else if (byte < 0x20) {
    out_.Str("\\u00").Char(kHexDigits[byte >> 4]).Char(kHexDigits[byte & 15]);
  } else {
    out_.Char(static_cast<char>(byte));
  }
}

void JsonWriter::DropPartial() {
  if (partial_size_ > 0) out_.Str(kReplacement);
  partial_size_ = 0;
}

}  // namespace runtime::internal
