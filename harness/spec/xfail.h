// A failure that is known, and for how long it may stay.
//
//   "xfail": { "issue": "https://go.dev/issue/20018", "until": "2027-03-01",
//              "sanitizer": "thread" }
//
// Besides those two it may hold conditions, as `requires` does: where one does
// not hold, the spec is a spec like any other.

#ifndef LASTWORDS_HARNESS_SPEC_XFAIL_H_
#define LASTWORDS_HARNESS_SPEC_XFAIL_H_

#include <string>

#include "harness/spec/json_value.h"
#include "harness/spec/requirement.h"
#include "harness/spec/value_reader.h"

namespace harness {

struct Xfail {
  std::string issue;
  std::string until;  // "YYYY-MM-DD": the last day it is expected
  Requirement where;  // may be empty; `why` too
  Position position;  // in the JSON
};

// Errors: no issue, no date or no such day, unknown facts.
Xfail ReadXfail(const JsonValue& value, const Variables& facts,
                ValueReader& reader);

}  // namespace harness

#endif  // LASTWORDS_HARNESS_SPEC_XFAIL_H_
