// A spec: what to run and what must then be seen. Plain values; variables are
// expanded and expressions compiled, so that whoever holds one needs no file.
//
// specs/README.md is the manual of the language these come from.

#ifndef LASTWORDS_HARNESS_SPEC_SPEC_H_
#define LASTWORDS_HARNESS_SPEC_SPEC_H_

#include <cstddef>
#include <cstdint>
#include <map>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "harness/spec/crash_expectation.h"
#include "harness/spec/ends.h"
#include "harness/spec/position.h"
#include "harness/spec/requirement.h"
#include "harness/spec/step.h"
#include "harness/spec/text_pattern.h"
#include "harness/spec/xfail.h"

namespace harness {

// One thing that must be seen in the combined output.
struct Expectation {
  enum class Check {
    kWants,     // somewhere
    kNever,     // nowhere
    kStarts,    // at the beginning
    kFinishes,  // at the end
    kEquals,    // as the whole
    kCount,     // exactly `count` times
    // Those of `lines`, each seen from the one before it:
    kLine,           // in a line below it
    kLineNext,       // in the very next line
    kLineSame,       // further right in the same line
    kLineNot,        // not between it and the one that follows
    kLineUnordered,  // those of one group in lines below, in any order
    kLineCount,      // in `count` lines below
    kLineEmpty,      // the very next line is empty; has no pattern
    // Of the crash report:
    kFrames,     // of the goroutine that crashed
    kPanics,     // the chain
    kFatal,      // what stands after "fatal error: "
    kGoroutine,  // there is one like this
  };

  enum class Stream { kBoth, kStdout, kStderr };

  Check check = Check::kWants;
  Stream stream = Stream::kBoth;
  std::optional<TextPattern> pattern;
  int64_t count = 0;
  int group = 0;                     // kLineUnordered: one number, one group
  std::optional<CrashWanted> crash;  // kFrames, kPanics, kGoroutine
  Position where;                    // of the text in the JSON
};

bool IsLineCheck(Expectation::Check check);
bool IsCrashCheck(Expectation::Check check);

// As reports name it: "wants", "lines", "lines next", ...
std::string_view CheckName(Expectation::Check check);

struct SpecLimits {
  int64_t time_ms = 10'000;  // before the time factor
  int64_t time_factor = 0;   // in sanitizer builds; 0: the subject's
  size_t output_bytes = size_t{8} << 20;
  size_t memory_bytes = 0;     // 0: unlimited
  size_t core_bytes = 0;       // none: deaths are expected here
  size_t file_size_bytes = 0;  // 0: unlimited
};

struct Spec {
  std::string family;    // the folder: "panic_race"
  std::string name;      // unique in the family: "PanicRace"
  std::string scenario;  // empty if only `args` say what to run
  std::string file;      // as it was named to the loader
  Position where;        // of the spec's opening brace
  Position scenario_where;

  std::string subject = "testprog";
  std::vector<std::string> args;  // all of them, the scenario being the first
  std::map<std::string, std::string> env;  // besides the clean room's
  std::string stdin_text;
  bool extras = false;
  SpecLimits limits;
  std::vector<SpecStep> steps;
  int repeat = 1;
  std::vector<Requirement> requirements;
  std::optional<Xfail> xfail;

  Ends ends;
  Position ends_where;  // line 0 if the default is meant
  std::vector<Expectation> expectations;

  std::string why;
  std::string source;
  std::vector<std::string> tags;

  // True if something is expected of one stream alone.
  bool SeparatesStreams() const;

  // "panic_race/PanicRace": how the command line and reports name it.
  std::string Id() const { return family + "/" + name; }
};

}  // namespace harness

#endif  // LASTWORDS_HARNESS_SPEC_SPEC_H_
