// ASYNC-SIGNAL-SAFE: no malloc, no stdio, no locks.
//
// JSON, written piece by piece to a Printer.
//
//   JsonWriter json(out);
//   json.BeginObject();
//   json.Key("id").Number(1);
//   json.Key("frames").BeginArray();
//   json.EndTo(0);                          {"id":1,"frames":[]}
#ifndef LASTWORDS_RUNTIME_INTERNAL_DIAG_JSON_WRITER_H_
#define LASTWORDS_RUNTIME_INTERNAL_DIAG_JSON_WRITER_H_

#include <cstddef>
#include <cstdint>
#include <string_view>

#include "runtime/internal/base/print.h"

namespace runtime::internal {

// Puts the commas and the quotes. The caller keeps the order: a key, then its
// value; every Begin has its End, none is deeper than
// kMaxDepth.
class JsonWriter {
 public:
  static constexpr int kMaxDepth = 16;

  explicit JsonWriter(Printer& out) : out_(out) {}

  void BeginObject() { Begin('{', '}'); }
  void BeginArray() { Begin('[', ']'); }
  void End();  // of the innermost object or array
  // Of all that is deeper, and of a text that was left open.
  void EndTo(int depth);

  JsonWriter& Key(std::string_view key);  // plain letters only
  void Number(int64_t value);
  void Bool(bool value);
  void Hex(uint64_t value);  // a text, "0x1f"
  void Text(std::string_view text);

  // A text in pieces. Any bytes: what is not UTF-8 becomes U+FFFD.
  void BeginText();
  void AppendText(std::string_view piece);
  void EndText();

 private:
  void Begin(char open, char close);
  void Separate();
  void AppendByte(unsigned char byte);
  void AppendAscii(unsigned char byte);
  void DropPartial();

  Printer& out_;
  char close_[kMaxDepth] = {};
  int depth_ = 0;
  bool needs_comma_ = false;
  bool in_text_ = false;
  // A character of several bytes, so far.
  char partial_[4] = {};
  size_t partial_size_ = 0;
  size_t partial_wanted_ = 0;
};

}  // namespace runtime::internal

#endif  // LASTWORDS_RUNTIME_INTERNAL_DIAG_JSON_WRITER_H_
