// What was decided about one run of one spec, with all its reasons.

#ifndef LASTWORDS_HARNESS_MATCH_VERDICT_H_
#define LASTWORDS_HARNESS_MATCH_VERDICT_H_

#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "harness/match/nearest_line.h"
#include "harness/spec/position.h"

namespace harness {

enum class Outcome {
  kPass,
  kFail,
  kTimeout,          // still running at its limit
  kLeak,             // all as expected, but a process of it lived on
  kExcessiveOutput,  // more output than its limit
  kXfail,            // failed, as it was expected to
  kXpass,            // passed, though a failure was expected
  kSkip,             // a requirement is not met
  kUnresolved,       // nothing could be decided: nothing ran
};

// "PASS", "EXCESSIVE_OUTPUT", ...
std::string_view OutcomeName(Outcome outcome);

// True for what makes `lastwords run` exit 1.
bool IsFailure(Outcome outcome);

// The status of one expectation.
struct Finding {
  std::string key;   // "wants", "lines", "ends", ...
  std::string text;  // as expected; expressions with their slashes
  Position where;    // in the JSON; line 0 for a default
  bool met = false;
  bool judged = true;  // false: it did not come to that
  std::string detail;  // "matched at line 3", "not found", ...
  std::optional<NearestLine> nearest;
};

struct Verdict {
  Outcome outcome = Outcome::kPass;
  // Why, in one line, and the place in the JSON that says otherwise. Empty for
  // a pass.
  std::string reason;
  Position where;
  // The subject lists its scenarios, and not the one that is judged.
  bool no_such_scenario = false;
  // The steps, then `ends`, then the rest in the JSON's order.
  std::vector<Finding> findings;
};

// One that needs no run: SKIP and UNRESOLVED.
Verdict VerdictWithoutRun(Outcome outcome, std::string reason);

}  // namespace harness

#endif  // LASTWORDS_HARNESS_MATCH_VERDICT_H_
