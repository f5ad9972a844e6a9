// Reads what must be true of the crash report itself.
//
//   "frames": ["$pkg.f.func1", "panic", "$pkg.f"]
//   "frames": { "exactly": ["$pkg.f"] }
//   "panics": [{ "value": "first", "recovered": true }, "second"]
//   "fatal": "all goroutines are asleep - deadlock!"
//   "goroutines": [{ "state": "chan receive", "frames": "$pkg.g",
//                    "created_by": "$pkg.f", "parent": 1 }]
//
// A text here is the whole of a name or value; an expression may be a part.

#ifndef LASTWORDS_HARNESS_SPEC_CRASH_READER_H_
#define LASTWORDS_HARNESS_SPEC_CRASH_READER_H_

#include <vector>

#include "harness/spec/json_value.h"
#include "harness/spec/spec.h"
#include "harness/spec/value_reader.h"

namespace harness {

// Appends to `expectations`; `names` are those of the placeholders before it.
// Requires: IsCrashCheck of the check that `member` names.
void ReadCrashExpectation(const JsonMember& member, ValueReader& reader,
                          CaptureNames& names,
                          std::vector<Expectation>& expectations);

}  // namespace harness

#endif  // LASTWORDS_HARNESS_SPEC_CRASH_READER_H_
