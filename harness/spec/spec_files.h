// From the paths on a command line to the spec files they mean.

#ifndef LASTWORDS_HARNESS_SPEC_SPEC_FILES_H_
#define LASTWORDS_HARNESS_SPEC_SPEC_FILES_H_

#include <string>
#include <vector>

#include "harness/spec/diagnostic.h"

namespace harness {

// Each file once, in the order of `paths` and by name within a directory.
// Reports a path that is not there and a directory without a spec.
std::vector<std::string> FindSpecFiles(const std::vector<std::string>& paths,
                                       Diagnostics& errors);

}  // namespace harness

#endif  // LASTWORDS_HARNESS_SPEC_SPEC_FILES_H_
