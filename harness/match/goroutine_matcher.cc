#include "harness/match/goroutine_matcher.h"

#include <algorithm>
#include <array>
#include <optional>
#include <set>
#include <string>
#include <utility>

#include "absl/strings/str_cat.h"
#include "absl/strings/str_join.h"
#include "harness/match/alignment.h"
#include "harness/match/assignment.h"
#include "harness/match/crash_text.h"
#include "harness/match/escape.h"
#include "harness/match/frames_matcher.h"
#include "harness/match/pattern_text.h"

namespace harness {
namespace {

// Bounds on the work, whatever the report is.
constexpr int64_t kMaxWork = 200'000;  // in goroutines that do not fit
constexpr int64_t kWorkOfFit = 20;     // a name in a text is an expression more
constexpr size_t kMaxCompared = 20'000;
constexpr size_t kMaxShown = 6;

// ------------------------------------------------------------ one and another

struct Field {
  const char* what;
  const std::optional<TextPattern>& wanted;
  std::string actual;
};

std::array<Field, 4> FieldsOf(const GoroutineWanted& wanted,
                              const Goroutine& goroutine) {
  const std::optional<CreatedBy>& created = goroutine.stack.created_by;
  const bool has_parent = created.has_value() && created->parent_id.has_value();
  return {{{"id ", wanted.id, absl::StrCat(goroutine.id)},
           {"state ", wanted.state, goroutine.state},
           {"created_by ", wanted.created_by,
            created.has_value() ? created->function : ""},
           {"parent ", wanted.parent,
            has_parent ? absl::StrCat(*created->parent_id) : ""}}};
}

bool IsMet(const Field& field, Captures& captures) {
  return !field.wanted.has_value() ||
         field.wanted->Find(field.actual, 0, &captures);
}

bool LockIsMet(const GoroutineWanted& wanted, const Goroutine& goroutine) {
  return wanted.locked.value_or(goroutine.locked_to_thread) ==
         goroutine.locked_to_thread;
}

bool Fits(const GoroutineWanted& wanted, const Goroutine& goroutine,
          Captures& captures) {
  if (!LockIsMet(wanted, goroutine)) return false;
  for (const Field& field : FieldsOf(wanted, goroutine)) {
    if (!IsMet(field, captures)) return false;
  }
  return !wanted.frames.has_value() ||
         FindFrames(*wanted.frames, goroutine.stack, captures).met;
}

// How much of a text would have to change.
int Distance(const TextPattern& wanted, const std::string& actual,
             const Captures& captures) {
  return Align(ExpectedLine(wanted, captures), EscapeBytes(actual),
               wanted.is_whole() ? Fit::kWhole : Fit::kAnywhere)
      .cost;
}

int FrameDistance(const FramesFound& found, const Stack& stack,
                  const Captures& captures) {
  if (found.missing == nullptr) return 0;
  std::optional<int> least;
  for (const Frame& frame : stack.frames) {
    const int distance = Distance(*found.missing, frame.function, captures);
    least = std::min(distance, least.value_or(distance));
  }
  return least.value_or(static_cast<int>(found.missing->text().size()));
}

// What about a goroutine is not as wanted.
struct Difference {
  std::vector<std::string> problems;
  int distance = 0;

  bool operator<(const Difference& other) const {
    return std::pair(problems.size(), distance) <
           std::pair(other.problems.size(), other.distance);
  }
};

Difference DifferenceOf(const GoroutineWanted& wanted,
                        const Goroutine& goroutine, Captures captures) {
  Difference difference;
  for (const Field& field : FieldsOf(wanted, goroutine)) {
    if (IsMet(field, captures)) continue;
    difference.problems.push_back(absl::StrCat(
        field.what,
        field.actual.empty() ? "is not known"
                             : absl::StrCat("is ", QuoteText(field.actual)),
        ", not ", Quoted(*field.wanted), Becoming(*field.wanted, captures)));
    difference.distance += Distance(*field.wanted, field.actual, captures);
  }
  if (!LockIsMet(wanted, goroutine)) {
    difference.problems.emplace_back(
        goroutine.locked_to_thread ? "it is locked" : "it is not locked");
  }
  if (!wanted.frames.has_value()) return difference;
  const FramesFound found =
      FindFrames(*wanted.frames, goroutine.stack, captures);
  if (found.met) return difference;
  difference.problems.push_back(
      absl::StrCat(found.problem, "; ", StackText(goroutine.stack)));
  difference.distance += FrameDistance(found, goroutine.stack, captures);
  return difference;
}

// Whether one of its texts has a name that has no value yet.
bool GivesNames(const GoroutineWanted& wanted, const Captures& captures) {
  const auto gives = [&](const TextPattern& text) {
    return std::any_of(
        text.names().begin(), text.names().end(),
        [&](const auto& name) { return !captures.contains(name.first); });
  };
  for (const auto* text :
       {&wanted.id, &wanted.state, &wanted.created_by, &wanted.parent}) {
    if (text->has_value() && gives(**text)) return true;
  }
  return wanted.frames.has_value() &&
         std::any_of(wanted.frames->functions.begin(),
                     wanted.frames->functions.end(), gives);
}

// ------------------------------------------------------------------- together

class GoroutineMatcher {
 public:
  GoroutineMatcher(const std::vector<Expectation>& wanted,
                   const std::vector<Goroutine>& goroutines, Captures& captures)
      : wanted_(wanted), captures_(captures) {
    for (const Goroutine& goroutine : goroutines) {
      if (goroutine.kind == Goroutine::Kind::kGoroutine) {
        offered_.push_back(&goroutine);
      }
    }
    for (size_t i = 0; i < wanted.size(); ++i) {
      (GivesNames(WantedBy(i), captures) ? open_ : closed_).push_back(i);
    }
    memo_.assign(closed_.size(), std::vector<Memo>(offered_.size()));
    given_.assign(wanted.size(), kNone);
  }

