// Any bytes, as an expression may read them: each byte that is no UTF-8 is the
// character U+FFFD, so that `.`, `\W` and `[^a]` match it. RE2 alone matches
// such a byte with nothing, and `never` would pass where it stands.
//
//   ReadableText readable("a\xff" "b");
//   readable.view()        ->  "a\uFFFDb"
//   readable.ToText(4)     ->  2, where the b stands in the text
//
// Without such a byte the view is the text, and nothing is copied.
//
// Source: Go's package regexp and Python's errors="replace" read them so.

#ifndef LASTWORDS_HARNESS_SPEC_READABLE_TEXT_H_
#define LASTWORDS_HARNESS_SPEC_READABLE_TEXT_H_

#include <cstddef>
#include <string>
#include <string_view>
#include <vector>

namespace harness {

class ReadableText {
 public:
  // Safety: keeps a view of `text`, which must outlive it.
  explicit ReadableText(std::string_view text);

  ReadableText(const ReadableText&) = delete;
  ReadableText& operator=(const ReadableText&) = delete;

  std::string_view text() const { return text_; }
  std::string_view view() const { return marks_.empty() ? text_ : copy_; }

  // The offset in the one of an offset in the other. What is within a
  // replaced byte is after it.
  std::size_t ToView(std::size_t offset) const;
  std::size_t ToText(std::size_t offset) const;

 private:
  // A place in both, at the beginning of a character.
  struct Mark {
    std::size_t text = 0;
    std::size_t view = 0;
  };

  // Takes over what is UTF-8, with its marks.
  void Copy(std::size_t begin, std::size_t end);

  // The place after the character at `mark`.
  Mark After(Mark mark) const;

  const std::string_view text_;
  std::string copy_;
  std::vector<Mark> marks_;  // one every kStride bytes; none if not copied
};

}  // namespace harness

#endif  // LASTWORDS_HARNESS_SPEC_READABLE_TEXT_H_
