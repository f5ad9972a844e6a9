#include "harness/match/alignment.h"

#include <algorithm>
#include <cstddef>

#include "absl/strings/ascii.h"
#include "harness/match/escape.h"

namespace harness {
namespace {

using Element = ExpectedLine::Element;
using Kind = Element::Kind;

Kind KindOfPlaceholder(std::string_view kind) {
  if (kind == "goid" || kind == "line") return Kind::kDigits;
  return kind == "addr" || kind == "pc" ? Kind::kHex : Kind::kAnything;
}

// True if `element`, which stands for any number of them, takes `c`.
bool Takes(const Element& element, char c) {
  const auto byte = static_cast<unsigned char>(c);
  switch (element.kind) {
    case Kind::kDigits:
      return absl::ascii_isdigit(byte);
    case Kind::kHex:
      return absl::ascii_isxdigit(byte) || c == 'x';
    case Kind::kAnything:
      return true;
    case Kind::kCharacter:
      break;
  }
  return false;
}

// The table of the cheapest ways, one row an element, and the way back.
class Aligner {
 public:
  Aligner(const std::vector<Element>& elements, std::string_view line, Fit fit)
      : elements_(elements),
        line_(line),
        fit_(fit),
        cost_(elements.size() + 1, std::vector<int>(line.size() + 1)) {
    for (size_t j = 1; j <= line.size(); ++j) {
      cost_[0][j] = fit == Fit::kAnywhere ? 0 : static_cast<int>(j);
    }
    for (size_t i = 1; i < cost_.size(); ++i) FillRow(i);
  }

  Alignment Best() const {
    const std::vector<int>& last = cost_.back();
    size_t end = line_.size();
    if (fit_ != Fit::kWhole) {
      end = static_cast<size_t>(std::min_element(last.begin(), last.end()) -
                                last.begin());
    }
    return {last[end], Marks(end)};
  }

 private:
  // What it costs to leave the element out.
  int Omission(size_t i) const {
    return elements_[i - 1].kind == Kind::kCharacter ? 1 : 0;
  }

  int Replacement(size_t i, size_t j) const {
    const Element& element = elements_[i - 1];
    return element.kind == Kind::kCharacter && element.character == line_[j - 1]
               ? 0
               : 1;
  }

  // What it costs that the line has one character more.
  int Addition(size_t i, size_t j) const {
    return i > 0 && Takes(elements_[i - 1], line_[j - 1]) ? 0 : 1;
  }

  void FillRow(size_t i) {
    cost_[i][0] = cost_[i - 1][0] + Omission(i);
    for (size_t j = 1; j <= line_.size(); ++j) {
      cost_[i][j] = std::min({cost_[i - 1][j - 1] + Replacement(i, j),
                              cost_[i][j - 1] + Addition(i, j),
                              cost_[i - 1][j] + Omission(i)});
    }
  }

  std::string Marks(size_t j) const {
    std::string marks(line_.size() + 1, ' ');
    const bool free_start = fit_ == Fit::kAnywhere;
    size_t i = elements_.size();
    while (i > 0 || (!free_start && j > 0)) {
      if (i > 0 && j > 0 &&
          cost_[i][j] == cost_[i - 1][j - 1] + Replacement(i, j)) {
        if (Replacement(i, j) != 0) marks[j - 1] = '^';
        --i, --j;
      } else if (j > 0 && (i > 0 || !free_start) &&
                 cost_[i][j] == cost_[i][j - 1] + Addition(i, j)) {
        if (Addition(i, j) != 0) marks[j - 1] = '^';
        --j;
      } else {
        if (Omission(i) != 0) marks[j] = '^';
        --i;
      }
    }
    marks.erase(marks.find_last_not_of(' ') + 1);
    return marks;
  }

  const std::vector<Element>& elements_;
  const std::string_view line_;
  const Fit fit_;
  std::vector<std::vector<int>> cost_;
};

}  // namespace

ExpectedLine::ExpectedLine(const TextPattern& pattern,
                           const Captures& captures) {
  for (const PatternPiece& piece : pattern.pieces()) {
    auto value = captures.find(piece.name);
    if (piece.kind == PatternPiece::Kind::kText) {
      AddText(piece.text);
    } else if (piece.kind == PatternPiece::Kind::kExpression) {
      AddExpression(piece.text);
    } else if (value != captures.end()) {
      AddText(value->second);
    } else {
      auto known = pattern.names().find(piece.name);
      elements_.push_back({KindOfPlaceholder(
          known == pattern.names().end() ? piece.text : known->second)});
    }
  }
}

std::string ExpectedLine::Literal() const {
  std::string text;
  for (const Element& element : elements_) {
    if (element.kind == Kind::kCharacter) text += element.character;
  }
  return text;
}

void ExpectedLine::AddText(std::string_view text) {
  for (char c : EscapeBytes(text)) elements_.push_back({Kind::kCharacter, c});
}

void ExpectedLine::AddAnything() { elements_.push_back({Kind::kAnything}); }

// Good enough to compare with: classes are anything, groups their content.
void ExpectedLine::AddExpression(std::string_view expression) {
  for (size_t i = 0; i < expression.size(); ++i) {
    const char c = expression[i];
    if (c == '\\' && i + 1 < expression.size()) {
      const char escaped = expression[++i];
      if (escaped == 'd') {
        elements_.push_back({Kind::kDigits});
      } else if (absl::ascii_ispunct(static_cast<unsigned char>(escaped))) {
        AddText(std::string_view(&escaped, 1));
      } else if (escaped == 't' || escaped == 'n') {
        AddText(escaped == 't' ? "\t" : "\n");
      } else if (std::string_view("bBAz").find(escaped) ==
                 std::string_view::npos) {
        AddAnything();
      }
    } else if (c == '[' || c == '{') {
      const size_t close = expression.find(c == '[' ? ']' : '}', i + 1);
      if (close != std::string_view::npos) i = close;
      if (c == '[') AddAnything();
    } else if (c == '(' && expression.substr(i + 1, 1) == "?") {
      i = std::min(expression.find_first_of(":>)", i), expression.size());
    } else if (c == '?' || c == '*') {
      if (!elements_.empty()) elements_.back().kind = Kind::kAnything;
    } else if (c == '.') {
      AddAnything();
    } else if (c == '|') {
      can_be_marked_ = false;
    } else if (std::string_view("+()^$").find(c) == std::string_view::npos) {
      AddText(std::string_view(&c, 1));
    }
  }
}

Alignment Align(const ExpectedLine& expected, std::string_view line, Fit fit) {
  return Aligner(expected.elements(), line, fit).Best();
}

}  // namespace harness
