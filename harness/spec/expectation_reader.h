// Reads what must be seen: `wants`, `never`, `starts`, `finishes`, `equals`,
// `count`, `lines`, `frames`, `panics`, `fatal` and `goroutines`.

#ifndef LASTWORDS_HARNESS_SPEC_EXPECTATION_READER_H_
#define LASTWORDS_HARNESS_SPEC_EXPECTATION_READER_H_

#include <string_view>
#include <vector>

#include "harness/spec/json_value.h"
#include "harness/spec/spec.h"
#include "harness/spec/value_reader.h"

namespace harness {

// True for the keys above.
bool IsExpectation(std::string_view key);

// Appends what `member` expects; `names` are those of the placeholders before
// it. Requires: IsExpectation(member.key).
void ReadExpectation(const JsonMember& member, ValueReader& reader,
                     CaptureNames& names,
                     std::vector<Expectation>& expectations);

// `stdout` or `stderr`: an object of the keys above that are about texts.
void ReadStream(const JsonMember& member, ValueReader& reader,
                CaptureNames& names, std::vector<Expectation>& expectations);

}  // namespace harness

#endif  // LASTWORDS_HARNESS_SPEC_EXPECTATION_READER_H_
