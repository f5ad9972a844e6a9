// What became of one crash report, judged from the outside.
//
// A soak run proves the runtime and the harness together, so it must not trust
// either: this file includes nothing of theirs and reads the text line by line.
#ifndef LASTWORDS_CI_SOAK_JUDGE_H_
#define LASTWORDS_CI_SOAK_JUDGE_H_

#include <array>
#include <string>
#include <string_view>

namespace soak {

enum class Outcome {
  kWhole,    // the report and nothing else, exit status 2
  kLost,     // no panic line at all
  kPartial,  // one panic line, and a report that breaks off or has gaps
  kDoubled,  // more than one panic line
  kOther,    // anything else: a wrong end, a hang, text around the report
};

inline constexpr std::array<std::string_view, 5> kOutcomeNames = {
    "whole", "lost", "partial", "doubled", "other"};

// How a process ended: "exit 2", "signal 11" or "hang".
struct Run {
  std::string end;
  std::string output;  // standard output and error, in the order written
};

struct Judgement {
  Outcome outcome;
  std::string why;  // empty for a whole report
};

// A report of `scenario` is whole when it is exactly this, and the process
// ended with status 2:
//
//     panic: crash
//                                        (an empty line)
//     goroutine 7 [running]:
//     testprog.PanicRace.func1(...)      (frames; one names the scenario)
//             /path/panic_race.cc:12 +0x1f
//     created by testprog.PanicRace in goroutine 1
//             /path/panic_race.cc:10 +0x2b
Judgement Judge(std::string_view scenario, std::string_view panic_line,
                const Run& run);

}  // namespace soak

#endif  // LASTWORDS_CI_SOAK_JUDGE_H_
