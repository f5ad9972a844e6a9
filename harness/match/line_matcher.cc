#include "harness/match/line_matcher.h"

#include <algorithm>
#include <optional>
#include <set>
#include <utility>

#include "absl/strings/str_cat.h"
#include "harness/match/escape.h"
#include "harness/match/pattern_text.h"
#include "harness/match/text_matcher.h"

namespace harness {
namespace {

using Check = Expectation::Check;
using Span = TextPattern::Span;

// What a directive has taken: the lines, and the bytes from its first to its
// last.
struct Taken {
  int line = 0;  // the last
  size_t begin = 0;
  size_t end = 0;
};

class LineMatcher {
 public:
  LineMatcher(std::string_view output, const OutputLines& lines,
              Captures& captures)
      : output_(output), lines_(lines), captures_(captures) {}

  std::vector<Finding> Match(const std::vector<Expectation>& checks) {
    for (size_t i = 0; i < checks.size(); ++i) {
      findings_.push_back(FindingOf(checks[i]));
      if (checks[i].check == Check::kLineNot) {
        forbidden_.push_back({&*checks[i].pattern, i});
      } else if (checks[i].check == Check::kLineUnordered) {
        i = MatchGroup(checks, i);
      } else {
        Settle(MatchOne(checks[i], findings_.back()));
      }
    }
    CheckForbidden(output_.size());
    return std::move(findings_);
  }

 private:
  struct Forbidden {
    const TextPattern* pattern;
    size_t finding;
  };

  // ---------------------------------------------------- one after the other

  std::optional<Taken> MatchOne(const Expectation& check, Finding& finding) {
    switch (check.check) {
      case Check::kLineNext:
        return MatchNext(*check.pattern, finding);
      case Check::kLineEmpty:
        return MatchEmpty(finding);
      case Check::kLineSame:
        return MatchSame(*check.pattern, finding);
      case Check::kLineCount:
        return MatchCount(check, finding);
      default:
        return MatchBelow(*check.pattern, finding);
    }
  }

  // Takes line `number` if the pattern is in it.
  std::optional<Taken> Take(const TextPattern& pattern, int number,
                            size_t from = 0) {
    if (number > lines_.size()) return std::nullopt;
    std::optional<Span> span =
        pattern.Find(lines_.Line(number), from, &captures_);
    if (!span.has_value()) return std::nullopt;
    size_t start = StartOf(number);
    return Taken{number, start + span->begin, start + span->end};
  }

  size_t StartOf(int number) const {
    return static_cast<size_t>(lines_.Line(number).data() - output_.data());
  }

  std::optional<Taken> TakeBelow(const TextPattern& pattern, int line) {
    for (int number = line + 1; number <= lines_.size(); ++number) {
      if (auto taken = Take(pattern, number)) return taken;
    }
    return std::nullopt;
  }

  // Where the pattern is though it should not be, or 0. Gives nothing a name.
  int Elsewhere(const TextPattern& pattern, int first, int last) const {
    for (int number = first; number <= last; ++number) {
      Captures known = captures_;
      if (pattern.Find(lines_.Line(number), 0, &known)) return number;
    }
    return 0;
  }

  static void Met(const Taken& taken, Finding& finding) {
    finding.met = true;
    finding.detail = absl::StrCat("matched at line ", taken.line);
  }

  void NotFound(const TextPattern& pattern, Finding& finding) const {
    if (int number = Elsewhere(pattern, 1, last_.line)) {
      finding.detail = absl::StrCat("out of order: found at line ", number,
                                    ", not below line ", last_.line,
                                    Becoming(pattern, captures_));
      return;
    }
    finding.detail = absl::StrCat("not found", Becoming(pattern, captures_));
    finding.nearest = FindNearest(pattern, lines_, captures_);
  }

  std::optional<Taken> MatchBelow(const TextPattern& pattern,
                                  Finding& finding) {
    std::optional<Taken> taken = TakeBelow(pattern, last_.line);
    if (taken.has_value()) {
      Met(*taken, finding);
    } else {
      NotFound(pattern, finding);
    }
    return taken;
  }

  std::optional<Taken> MatchNext(const TextPattern& pattern, Finding& finding) {
    const int next = last_.line + 1;
    std::optional<Taken> taken = Take(pattern, next);
    if (taken.has_value()) {
      Met(*taken, finding);
      return taken;
    }
    finding.detail = absl::StrCat("not at line ", next, ", the next",
                                  Becoming(pattern, captures_));
    if (int number = Elsewhere(pattern, next, lines_.size())) {
      absl::StrAppend(&finding.detail, "; found at line ", number);
    }
    if (next <= lines_.size()) {
      finding.nearest =
          CompareLine(pattern, lines_.Line(next), next, captures_);
    }
    return std::nullopt;
  }

