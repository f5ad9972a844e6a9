// What is wrong with expectations only when they are seen together: one that
// another makes superfluous can never fail, two that contradict each other can
// never pass.

#ifndef LASTWORDS_HARNESS_SPEC_CONSISTENCY_H_
#define LASTWORDS_HARNESS_SPEC_CONSISTENCY_H_

#include "harness/spec/json_value.h"
#include "harness/spec/spec.h"
#include "harness/spec/value_reader.h"

namespace harness {

// `object` is the JSON that `spec` was read from.
void CheckConsistency(const JsonValue& object, const Spec& spec,
                      ValueReader& reader);

}  // namespace harness

#endif  // LASTWORDS_HARNESS_SPEC_CONSISTENCY_H_
