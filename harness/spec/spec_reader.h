// Turns one spec object of a JSON document into Specs: one, or one for each
// row of its `cases`.

#ifndef LASTWORDS_HARNESS_SPEC_SPEC_READER_H_
#define LASTWORDS_HARNESS_SPEC_SPEC_READER_H_

#include <string>
#include <vector>

#include "harness/spec/diagnostic.h"
#include "harness/spec/json_value.h"
#include "harness/spec/spec.h"
#include "harness/spec/subject.h"

namespace harness {

// The name of the subject that a spec is about, given or not; not always a
// known one. Empty if what is given is no text.
std::string SubjectOf(const JsonValue& object);

// Appends to `specs`; what is wrong goes to `errors`, and the specs read from a
// wrong object are not to be used.
void ReadSpecs(const JsonValue& object, const std::string& file,
               const Subjects& subjects, std::vector<Spec>& specs,
               Diagnostics& errors);

// The keys a spec may have, in the order of the manual.
const std::vector<std::string>& SpecKeys();

}  // namespace harness

#endif  // LASTWORDS_HARNESS_SPEC_SPEC_READER_H_
