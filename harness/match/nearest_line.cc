#include "harness/match/nearest_line.h"

#include <algorithm>
#include <set>
#include <utility>
#include <vector>

#include "absl/strings/ascii.h"
#include "absl/strings/str_split.h"
#include "harness/match/escape.h"

namespace harness {
namespace {

// Bounds on the work and on what is shown, whatever the output is.
constexpr int kMaxLines = 20'000;
constexpr size_t kMaxLength = 400;
constexpr size_t kFinalists = 8;

using Bigrams = std::set<std::pair<char, char>>;

Bigrams BigramsOf(std::string_view text) {
  Bigrams bigrams;
  for (size_t i = 1; i < text.size(); ++i) {
    bigrams.emplace(text[i - 1], text[i]);
  }
  return bigrams;
}

// How one text lies best in another: `cost` single-character edits, and a mark
// for each character of the line that takes part in one.
struct Alignment {
  int cost = 0;
  std::string marks;
};

// `anywhere`: what stands before and after the expected text is free.
Alignment Align(const std::string& expected, const std::string& actual,
                bool anywhere) {
  size_t rows = expected.size();
  size_t columns = actual.size();
  std::vector<std::vector<int>> cost(rows + 1, std::vector<int>(columns + 1));
  for (size_t i = 0; i <= rows; ++i) cost[i][0] = static_cast<int>(i);
  for (size_t j = 0; j <= columns; ++j) {
    cost[0][j] = anywhere ? 0 : static_cast<int>(j);
  }
  for (size_t i = 1; i <= rows; ++i) {
    for (size_t j = 1; j <= columns; ++j) {
      int replace = expected[i - 1] == actual[j - 1] ? 0 : 1;
      cost[i][j] = std::min({cost[i - 1][j - 1] + replace, cost[i - 1][j] + 1,
                             cost[i][j - 1] + 1});
    }
  }
  size_t j = columns;
  if (anywhere) {
    auto best = std::min_element(cost[rows].begin(), cost[rows].end());
    j = static_cast<size_t>(best - cost[rows].begin());
  }
  Alignment alignment{cost[rows][j], std::string(columns + 1, ' ')};
  size_t i = rows;
  while (i > 0 || (!anywhere && j > 0)) {
    bool same = i > 0 && j > 0 && expected[i - 1] == actual[j - 1];
    if (i > 0 && j > 0 && cost[i][j] == cost[i - 1][j - 1] + (same ? 0 : 1)) {
      --i, --j;
      if (!same) alignment.marks[j] = '^';
    } else if (j > 0 && (i > 0 || !anywhere) &&
               cost[i][j] == cost[i][j - 1] + 1) {
      alignment.marks[--j] = '^';
    } else {
      --i;
      alignment.marks[j] = '^';  // something is missing before this one
    }
  }
  alignment.marks.erase(alignment.marks.find_last_not_of(' ') + 1);
  return alignment;
}

NearestLine Compare(std::string_view expected, std::string_view actual,
                    int number, bool anywhere) {
  NearestLine nearest{number, EscapeBytes(expected.substr(0, kMaxLength)),
                      EscapeBytes(actual.substr(0, kMaxLength)), ""};
  nearest.marks = Align(nearest.expected, nearest.actual, anywhere).marks;
  return nearest;
}

// What is literal in an expression: good enough to find what it was meant for.
std::string LiteralPart(std::string_view expression) {
  std::string literal;
  for (size_t i = 0; i < expression.size(); ++i) {
    char c = expression[i];
    if (c == '\\' && i + 1 < expression.size()) {
      char escaped = expression[++i];
      if (absl::ascii_ispunct(static_cast<unsigned char>(escaped))) {
        literal += escaped;
      }
    } else if (c == '[' || c == '{') {
      size_t close = expression.find(c == '[' ? ']' : '}', i + 1);
      if (close != std::string_view::npos) i = close;
    } else if (std::string_view(".*+?()|^$").find(c) ==
               std::string_view::npos) {
      literal += c;
    }
  }
  return literal;
}

// The lines that share the most pairs of letters with `text`: cheap enough to
// be asked of every line.
std::vector<int> LikelyLines(const std::string& text,
                             const OutputLines& lines) {
  Bigrams wanted = BigramsOf(text);
  std::vector<std::pair<int, int>> ranking;  // minus shared pairs, line
  for (int number = 1; number <= std::min(lines.size(), kMaxLines); ++number) {
    Bigrams present = BigramsOf(lines.Line(number).substr(0, kMaxLength));
    int shared = static_cast<int>(std::count_if(
        wanted.begin(), wanted.end(),
        [&](const auto& pair) { return present.contains(pair); }));
    if (shared > 0) ranking.emplace_back(-shared, number);
  }
  std::sort(ranking.begin(), ranking.end());
  if (ranking.size() > kFinalists) ranking.resize(kFinalists);
  std::vector<int> numbers;
  for (const auto& [shared, number] : ranking) numbers.push_back(number);
  return numbers;
}

int NearestNumber(const std::string& text, const OutputLines& lines) {
  std::string expected = EscapeBytes(text.substr(0, kMaxLength));
  int best = 0;
  int best_cost = static_cast<int>(expected.size()) * 6 / 10;
  for (int number : LikelyLines(text, lines)) {
    std::string actual = EscapeBytes(lines.Line(number).substr(0, kMaxLength));
    int cost = Align(expected, actual, /*anywhere=*/true).cost;
    if (cost < best_cost || (best == 0 && cost == best_cost)) {
      best = number;
      best_cost = cost;
    }
  }
  return best;
}

std::vector<std::string> SplitLines(std::string_view text) {
  return absl::StrSplit(std::string(text), '\n');
}

NearestLine CompareExpression(const TextPattern& pattern,
                              const OutputLines& lines, int number) {
  std::string_view line = lines.Line(number).substr(0, kMaxLength);
  return NearestLine{number, "/" + pattern.text() + "/", EscapeBytes(line), ""};
}

}  // namespace

NearestLine CompareLine(const TextPattern& pattern, const OutputLines& lines,
                        int number) {
  if (pattern.is_regex()) return CompareExpression(pattern, lines, number);
  return Compare(pattern.text(), lines.Line(number), number, /*anywhere=*/true);
}

std::string Resolved(const TextPattern& pattern, const OutputLines& lines,
                     int first) {
  if (pattern.is_literal()) return pattern.text();
  std::string text;
  int number = first;
  for (const TextPattern& wanted : pattern.Lines()) {
    if (number != first) text += '\n';
    bool fits = number >= 1 && number <= lines.size() &&
                wanted.Find(lines.Line(number)).has_value();
    text += fits ? std::string(lines.Line(number)) : wanted.text();
    ++number;
  }
  return text;
}

std::optional<NearestLine> FindNearest(const TextPattern& pattern,
                                       const OutputLines& lines) {
  if (pattern.is_regex()) {
    int number = NearestNumber(LiteralPart(pattern.text()), lines);
    if (number == 0) return std::nullopt;
    return CompareExpression(pattern, lines, number);
  }
  std::vector<std::string> expected = SplitLines(pattern.text());
  // A text may begin with newlines: look for its first line with something.
  auto first = std::find_if(expected.begin(), expected.end(),
                            [](const std::string& s) { return !s.empty(); });
  if (first == expected.end()) return std::nullopt;
  int number = NearestNumber(*first, lines);
  if (number == 0) return std::nullopt;
  const auto blanks = first - expected.begin();
  expected =
      SplitLines(Resolved(pattern, lines, number - static_cast<int>(blanks)));
  first = expected.begin() + blanks;
  if (expected.size() == 1 ||
      lines.Line(number).find(*first) == std::string_view::npos) {
    return Compare(*first, lines.Line(number), number, /*anywhere=*/true);
  }
  size_t done = static_cast<size_t>(first - expected.begin()) + 1;
  std::string rest;
  for (size_t i = done; i < expected.size(); ++i) {
    rest += expected[i];
    if (i + 1 < expected.size()) rest += '\n';
  }
  return FirstDifference(rest, lines, number + 1, /*whole=*/false);
}

std::optional<NearestLine> FirstDifference(std::string_view expected,
                                           const OutputLines& lines, int first,
                                           bool whole) {
  std::vector<std::string> wanted = SplitLines(expected);
  // "a\n" is one line that is complete, not a line and a half.
  if (wanted.back().empty()) wanted.pop_back();
  int number = first;
  for (size_t i = 0; i < wanted.size(); ++i, ++number) {
    if (number > lines.size()) {
      return NearestLine{0, EscapeBytes(wanted[i].substr(0, kMaxLength)), "",
                         ""};
    }
    std::string_view actual = lines.Line(number);
    bool open = !whole && i + 1 == wanted.size() && expected.back() != '\n';
    bool same = open ? actual.substr(0, wanted[i].size()) == wanted[i]
                     : actual == wanted[i];
    if (!same) return Compare(wanted[i], actual, number, open);
  }
  if (!whole || number > lines.size()) return std::nullopt;
  return Compare("", lines.Line(number), number, /*anywhere=*/false);
}

}  // namespace harness