  std::optional<Taken> MatchEmpty(Finding& finding) {
    const int next = last_.line + 1;
    if (next > lines_.size()) {
      finding.detail = "the output ended before that";
      return std::nullopt;
    }
    if (!lines_.Line(next).empty()) {
      finding.detail = absl::StrCat("line ", next, ", the next, is not empty");
      finding.nearest =
          NearestLine{next, kAnEmptyLine, EscapeBytes(lines_.Line(next)), ""};
      return std::nullopt;
    }
    Taken taken{next, StartOf(next), StartOf(next)};
    Met(taken, finding);
    return taken;
  }

  std::optional<Taken> MatchSame(const TextPattern& pattern, Finding& finding) {
    if (last_.line == 0) {
      finding.detail = "nothing was found before it";
      return std::nullopt;
    }
    std::optional<Taken> taken =
        Take(pattern, last_.line, last_.end - StartOf(last_.line));
    if (taken.has_value()) {
      Met(*taken, finding);
      return taken;
    }
    finding.detail = absl::StrCat("not in the rest of line ", last_.line,
                                  Becoming(pattern, captures_));
    finding.nearest =
        CompareLine(pattern, lines_.Line(last_.line), last_.line, captures_);
    return std::nullopt;
  }

  std::optional<Taken> MatchCount(const Expectation& check, Finding& finding) {
    std::vector<Taken> taken;
    while (static_cast<int64_t>(taken.size()) < check.count) {
      auto next = TakeBelow(*check.pattern,
                            taken.empty() ? last_.line : taken.back().line);
      if (!next.has_value()) break;
      taken.push_back(*next);
    }
    finding.met = static_cast<int64_t>(taken.size()) == check.count;
    finding.detail =
        absl::StrCat("found in ", taken.size(), " of ", check.count, " lines");
    if (finding.met) {
      return Taken{taken.back().line, taken.front().begin, taken.back().end};
    }
    if (taken.empty()) {
      finding.nearest = FindNearest(*check.pattern, lines_, captures_);
    } else {
      absl::StrAppend(&finding.detail, ", the last of them line ",
                      taken.back().line);
    }
    return std::nullopt;
  }

  // --------------------------------------------------------------- a group

  // Returns the index of the group's last.
  size_t MatchGroup(const std::vector<Expectation>& checks, size_t first) {
    std::set<int> lines;
    bool all = true;
    size_t i = first;
    for (;; ++i) {
      all = MatchMember(*checks[i].pattern, lines, findings_.back()) && all;
      if (i + 1 == checks.size() ||
          checks[i + 1].check != Check::kLineUnordered ||
          checks[i + 1].group != checks[first].group) {
        break;
      }
      findings_.push_back(FindingOf(checks[i + 1]));
    }
    std::optional<Taken> taken;
    if (all) {
      int last = *lines.rbegin();
      taken = Taken{last, StartOf(*lines.begin()),
                    StartOf(last) + lines_.Line(last).size()};
    }
    Settle(taken);
    return i;
  }

  bool MatchMember(const TextPattern& pattern, std::set<int>& lines,
                   Finding& finding) {
    for (int number = last_.line + 1; number <= lines_.size(); ++number) {
      if (lines.contains(number)) continue;
      if (auto taken = Take(pattern, number)) {
        Met(*taken, finding);
        lines.insert(number);
        return true;
      }
    }
    NotFound(pattern, finding);
    if (int number = Elsewhere(pattern, last_.line + 1, lines_.size())) {
      finding.nearest.reset();
      finding.detail = absl::StrCat("found only at line ", number,
                                    ", which another of its group has taken");
    }
    return false;
  }

  // ------------------------------------------------------------------- not

  // Goes on from what was taken, if anything was.
  void Settle(const std::optional<Taken>& taken) {
    if (taken.has_value()) {
      CheckForbidden(taken->begin);
      last_ = *taken;
      return;
    }
    for (const Forbidden& forbidden : forbidden_) {
      findings_[forbidden.finding].met = true;
      findings_[forbidden.finding].judged = false;
      findings_[forbidden.finding].detail =
          "not judged, for what follows was not found";
    }
    forbidden_.clear();
  }

  // What is forbidden between the last match and `end`.
  void CheckForbidden(size_t end) {
    for (const Forbidden& forbidden : forbidden_) {
      Finding& finding = findings_[forbidden.finding];
      Captures known = captures_;
      std::optional<Span> span =
          forbidden.pattern->Find(output_.substr(0, end), last_.end, &known);
      finding.met = !span.has_value();
      finding.detail = finding.met
                           ? "absent"
                           : absl::StrCat("forbidden and found at line ",
                                          lines_.NumberAt(span->begin));
    }
    forbidden_.clear();
  }

  const std::string_view output_;
  const OutputLines& lines_;
  Captures& captures_;
  std::vector<Finding> findings_;
  std::vector<Forbidden> forbidden_;  // since the last match
  Taken last_;
};

}  // namespace

std::vector<Finding> MatchLines(const std::vector<Expectation>& checks,
                                std::string_view output,
                                const OutputLines& lines, Captures& captures) {
  return LineMatcher(output, lines, captures).Match(checks);
}

}  // namespace harness
