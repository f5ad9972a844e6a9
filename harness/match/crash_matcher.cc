#include "harness/match/crash_matcher.h"

#include <algorithm>
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "absl/strings/str_cat.h"
#include "absl/strings/str_join.h"
#include "harness/match/escape.h"
#include "harness/match/pattern_text.h"

namespace harness {
namespace {

using Check = Expectation::Check;

constexpr size_t kShownFrames = 12;

std::string Counted(size_t count, const std::string& what) {
  return absl::StrCat(count, " ", what, count == 1 ? "" : "s");
}

std::string Quote(std::string_view text) {
  return absl::StrCat("\"", EscapeBytes(text), "\"");
}

// ------------------------------------------------- what was wanted, in words

std::string FramesText(const FramesWanted& wanted) {
  std::vector<std::string> names;
  for (const TextPattern& function : wanted.functions) {
    names.push_back(Quoted(function));
  }
  return absl::StrCat(wanted.exactly ? "exactly " : "",
                      absl::StrJoin(names, ", "));
}

std::string Marks(bool recovered, bool repanicked) {
  if (repanicked) return " [recovered, repanicked]";
  return recovered ? " [recovered]" : "";
}

std::string PanicText(const PanicWanted& panic) {
  return absl::StrCat(Quoted(panic.value),
                      Marks(panic.recovered, panic.repanicked));
}

std::string PanicsText(const std::vector<PanicWanted>& wanted) {
  std::vector<std::string> panics;
  for (const PanicWanted& panic : wanted) panics.push_back(PanicText(panic));
  return absl::StrJoin(panics, ", ");
}

std::string GoroutineText(const GoroutineWanted& wanted) {
  std::vector<std::string> words;
  auto add = [&](const char* word, const std::optional<TextPattern>& text) {
    if (text.has_value()) words.push_back(absl::StrCat(word, Quoted(*text)));
  };
  add("id ", wanted.id);
  add("state ", wanted.state);
  add("created by ", wanted.created_by);
  add("parent ", wanted.parent);
  if (wanted.locked.has_value()) {
    words.push_back(*wanted.locked ? "locked to its thread" : "not locked");
  }
  if (wanted.frames.has_value()) {
    words.push_back(absl::StrCat("frames ", FramesText(*wanted.frames)));
  }
  return absl::StrJoin(words, ", ");
}

std::string TextOf(const Expectation& expectation) {
  switch (expectation.check) {
    case Check::kFatal:
      return Quoted(*expectation.pattern);
    case Check::kPanics:
      return PanicsText(expectation.crash->panics);
    case Check::kFrames:
      return FramesText(*expectation.crash->frames);
    default:
      return GoroutineText(*expectation.crash->goroutine);
  }
}

// --------------------------------------------------- what there is, in words

std::string PanicText(const Panic& panic) {
  return absl::StrCat(Quote(panic.value),
                      Marks(panic.recovered, panic.repanicked));
}

// Most who write a part mean a part.
std::string PartHint(const TextPattern& wanted, std::string_view actual) {
  if (wanted.Find(actual) || !wanted.Anywhere().Find(actual)) return "";
  return "; a text is the whole of it, /.../ may be a part";
}

std::string ChainText(const std::vector<Panic>& panics) {
  if (panics.empty()) return "there is no panic";
  std::vector<std::string> texts;
  for (const Panic& panic : panics) texts.push_back(PanicText(panic));
  return absl::StrCat(texts.size() == 1 ? "the panic is " : "the chain is ",
                      absl::StrJoin(texts, ", "));
}

std::string StackText(const Stack& stack) {
  if (stack.frames.empty()) return "there are no frames";
  std::vector<std::string> names;
  for (const Frame& frame : stack.frames) {
    if (names.size() == kShownFrames) {
      names.push_back(
          absl::StrCat(stack.frames.size() - kShownFrames, " more"));
      break;
    }
    names.push_back(EscapeBytes(frame.function));
  }
  return absl::StrCat("the frames are ", absl::StrJoin(names, ", "));
}

std::string HeaderText(const Goroutine& goroutine) {
  return absl::StrCat("goroutine ", goroutine.id, " [", goroutine.state,
                      "] at line ", goroutine.at.line);
}

// ------------------------------------------------------------------- frames

struct FramesFound {
  bool met = false;
  std::string problem;
  const TextPattern* missing = nullptr;
  const Frame* instead = nullptr;  // what stands in its place, if that counts
};

FramesFound FindExactly(const FramesWanted& wanted, const Stack& stack,
                        Captures& captures) {
  const size_t common = std::min(wanted.functions.size(), stack.frames.size());
  for (size_t i = 0; i < common; ++i) {
    if (wanted.functions[i].Find(stack.frames[i].function, 0, &captures)) {
      continue;
    }
    return {
        false,
        absl::StrCat("frame ", i + 1, " is ", Quote(stack.frames[i].function),
                     ", not ", Quoted(wanted.functions[i])),
        &wanted.functions[i], &stack.frames[i]};
  }
  if (wanted.functions.size() == stack.frames.size()) return {true, ""};
  return {false, absl::StrCat(Counted(stack.frames.size(), "frame"), ", not ",
                              wanted.functions.size())};
}

std::string MissingText(const TextPattern& function, const Frame* last,
                        const Stack& stack, const Captures& captures) {
  std::string text = absl::StrCat("no frame ", Quoted(function));
  if (last == nullptr) return text;
  absl::StrAppend(&text, " below ", Quote(last->function), " at line ",
                  last->at.line);
  for (const Frame& frame : stack.frames) {
    Captures known = captures;
    if (function.Find(frame.function, 0, &known)) {
      return absl::StrCat(text, ", but one above, at line ", frame.at.line);
    }
  }
  return text;
}

FramesFound FindInOrder(const FramesWanted& wanted, const Stack& stack,
                        Captures& captures) {
  size_t next = 0;
  const Frame* last = nullptr;
  for (const TextPattern& function : wanted.functions) {
    while (next < stack.frames.size() &&
           !function.Find(stack.frames[next].function, 0, &captures)) {
      ++next;
    }
    if (next == stack.frames.size()) {
      return {false, MissingText(function, last, stack, captures), &function};
    }
    last = &stack.frames[next++];
  }
  return {true, ""};
}

FramesFound FindFrames(const FramesWanted& wanted, const Stack& stack,
                       Captures& captures) {
  return wanted.exactly ? FindExactly(wanted, stack, captures)
                        : FindInOrder(wanted, stack, captures);
}

// The frame whose name is most like the one that is missing.
std::optional<NearestLine> NearestFrame(const TextPattern& missing,
                                        const Stack& stack,
                                        const Captures& captures) {
  std::string names;
  for (const Frame& frame : stack.frames) {
    absl::StrAppend(&names, frame.function, "\n");
  }
  const OutputLines lines(names);
  std::optional<NearestLine> nearest = FindNearest(missing, lines, captures);
  if (!nearest.has_value()) return std::nullopt;
  const auto index = static_cast<size_t>(nearest->number) - 1;
  nearest->number = static_cast<int>(stack.frames[index].at.line);
  return nearest;
}

// --------------------------------------------------------------- goroutines

// What about this goroutine is not as wanted.
std::vector<std::string> Problems(const GoroutineWanted& wanted,
                                  const Goroutine& goroutine,
                                  Captures& captures) {
  std::vector<std::string> problems;
  auto check = [&](const char* what, const std::optional<TextPattern>& text,
                   const std::string& actual) {
    if (!text.has_value() || text->Find(actual, 0, &captures)) return;
    problems.push_back(absl::StrCat(
        what,
        actual.empty() ? "is not known" : absl::StrCat("is ", Quote(actual)),
        ", not ", Quoted(*text)));
  };
  const std::optional<CreatedBy>& created = goroutine.stack.created_by;
  check("id ", wanted.id, absl::StrCat(goroutine.id));
  check("state ", wanted.state, goroutine.state);
  check("created_by ", wanted.created_by,
        created.has_value() ? created->function : "");
  check("parent ", wanted.parent,
        created.has_value() && created->parent_id.has_value()
            ? absl::StrCat(*created->parent_id)
            : "");
  if (wanted.locked.value_or(goroutine.locked_to_thread) !=
      goroutine.locked_to_thread) {
    problems.push_back(goroutine.locked_to_thread ? "it is locked"
                                                  : "it is not locked");
  }
  if (wanted.frames.has_value()) {
    FramesFound found = FindFrames(*wanted.frames, goroutine.stack, captures);
    if (!found.met) {
      problems.push_back(
          absl::StrCat(found.problem, "; ", StackText(goroutine.stack)));
    }
  }
  return problems;
}

}  // namespace

CrashMatcher::CrashMatcher(std::string_view output, Captures& captures)
    : log_(ParseCrashLog(output)), captures_(captures) {}

// A stack that was printed without a cause comes before the report of a crash.
const CrashReport* CrashMatcher::Report() const {
  for (const CrashReport& report : log_.reports) {
    if (report.has_cause()) return &report;
  }
  return log_.reports.empty() ? nullptr : &log_.reports.front();
}

Finding CrashMatcher::Match(const Expectation& expectation) {
  Finding finding;
  finding.key = std::string(CheckName(expectation.check));
  finding.text = TextOf(expectation);
  finding.where = expectation.where;
  if (Report() == nullptr) {
    finding.detail = "there is no crash report in the output";
    return finding;
  }
  switch (expectation.check) {
    case Check::kFatal:
      MatchFatal(*expectation.pattern, finding);
      break;
    case Check::kPanics:
      MatchPanics(expectation.crash->panics, finding);
      break;
    case Check::kFrames:
      MatchFrames(*expectation.crash->frames, finding);
      break;
    default:
      MatchGoroutine(*expectation.crash->goroutine, finding);
  }
  return finding;
}

void CrashMatcher::MatchFatal(const TextPattern& wanted, Finding& finding) {
  const std::optional<Remark>& fatal = Report()->fatal;
  if (!fatal.has_value()) {
    finding.detail =
        absl::StrCat("there is no fatal error; ", ChainText(Report()->panics));
    return;
  }
  finding.met = wanted.Find(fatal->text, 0, &captures_).has_value();
  if (finding.met) {
    finding.detail = absl::StrCat("matched at line ", fatal->at.line);
    return;
  }
  finding.detail =
      absl::StrCat("it is ", Quote(fatal->text), PartHint(wanted, fatal->text));
  finding.nearest = CompareLine(wanted, fatal->text,
                                static_cast<int>(fatal->at.line), captures_);
}

void CrashMatcher::MatchPanics(const std::vector<PanicWanted>& wanted,
                               Finding& finding) {
  const std::vector<Panic>& panics = Report()->panics;
  std::string problem;
  for (size_t i = 0; i < std::min(wanted.size(), panics.size()); ++i) {
    const bool same_marks = wanted[i].recovered == panics[i].recovered &&
                            wanted[i].repanicked == panics[i].repanicked;
    if (wanted[i].value.Find(panics[i].value, 0, &captures_) && same_marks) {
      continue;
    }
    problem = absl::StrCat("panic ", i + 1, " is ", PanicText(panics[i]),
                           ", not ", PanicText(wanted[i]),
                           PartHint(wanted[i].value, panics[i].value));
    if (same_marks) {
      finding.nearest =
          CompareLine(wanted[i].value, panics[i].value,
                      static_cast<int>(panics[i].at.line), captures_);
    }
    break;
  }
  if (problem.empty() && wanted.size() != panics.size()) {
    problem = absl::StrCat(Counted(panics.size(), "panic"), ", not ",
                           wanted.size(), "; ", ChainText(panics));
  }
  finding.met = problem.empty();
  finding.detail = finding.met
                       ? absl::StrCat("matched at line ", panics[0].at.line)
                       : problem;
}

void CrashMatcher::MatchFrames(const FramesWanted& wanted, Finding& finding) {
  const std::vector<Goroutine>& goroutines = Report()->goroutines;
  auto crashed = std::find_if(
      goroutines.begin(), goroutines.end(), [](const Goroutine& goroutine) {
        return goroutine.kind == Goroutine::Kind::kGoroutine;
      });
  if (crashed == goroutines.end()) {
    finding.detail = "the report has no goroutine";
    return;
  }
  Captures captures = captures_;
  FramesFound found = FindFrames(wanted, crashed->stack, captures);
  finding.met = found.met;
  if (found.met) {
    captures_ = std::move(captures);
    finding.detail = absl::StrCat("found in ", HeaderText(*crashed));
    return;
  }
  finding.detail = absl::StrCat(found.problem, ", in ", HeaderText(*crashed));
  if (found.instead != nullptr) {
    finding.nearest = CompareLine(*found.missing, found.instead->function,
                                  static_cast<int>(found.instead->at.line));
  } else if (found.missing != nullptr) {
    finding.nearest = NearestFrame(*found.missing, crashed->stack, captures);
  }
  if (!finding.nearest.has_value()) {
    absl::StrAppend(&finding.detail, "; ", StackText(crashed->stack));
  }
}

void CrashMatcher::MatchGoroutine(const GoroutineWanted& wanted,
                                  Finding& finding) {
  const Goroutine* nearest = nullptr;
  std::vector<std::string> problems;
  for (const Goroutine& goroutine : Report()->goroutines) {
    if (goroutine.kind != Goroutine::Kind::kGoroutine ||
        taken_.contains(&goroutine)) {
      continue;
    }
    Captures captures = captures_;
    std::vector<std::string> found = Problems(wanted, goroutine, captures);
    if (found.empty()) {
      captures_ = std::move(captures);
      taken_.insert(&goroutine);
      finding.met = true;
      finding.detail = absl::StrCat("it is ", HeaderText(goroutine));
      return;
    }
    if (nearest == nullptr || found.size() < problems.size()) {
      nearest = &goroutine;
      problems = std::move(found);
    }
  }
  finding.detail =
      nearest == nullptr
          ? "the report has no goroutine that is not taken already"
          : absl::StrCat("there is none; nearest is ", HeaderText(*nearest),
                         ": ", absl::StrJoin(problems, "; "));
}

}  // namespace harness
