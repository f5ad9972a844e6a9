#include "harness/match/text_matcher.h"

#include <algorithm>
#include <vector>

#include "absl/strings/str_cat.h"
#include "absl/strings/str_join.h"
#include "harness/match/pattern_text.h"

namespace harness {
namespace {

using Check = Expectation::Check;
using Span = TextPattern::Span;

constexpr size_t kMaxPlaces = 8;

std::string Times(int64_t count) {
  return count == 1 ? "once" : absl::StrCat(count, " times");
}

}  // namespace

Finding FindingOf(const Expectation& expectation) {
  Finding finding;
  finding.key = std::string(CheckName(expectation.check));
  if (expectation.pattern.has_value()) {
    finding.text = Quoted(*expectation.pattern);
  }
  finding.where = expectation.where;
  return finding;
}

Finding TextMatcher::Match(const Expectation& expectation) {
  Finding finding = FindingOf(expectation);
  switch (expectation.check) {
    case Check::kNever:
      MatchNever(*expectation.pattern, finding);
      break;
    case Check::kCount:
      MatchCount(expectation, finding);
      break;
    default:
      MatchOnce(expectation, finding);
  }
  return finding;
}

void TextMatcher::MatchOnce(const Expectation& expectation, Finding& finding) {
  std::optional<Span> span = expectation.pattern->Find(output_, 0, &captures_);
  finding.met = span.has_value();
  if (span.has_value()) {
    finding.detail =
        absl::StrCat("matched at line ", lines_.NumberAt(span->begin));
    return;
  }
  finding.nearest = Difference(expectation);
  finding.detail = absl::StrCat(
      expectation.check == Check::kWants ? "not found" : "differs",
      output_.empty() ? ": nothing was printed" : "",
      Becoming(*expectation.pattern, captures_), Elsewhere(expectation));
}

// A report with a line before it is no report that is not there.
std::string TextMatcher::Elsewhere(const Expectation& expectation) const {
  if (expectation.check == Check::kWants || output_.empty() ||
      expectation.pattern->text().empty()) {
    return "";
  }
  Captures known = captures_;
  const std::optional<Span> span =
      expectation.pattern->Anywhere().Find(output_, 0, &known);
  if (!span.has_value()) return "";
  return absl::StrCat(
      "; found at line ", lines_.NumberAt(span->begin),
      expectation.check == Check::kStarts     ? ", and not at the beginning"
      : expectation.check == Check::kFinishes ? ", and not at the end"
                                              : ", and not alone");
}

std::optional<NearestLine> TextMatcher::Difference(
    const Expectation& expectation) {
  const TextPattern& pattern = *expectation.pattern;
  if (pattern.is_regex() || expectation.check == Check::kWants) {
    return FindNearest(pattern, lines_, captures_);
  }
  int first = 1;
  if (expectation.check == Check::kFinishes) {
    OutputLines wanted(pattern.text());
    first = std::max(1, lines_.size() - wanted.size() + 1);
  }
  return FirstDifference(pattern, lines_, first,
                         expectation.check != Check::kStarts, captures_);
}

void TextMatcher::MatchNever(const TextPattern& pattern, Finding& finding) {
  Captures known = captures_;
  std::optional<Span> span = pattern.Find(output_, 0, &known);
  finding.met = !span.has_value();
  finding.detail = finding.met ? "absent"
                               : absl::StrCat("forbidden and found at line ",
                                              lines_.NumberAt(span->begin));
}

void TextMatcher::MatchCount(const Expectation& expectation, Finding& finding) {
  int64_t count = expectation.pattern->Count(output_, captures_);
  finding.met = count == expectation.count;
  finding.detail = absl::StrCat("found ", Times(count));
  if (finding.met) return;
  absl::StrAppend(&finding.detail, Places(*expectation.pattern, count),
                  ", expected ", Times(expectation.count),
                  Becoming(*expectation.pattern, captures_));
  if (count > 0) return;
  finding.nearest = FindNearest(*expectation.pattern, lines_, captures_);
}

std::string TextMatcher::Places(const TextPattern& pattern,
                                int64_t count) const {
  std::vector<int> places;
  size_t from = 0;
  while (places.size() < kMaxPlaces) {
    Captures known = captures_;
    std::optional<Span> span = pattern.Find(output_, from, &known);
    if (!span.has_value()) break;
    places.push_back(lines_.NumberAt(span->begin));
    from = std::max(span->end, span->begin + 1);
  }
  if (places.empty()) return "";
  const bool all = static_cast<int64_t>(places.size()) == count;
  return absl::StrCat(count == 1 ? " (line " : " (lines ",
                      absl::StrJoin(places, ", "), all ? ")" : ", ...)");
}

}  // namespace harness
