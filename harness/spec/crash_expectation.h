// What must be true of the crash report itself: `frames`, `panics`,
// `goroutines`. (`fatal` is but a text.)

#ifndef LASTWORDS_HARNESS_SPEC_CRASH_EXPECTATION_H_
#define LASTWORDS_HARNESS_SPEC_CRASH_EXPECTATION_H_

#include <optional>
#include <vector>

#include "harness/spec/text_pattern.h"

namespace harness {

// Functions from the innermost outwards.
struct FramesWanted {
  std::vector<TextPattern> functions;
  bool exactly = false;  // these and no others; else others may be between
};

struct PanicWanted {
  TextPattern value;
  bool recovered = false;
  bool repanicked = false;  // with the same value
};

// What is not said is not asked.
struct GoroutineWanted {
  std::optional<TextPattern> id;
  std::optional<TextPattern> state;
  std::optional<FramesWanted> frames;
  std::optional<TextPattern> created_by;  // the function
  std::optional<TextPattern> parent;      // the id of its goroutine
  std::optional<bool> locked;             // to its thread
};

// One of the three.
struct CrashWanted {
  std::optional<FramesWanted> frames;  // of the goroutine that crashed
  std::vector<PanicWanted> panics;     // the whole chain, oldest first
  std::optional<GoroutineWanted> goroutine;
};

}  // namespace harness

#endif  // LASTWORDS_HARNESS_SPEC_CRASH_EXPECTATION_H_
