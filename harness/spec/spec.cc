#include "harness/spec/spec.h"

#include <algorithm>

namespace harness {

bool IsLineCheck(Expectation::Check check) {
  return check >= Expectation::Check::kLine && !IsCrashCheck(check);
}

bool IsCrashCheck(Expectation::Check check) {
  return check >= Expectation::Check::kFrames;
}

std::string_view CheckName(Expectation::Check check) {
  switch (check) {
    case Expectation::Check::kWants:
      return "wants";
    case Expectation::Check::kNever:
      return "never";
    case Expectation::Check::kStarts:
      return "starts";
    case Expectation::Check::kFinishes:
      return "finishes";
    case Expectation::Check::kEquals:
      return "equals";
    case Expectation::Check::kCount:
      return "count";
    case Expectation::Check::kLine:
      return "lines";
    case Expectation::Check::kLineNext:
      return "lines next";
    case Expectation::Check::kLineSame:
      return "lines same";
    case Expectation::Check::kLineNot:
      return "lines not";
    case Expectation::Check::kLineUnordered:
      return "lines unordered";
    case Expectation::Check::kLineCount:
      return "lines count";
    case Expectation::Check::kLineEmpty:
      return "lines empty";
    case Expectation::Check::kFrames:
      return "frames";
    case Expectation::Check::kPanics:
      return "panics";
    case Expectation::Check::kFatal:
      return "fatal";
    case Expectation::Check::kGoroutine:
      return "goroutines";
  }
  return "?";
}

bool Spec::SeparatesStreams() const {
  return std::any_of(expectations.begin(), expectations.end(),
                     [](const Expectation& expectation) {
                       return expectation.stream != Expectation::Stream::kBoth;
                     });
}

}  // namespace harness
