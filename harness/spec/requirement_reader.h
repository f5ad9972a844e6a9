// Reads the value of a spec's `requires`. requirement.h says what it means.

#ifndef LASTWORDS_HARNESS_SPEC_REQUIREMENT_READER_H_
#define LASTWORDS_HARNESS_SPEC_REQUIREMENT_READER_H_

#include <string>
#include <vector>

#include "harness/spec/json_value.h"
#include "harness/spec/requirement.h"
#include "harness/spec/value_reader.h"

namespace harness {

// `facts`: what the subject states; other names than these and the usual ones
// are reported as misspelt.
std::vector<Requirement> ReadRequirements(const JsonValue& value,
                                          const Variables& facts,
                                          ValueReader& reader);

// One fact with its conditions. `others` are the keys that may stand beside it.
void ReadFact(const JsonMember& member, const Variables& facts,
              const std::vector<std::string>& others, ValueReader& reader,
              Requirement& requirement);

}  // namespace harness

#endif  // LASTWORDS_HARNESS_SPEC_REQUIREMENT_READER_H_