  std::vector<Finding> Match() {
    if (!Search(0, captures_)) SettleForLess();
    captures_ = known_;
    holder_.assign(offered_.size(), kNone);
    for (size_t i = 0; i < given_.size(); ++i) {
      if (given_[i] != kNone) holder_[given_[i]] = i;
    }
    std::vector<Finding> findings;
    for (size_t i = 0; i < wanted_.size(); ++i) {
      Finding& finding = findings.emplace_back(CrashFindingOf(wanted_[i]));
      finding.met = given_[i] != kNone;
      finding.detail =
          finding.met ? absl::StrCat("it is ", Header(given_[i])) : WhyNot(i);
    }
    return findings;
  }

 private:
  static constexpr size_t kNone = Assignment::kNone;

  enum class Memo : char { kNotAsked, kFits, kDiffers };

  const GoroutineWanted& WantedBy(size_t i) const {
    return *wanted_[i].crash->goroutine;
  }
  std::string Header(size_t offered) const {
    return HeaderText(*offered_[offered]);
  }
  bool IsTaken(size_t offered) const {
    return std::find(given_.begin(), given_.end(), offered) != given_.end();
  }

  // ------------------------------------------------------------- the search

  // Gives those that name something theirs, from the one at `depth` on, and
  // then all others theirs. On success `known_` are the names' values.
  bool Search(size_t depth, const Captures& known) {
    KeepBest(depth, known);
    if (depth == open_.size()) {
      known_ = known;
      return GiveClosed();
    }
    const size_t i = open_[depth];
    for (size_t offered = 0; offered < offered_.size(); ++offered) {
      if (IsTaken(offered)) continue;
      if (++work_ > kMaxWork) break;
      Captures found = known;
      if (!Fits(WantedBy(i), *offered_[offered], found)) continue;
      work_ += kWorkOfFit;
      given_[i] = offered;
      if (Search(depth + 1, found)) return true;
      given_[i] = kNone;
    }
    return false;
  }

  // True if all get one. Their texts have no name without a value: whether
  // they fit is asked once.
  bool GiveClosed() {
    Assignment assignment(closed_.size(), offered_.size(),
                          [this](size_t closed, size_t offered) {
                            return ClosedFits(closed, offered);
                          });
    for (const size_t i : open_) {
      if (given_[i] != kNone) assignment.Withhold(given_[i]);
    }
    bool all = true;
    for (size_t closed = 0; closed < closed_.size(); ++closed) {
      all = assignment.Give(closed) && all;
    }
    work_ += static_cast<int64_t>(closed_.size());
    for (size_t closed = 0; closed < closed_.size(); ++closed) {
      given_[closed_[closed]] =
          all || settles_ ? assignment.Given(closed) : kNone;
    }
    return all;
  }

  bool ClosedFits(size_t closed, size_t offered) {
    Memo& memo = memo_[closed][offered];
    if (memo == Memo::kNotAsked) {
      Captures known = captures_;
      memo = Fits(WantedBy(closed_[closed]), *offered_[offered], known)
                 ? Memo::kFits
                 : Memo::kDiffers;
    }
    return memo == Memo::kFits;
  }

  void KeepBest(size_t depth, const Captures& known) {
    if (best_.has_value() && best_->depth >= depth) return;
    best_ = Best{depth, known, given_};
  }

