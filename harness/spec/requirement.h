// Conditions with a reason: where a spec applies at all. Where it does not, it
// is skipped, and says why.
//
//   "requires": { "compiler": "gcc", "why": "Clang has no such flag" }
//   "requires": [{ "sanitizer": "!thread", "why": "..." },
//                { "implementation": ["lastwords", "go"],
//                  "version": ">=1.23", "why": "newer text" }]
//
// Each key names a fact; its value is one condition or an array of them, of
// which one must hold. A condition is a word (equal), "!word" (not equal), or
// ">=1.2", ">", "<=", "<" (versions, number by number). A fact nobody stated
// is unknown: it equals nothing and compares with nothing.

#ifndef LASTWORDS_HARNESS_SPEC_REQUIREMENT_H_
#define LASTWORDS_HARNESS_SPEC_REQUIREMENT_H_

#include <map>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "absl/status/statusor.h"
#include "harness/spec/variables.h"

namespace harness {

struct Condition {
  enum class Operator { kIs, kIsNot, kLess, kLessEqual, kGreater, kAtLeast };

  Operator op = Operator::kIs;
  std::string operand;
};

struct Requirement {
  std::map<std::string, std::vector<Condition>> facts;  // all must hold
  std::string why;
};

// Errors: InvalidArgument when empty, or when a version is not numbers and
// dots.
absl::StatusOr<Condition> ParseCondition(std::string_view text);

// Why the spec does not apply ("sanitizer is thread: ..."), or nullopt if all
// requirements hold.
std::optional<std::string> FirstUnmet(
    const std::vector<Requirement>& requirements, const Variables& facts);

}  // namespace harness

#endif  // LASTWORDS_HARNESS_SPEC_REQUIREMENT_H_
