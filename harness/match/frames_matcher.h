// Judges the frames of one goroutine.

#ifndef LASTWORDS_HARNESS_MATCH_FRAMES_MATCHER_H_
#define LASTWORDS_HARNESS_MATCH_FRAMES_MATCHER_H_

#include <optional>
#include <string>

#include "harness/crash/crash.h"
#include "harness/match/nearest_line.h"
#include "harness/spec/spec.h"

namespace harness {

struct FramesFound {
  bool met = false;
  std::string problem;
  const TextPattern* missing = nullptr;
  const Frame* instead = nullptr;  // what stands in its place, if that counts
};

// Names get their values in `captures`, also where a later frame is missing.
FramesFound FindFrames(const FramesWanted& wanted, const Stack& stack,
                       Captures& captures);

// The frame whose name is most like the one that is missing.
std::optional<NearestLine> NearestFrame(const TextPattern& missing,
                                        const Stack& stack,
                                        const Captures& captures);

}  // namespace harness

#endif  // LASTWORDS_HARNESS_MATCH_FRAMES_MATCHER_H_
