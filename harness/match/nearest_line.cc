#include "harness/match/nearest_line.h"

#include <algorithm>
#include <set>
#include <utility>
#include <vector>

#include "harness/match/alignment.h"
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

std::string Shown(std::string_view text) {
  return EscapeBytes(text.substr(0, kMaxLength));
}

Fit FitOf(const TextPattern& pattern) {
  return pattern.is_whole() ? Fit::kWhole : Fit::kAnywhere;
}

NearestLine Compare(const TextPattern& pattern, std::string_view actual,
                    int number, Fit fit, const Captures& captures) {
  const ExpectedLine expected(pattern, captures);
  NearestLine nearest;
  nearest.number = number;
  nearest.expected =
      pattern.is_regex() ? "/" + pattern.text() + "/" : Shown(pattern.text());
  nearest.actual = Shown(actual);
  if (expected.can_be_marked()) {
    nearest.marks = Align(expected, nearest.actual, fit).marks;
  }
  if (nearest.expected.empty()) nearest.expected = kAnEmptyLine;
  if (nearest.actual.empty()) {
    nearest.actual = kAnEmptyLine;
    nearest.marks.clear();
  }
  return nearest;
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

// 0 where more than one character of three would have to change: that is
// another line.
int NearestNumber(const ExpectedLine& expected, const OutputLines& lines,
                  Fit fit) {
  const std::string literal = expected.Literal();
  int best = 0;
  int best_cost = static_cast<int>(std::min(literal.size(), kMaxLength)) / 3;
  for (int number : LikelyLines(literal, lines)) {
    const int cost = Align(expected, Shown(lines.Line(number)), fit).cost;
    if (cost < best_cost || (best == 0 && cost == best_cost)) {
      best = number;
      best_cost = cost;
    }
  }
  return best;
}

bool Fits(const TextPattern& wanted, std::string_view line, Fit fit,
          const Captures& captures) {
  Captures known = captures;
  if (wanted.Find(line, 0, &known)) return true;
  return fit != Fit::kWhole &&
         Align(ExpectedLine(wanted, captures), Shown(line), fit).cost == 0;
}

// `wanted` below one another from line `first` on. `open`: the last of them
// may go on; `whole`: and then the output ends.
std::optional<NearestLine> Differing(const std::vector<TextPattern>& wanted,
                                     const OutputLines& lines, int first,
                                     bool open, bool whole,
                                     const Captures& captures) {
  int number = first;
  for (size_t i = 0; i < wanted.size(); ++i, ++number) {
    if (number > lines.size()) {
      const std::string expected = Shown(wanted[i].text());
      return NearestLine{0, expected.empty() ? kAnEmptyLine : expected, "", ""};
    }
    const bool may_go_on = open && i + 1 == wanted.size();
    const Fit fit = may_go_on ? Fit::kStart : Fit::kWhole;
    if (!Fits(wanted[i], lines.Line(number), fit, captures)) {
      return Compare(wanted[i], lines.Line(number), number, fit, captures);
    }
  }
  if (!whole || number > lines.size()) return std::nullopt;
  return NearestLine{number, kTheEnd, Shown(lines.Line(number)), ""};
}

}  // namespace

NearestLine CompareLine(const TextPattern& pattern, std::string_view line,
                        int number, const Captures& captures) {
  return Compare(pattern, line, number, FitOf(pattern), captures);
}

std::optional<NearestLine> FindNearest(const TextPattern& pattern,
                                       const OutputLines& lines,
                                       const Captures& captures) {
  const Fit fit = FitOf(pattern);
  std::vector<TextPattern> wanted = {pattern};
  if (!pattern.is_regex()) wanted = pattern.Lines();
  // A text may begin with newlines: look for its first line with something.
  auto first = std::find_if(
      wanted.begin(), wanted.end(),
      [](const TextPattern& line) { return !line.text().empty(); });
  if (first == wanted.end()) return std::nullopt;
  const ExpectedLine expected(*first, captures);
  const int number = NearestNumber(expected, lines, fit);
  if (number == 0) return std::nullopt;
  if (wanted.size() == 1 || !Fits(*first, lines.Line(number), fit, captures)) {
    return Compare(*first, lines.Line(number), number, fit, captures);
  }
  const bool open = !wanted.back().text().empty();
  if (!open) wanted.pop_back();
  return Differing({first + 1, wanted.end()}, lines, number + 1, open,
                   /*whole=*/false, captures);
}

std::optional<NearestLine> FirstDifference(const TextPattern& pattern,
                                           const OutputLines& lines, int first,
                                           bool whole,
                                           const Captures& captures) {
  std::vector<TextPattern> wanted = pattern.Lines();
  // "a\n" is one line that is complete, not a line and a half.
  const bool open = !whole && !wanted.back().text().empty();
  if (wanted.back().text().empty()) wanted.pop_back();
  return Differing(wanted, lines, first, open, whole, captures);
}

}  // namespace harness
