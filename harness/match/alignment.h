// How an expected line lies best in a line of output, and which characters
// keep it from fitting. What may vary (a placeholder, \d+ in an expression)
// costs nothing and gets no mark.
//
//   ExpectedLine expected(pattern, captures);
//   Alignment alignment = Align(expected, "line, escaped", Fit::kAnywhere);
//
// Source: Sellers 1980, an edit distance whose ends are free.

#ifndef LASTWORDS_HARNESS_MATCH_ALIGNMENT_H_
#define LASTWORDS_HARNESS_MATCH_ALIGNMENT_H_

#include <string>
#include <string_view>
#include <vector>

#include "harness/spec/text_pattern.h"

namespace harness {

// One line of an expected text, element by element, in the bytes of
// EscapeBytes.
class ExpectedLine {
 public:
  // One character, or any number of those of a kind.
  struct Element {
    enum class Kind { kCharacter, kDigits, kHex, kAnything };
    Kind kind = Kind::kCharacter;
    char character = '\0';
  };

  // Names found in `captures` are the texts they have become.
  ExpectedLine(const TextPattern& pattern, const Captures& captures);

  const std::vector<Element>& elements() const { return elements_; }
  // What must be there as it stands: enough to find the line that was meant.
  std::string Literal() const;
  // False for an expression with alternatives: there is no one text to mark.
  bool can_be_marked() const { return can_be_marked_; }

 private:
  void AddText(std::string_view text);
  void AddExpression(std::string_view expression);
  void AddAnything();

  std::vector<Element> elements_;
  bool can_be_marked_ = true;
};

// Where the expected text must lie in the line.
enum class Fit { kAnywhere, kStart, kWhole };

struct Alignment {
  int cost = 0;       // single-character edits; 0: it fits
  std::string marks;  // `^` below each character of the line that has part in
                      // one, or before which something is missing
};

Alignment Align(const ExpectedLine& expected, std::string_view line, Fit fit);

}  // namespace harness

#endif  // LASTWORDS_HARNESS_MATCH_ALIGNMENT_H_