  // Not all can be met: as many as the search got, and what is left to others.
  void SettleForLess() {
    settles_ = true;
    given_ = best_->given;
    known_ = best_->known;
    for (size_t depth = best_->depth; depth < open_.size(); ++depth) {
      TakeFirst(open_[depth]);
    }
    GiveClosed();
  }

  void TakeFirst(size_t i) {
    for (size_t offered = 0; offered < offered_.size(); ++offered) {
      Captures found = known_;
      if (IsTaken(offered) || !Fits(WantedBy(i), *offered_[offered], found)) {
        continue;
      }
      given_[i] = offered;
      known_ = std::move(found);
      return;
    }
  }

  // ------------------------------------------------------------- the reasons

  std::string WhyNot(size_t i) const {
    if (offered_.empty()) return "the report has no goroutine";
    const std::set<size_t> contested = Contested(i);
    return absl::StrCat(contested.empty() ? Nearest(i) : Taken(i, contested),
                        work_ > kMaxWork
                            ? "; not every way was tried: there are too many"
                            : "");
  }

  bool FitsNow(size_t i, size_t offered) const {
    Captures known = captures_;
    return Fits(WantedBy(i), *offered_[offered], known);
  }

  // The goroutines that fit this one, and those that fit who has them, and so
  // on: all are taken.
  std::set<size_t> Contested(size_t i) const {
    std::set<size_t> contested;
    std::vector<size_t> rivals = {i};
    for (size_t next = 0; next < rivals.size(); ++next) {
      for (size_t offered = 0; offered < offered_.size(); ++offered) {
        const bool is_new = holder_[offered] != kNone &&
                            !contested.contains(offered) &&
                            FitsNow(rivals[next], offered);
        if (!is_new) continue;
        contested.insert(offered);
        rivals.push_back(holder_[offered]);
      }
    }
    return contested;
  }

  std::string Taken(size_t i, const std::set<size_t>& contested) const {
    const std::string text = CrashTextOf(wanted_[i]);
    const auto is_alike = [&](const Expectation& other) {
      return CrashTextOf(other) == text;
    };
    const bool alike = std::all_of(
        contested.begin(), contested.end(),
        [&](size_t offered) { return is_alike(wanted_[holder_[offered]]); });
    std::vector<std::string> shown;
    for (const size_t offered : contested) {
      if (shown.size() == kMaxShown) {
        shown.push_back(absl::StrCat(contested.size() - kMaxShown, " more"));
        break;
      }
      shown.push_back(alike ? Header(offered)
                            : absl::StrCat(Header(offered), " by ",
                                           Owner(holder_[offered])));
    }
    if (!alike) {
      return absl::StrCat("what fits is taken: ", absl::StrJoin(shown, ", "));
    }
    return absl::StrCat(std::count_if(wanted_.begin(), wanted_.end(), is_alike),
                        " like this are wanted, and there ",
                        contested.size() == 1
                            ? "is 1: "
                            : absl::StrCat("are ", contested.size(), ": "),
                        absl::StrJoin(shown, ", "));
  }

  std::string Owner(size_t i) const {
    return absl::StrCat(CrashTextOf(wanted_[i]), " (", wanted_[i].where.line,
                        ":", wanted_[i].where.column, ")");
  }

  std::string Nearest(size_t i) const {
    size_t nearest = 0;
    Difference least;
    for (size_t offered = 0; offered < std::min(offered_.size(), kMaxCompared);
         ++offered) {
      Difference difference =
          DifferenceOf(WantedBy(i), *offered_[offered], captures_);
      if (offered > 0 && !(difference < least)) continue;
      nearest = offered;
      least = std::move(difference);
    }
    return absl::StrCat("there is none; nearest is ", Header(nearest), ": ",
                        absl::StrJoin(least.problems, "; "));
  }

  // The longest beginning of `open_` for which there was something.
  struct Best {
    size_t depth = 0;
    Captures known;
    std::vector<size_t> given;
  };

  const std::vector<Expectation>& wanted_;
  Captures& captures_;
  std::vector<const Goroutine*> offered_;
  std::vector<size_t> open_;             // of `wanted_`: give a name its value
  std::vector<size_t> closed_;           // of `wanted_`: the others
  std::vector<std::vector<Memo>> memo_;  // closed, offered
  std::vector<size_t> given_;            // to each of `wanted_`
  std::vector<size_t> holder_;           // of each of `offered_`
  Captures known_;
  std::optional<Best> best_;
  bool settles_ = false;  // for less than all
  int64_t work_ = 0;
};

}  // namespace

std::vector<Finding> MatchGoroutines(const std::vector<Expectation>& wanted,
                                     const std::vector<Goroutine>& goroutines,
                                     Captures& captures) {
  return GoroutineMatcher(wanted, goroutines, captures).Match();
}

}  // namespace harness
