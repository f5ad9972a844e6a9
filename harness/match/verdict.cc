#include "harness/match/verdict.h"

#include <utility>

namespace harness {

std::string_view OutcomeName(Outcome outcome) {
  switch (outcome) {
    case Outcome::kPass:
      return "PASS";
    case Outcome::kFail:
      return "FAIL";
    case Outcome::kTimeout:
      return "TIMEOUT";
    case Outcome::kLeak:
      return "LEAK";
    case Outcome::kExcessiveOutput:
      return "EXCESSIVE_OUTPUT";
    case Outcome::kXfail:
      return "XFAIL";
    case Outcome::kXpass:
      return "XPASS";
    case Outcome::kSkip:
      return "SKIP";
    case Outcome::kUnresolved:
      return "UNRESOLVED";
  }
  return "?";
}

bool IsFailure(Outcome outcome) {
  return outcome == Outcome::kFail || outcome == Outcome::kTimeout ||
         outcome == Outcome::kLeak || outcome == Outcome::kXpass ||
         outcome == Outcome::kExcessiveOutput;
}

Verdict VerdictWithoutRun(Outcome outcome, std::string reason) {
  Verdict verdict;
  verdict.outcome = outcome;
  verdict.reason = std::move(reason);
  return verdict;
}

}  // namespace harness
