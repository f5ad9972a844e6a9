#include "harness/match/crash_text.h"

#include <optional>

#include "absl/strings/str_cat.h"
#include "absl/strings/str_join.h"
#include "harness/match/escape.h"
#include "harness/match/pattern_text.h"

namespace harness {
namespace {

using Check = Expectation::Check;

constexpr size_t kShownFrames = 12;

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

}  // namespace

std::string Counted(size_t count, const std::string& what) {
  return absl::StrCat(count, " ", what, count == 1 ? "" : "s");
}

std::string QuoteText(std::string_view text) {
  return absl::StrCat("\"", EscapeBytes(text), "\"");
}

std::string PanicText(const PanicWanted& panic) {
  return absl::StrCat(Quoted(panic.value),
                      Marks(panic.recovered, panic.repanicked));
}

std::string CrashTextOf(const Expectation& expectation) {
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

Finding CrashFindingOf(const Expectation& expectation) {
  Finding finding;
  finding.key = std::string(CheckName(expectation.check));
  finding.text = CrashTextOf(expectation);
  finding.where = expectation.where;
  return finding;
}

std::string PanicText(const Panic& panic) {
  return absl::StrCat(QuoteText(panic.value),
                      Marks(panic.recovered, panic.repanicked));
}

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

}  // namespace harness
