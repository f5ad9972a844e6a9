// A text to look for: literal, or a regular expression when written `/.../`.
//
//   TextPattern::Parse("panic: $v", TextPattern::Place::kStart, variables)
//   TextPattern::Parse("/^goroutine \\d+ \\[/", Place::kAnywhere, variables)
//   TextPattern::Parse("goroutine {goid:g} [", Place::kAnywhere, ..., &names)
//
// Expressions are RE2's, with `^` and `$` at the edges of lines. A text that
// begins with a slash but is no expression is written with a backslash in
// front: `\/usr/lib` (in JSON "\\/usr/lib"). Both may hold placeholders, see
// placeholder.h. Any bytes may be searched, see readable_text.h.

#ifndef LASTWORDS_HARNESS_SPEC_TEXT_PATTERN_H_
#define LASTWORDS_HARNESS_SPEC_TEXT_PATTERN_H_

#include <map>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "absl/status/statusor.h"
#include "harness/spec/placeholder.h"
#include "harness/spec/variables.h"

namespace re2 {
class RE2;
}

namespace harness {

class ReadableText;

// What the names of a spec have become.
using Captures = std::map<std::string, std::string>;

class TextPattern {
 public:
  // Where in the output the text must stand.
  enum class Place { kAnywhere, kStart, kEnd, kWhole };

  struct Span {
    size_t begin = 0;
    size_t end = 0;
  };

  // `names` are those defined by the texts before this one, which adds its own;
  // without it, the text stands alone.
  // Errors: InvalidArgument for an empty text (but kWhole may be empty), an
  // undefined variable, an unknown placeholder, an unterminated or bad
  // expression (with RE2's words), and for one that matches the empty text and
  // so could never fail.
  static absl::StatusOr<TextPattern> Parse(std::string_view written,
                                           Place place,
                                           const Variables& variables,
                                           CaptureNames* names = nullptr);

  // The first match at or after `from`, or nullopt. A name in `captures` must
  // be found with its value; the others are put there.
  std::optional<Span> Find(std::string_view text, size_t from = 0,
                           Captures* captures = nullptr) const;

  // How many matches do not overlap. Each takes the names that have no value
  // as it finds them.
  int64_t Count(std::string_view text, const Captures& captures = {}) const;

  // Neither an expression nor with a placeholder in it.
  bool is_literal() const { return kind_ == Kind::kLiteral; }
  bool is_regex() const { return kind_ == Kind::kRegex; }
  bool is_whole() const { return place_ == Place::kWhole; }

  // True if only what has a newline in it can match.
  bool NeedsNewline() const;

  // The text, or the expression without slashes; variables are expanded,
  // placeholders stand as written.
  const std::string& text() const { return text_; }

  // The names in it, each with its kind.
  const CaptureNames& names() const { return kinds_; }

  // What it is made of, in order.
  const std::vector<PatternPiece>& pieces() const { return pieces_; }

  // The same wherever it may stand.
  TextPattern Anywhere() const;

  // A text cut at its newlines, each piece the whole of its line; the newlines
  // are no part of the pieces.
  // Requires: !is_regex().
  std::vector<TextPattern> Lines() const;

 private:
  enum class Kind { kLiteral, kTemplate, kRegex };

  TextPattern(Kind kind, Place place, std::vector<PatternPiece> pieces,
              const CaptureNames& names);

  std::shared_ptr<const re2::RE2> Compiled(const Captures& captures) const;
  std::string Expression(const Captures& captures) const;
  std::optional<Span> FindLiteral(std::string_view text, size_t from) const;
  std::optional<Span> FindIn(const ReadableText& text, size_t from,
                             Captures* captures) const;
  std::optional<Span> FindNamed(const ReadableText& text, size_t from,
                                Captures& captures) const;
  bool HasAll(const Captures& captures) const;
  bool Agrees(const ReadableText& text, Span& span, Captures& captures) const;

  Kind kind_;
  Place place_;
  std::vector<PatternPiece> pieces_;
  CaptureNames kinds_;  // of the names in it
  std::string text_;
  std::shared_ptr<const re2::RE2> regex_;  // no name known; null for a literal
};

}  // namespace harness

#endif  // LASTWORDS_HARNESS_SPEC_TEXT_PATTERN_H_
