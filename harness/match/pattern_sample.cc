#include "harness/match/pattern_sample.h"

#include <algorithm>

#include "absl/strings/numbers.h"

namespace harness {
namespace {

// Reads an expression from left to right, and writes what it matches.
class Sampler {
 public:
  explicit Sampler(std::string_view rest) : rest_(rest) {}

  // Up to the end, or the parenthesis that closes this group.
  std::string Alternatives() {
    std::string first = Sequence();
    while (Take('|')) Sequence();
    return first;
  }

 private:
  bool Take(char c) {
    if (rest_.empty() || rest_[0] != c) return false;
    rest_.remove_prefix(1);
    return true;
  }

  char Next() {
    if (rest_.empty()) return '\0';
    const char c = rest_[0];
    rest_.remove_prefix(1);
    return c;
  }

  std::string Sequence() {
    std::string text;
    while (!rest_.empty() && rest_[0] != '|' && rest_[0] != ')') {
      const std::string atom = Atom();
      for (int times = Times(); times > 0; --times) text += atom;
    }
    return text;
  }

  std::string Atom() {
    const char c = Next();
    switch (c) {
      case '^':
      case '$':
        return "";
      case '.':
        return "x";
      case '[':
        return Class();
      case '(':
        return Group();
      case '\\':
        return Escaped(Next());
      default:
        return std::string(1, c);
    }
  }

  std::string Group() {
    // Of (?:x), (?P<name>x) and (?i) all up to here matches nothing.
    if (Take('?')) {
      const std::size_t end =
          rest_.find_first_of(rest_.substr(0, 1) == "P" ? ">" : ":)");
      rest_.remove_prefix(std::min(end, rest_.size()));
      if (!Take('>')) Take(':');
    }
    std::string text = Alternatives();
    Take(')');
    return text;
  }

  static std::string Escaped(char c) {
    switch (c) {
      case 'd':
        return "1";
      case 'w':
      case 'S':
      case 'D':
        return "a";
      case 's':
      case 'W':
        return " ";
      case 'n':
        return "\n";
      case 't':
        return "\t";
      case 'A':
      case 'z':
      case 'b':
      case 'B':
        return "";
      default:
        return std::string(1, c);
    }
  }

  std::string Class() {
    const bool negated = Take('^');
    std::string first;
    std::string all;
    for (bool begin = true; !rest_.empty() && (begin || rest_[0] != ']');
         begin = false) {
      const char c = Next();
      const std::string one = c == '\\' ? Escaped(Next()) : std::string(1, c);
      if (first.empty()) first = one;
      all += one;
    }
    Take(']');
    if (!negated) return first;
    for (const char other : {'x', '1', ' ', '_'}) {
      if (all.find(other) == all.npos) return std::string(1, other);
    }
    return "~";
  }

  // How often the atom stands there: once, but for {3} and {3,5}.
  int Times() {
    int times = 1;
    if (!rest_.empty() && rest_[0] == '{') {
      const std::size_t close = rest_.find('}');
      const std::string_view number =
          rest_.substr(1, rest_.find_first_of(",}") - 1);
      if (close != rest_.npos &&
          absl::SimpleAtoi(absl::string_view(number.data(), number.size()),
                           &times)) {
        rest_.remove_prefix(close + 1);
      }
    } else {
      while (Take('*') || Take('+') || Take('?')) {
      }
    }
    return std::max(times, 1);
  }

  std::string_view rest_;
};

// Placeholders as texts of their kind.
std::string Filled(const std::string& text) {
  std::string filled;
  for (std::size_t i = 0; i < text.size();) {
    const std::size_t close = text.find('}', i);
    if (text[i] != '{' || close == text.npos) {
      filled += text[i++];
      continue;
    }
    const std::string kind =
        text.substr(i + 1, text.find_first_of(":}", i) - i - 1);
    if (kind == "addr" || kind == "pc") {
      filled += "0x1";
    } else if (kind == "goid" || kind == "line") {
      filled += "99";
    } else if (kind == "file") {
      filled += "/src/a.cc";
    } else if (kind == "dur") {
      filled += "1 minutes";
    } else {
      filled += text[i++];
      continue;
    }
    i = close + 1;
  }
  return filled;
}

}  // namespace

std::string RegexSample(std::string_view expression) {
  return Sampler(expression).Alternatives();
}

std::optional<std::string> SampleOf(const TextPattern& pattern) {
  std::string sample = pattern.text();
  if (!pattern.is_literal()) {
    sample = Filled(sample);
    if (pattern.is_regex()) sample = RegexSample(sample);
  }
  if (!pattern.Find(sample).has_value()) return std::nullopt;
  return sample;
}

}  // namespace harness
