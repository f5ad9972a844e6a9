// A text to look for: literal, or a regular expression when written `/.../`.
//
//   TextPattern::Parse("panic: $v", TextPattern::Place::kStart, variables)
//   TextPattern::Parse("/^goroutine \\d+ \\[/", Place::kAnywhere, variables)
//
// Expressions are RE2's, with `^` and `$` at the edges of lines. A text that
// begins with a slash but is no expression is written with a backslash in
// front: `\/usr/lib` (in JSON "\\/usr/lib").

#ifndef LASTWORDS_HARNESS_SPEC_TEXT_PATTERN_H_
#define LASTWORDS_HARNESS_SPEC_TEXT_PATTERN_H_

#include <memory>
#include <optional>
#include <string>
#include <string_view>

#include "absl/status/statusor.h"
#include "harness/spec/variables.h"

namespace re2 {
class RE2;
}

namespace harness {

class TextPattern {
 public:
  // Where in the output the text must stand.
  enum class Place { kAnywhere, kStart, kEnd, kWhole };

  struct Span {
    size_t begin = 0;
    size_t end = 0;
  };

  // Errors: InvalidArgument for an empty text (but kWhole may be empty), an
  // undefined variable, an unterminated or bad expression (with RE2's words),
  // and for one that matches the empty text and so could never fail.
  static absl::StatusOr<TextPattern> Parse(std::string_view written,
                                           Place place,
                                           const Variables& variables);

  // The first match at or after `from`, or nullopt.
  std::optional<Span> Find(std::string_view text, size_t from = 0) const;

  // How many matches do not overlap.
  int64_t Count(std::string_view text) const;

  bool is_regex() const { return regex_ != nullptr; }

  // The literal, or the expression without slashes; variables expanded.
  const std::string& text() const { return text_; }

 private:
  TextPattern(std::string text, Place place,
              std::shared_ptr<const re2::RE2> regex);

  std::string text_;
  Place place_;
  std::shared_ptr<const re2::RE2> regex_;  // null for a literal
};

}  // namespace harness

#endif  // LASTWORDS_HARNESS_SPEC_TEXT_PATTERN_H_
