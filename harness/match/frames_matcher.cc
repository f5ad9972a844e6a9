#include "harness/match/frames_matcher.h"

#include <algorithm>

#include "absl/strings/str_cat.h"
#include "harness/match/crash_text.h"
#include "harness/match/output_lines.h"
#include "harness/match/pattern_text.h"

namespace harness {
namespace {

FramesFound FindExactly(const FramesWanted& wanted, const Stack& stack,
                        Captures& captures) {
  const size_t common = std::min(wanted.functions.size(), stack.frames.size());
  for (size_t i = 0; i < common; ++i) {
    if (wanted.functions[i].Find(stack.frames[i].function, 0, &captures)) {
      continue;
    }
    return {false,
            absl::StrCat("frame ", i + 1, " is ",
                         QuoteText(stack.frames[i].function), ", not ",
                         Quoted(wanted.functions[i])),
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
  absl::StrAppend(&text, " below ", QuoteText(last->function), " at line ",
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

}  // namespace

FramesFound FindFrames(const FramesWanted& wanted, const Stack& stack,
                       Captures& captures) {
  return wanted.exactly ? FindExactly(wanted, stack, captures)
                        : FindInOrder(wanted, stack, captures);
}

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

}  // namespace harness
