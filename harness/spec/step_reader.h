// Reads "steps".

#ifndef LASTWORDS_HARNESS_SPEC_STEP_READER_H_
#define LASTWORDS_HARNESS_SPEC_STEP_READER_H_

#include <vector>

#include "harness/spec/json_value.h"
#include "harness/spec/step.h"
#include "harness/spec/value_reader.h"

namespace harness {

// Errors: no step at all, one that is not an object of exactly one known key,
// an unknown signal, input after "close_stdin".
std::vector<SpecStep> ReadSteps(const JsonValue& value, ValueReader& reader);

}  // namespace harness

#endif  // LASTWORDS_HARNESS_SPEC_STEP_READER_H_
