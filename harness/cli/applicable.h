// The specs of a selection whose requirements are met.

#ifndef LASTWORDS_HARNESS_CLI_APPLICABLE_H_
#define LASTWORDS_HARNESS_CLI_APPLICABLE_H_

#include <vector>

#include "harness/cli/selection.h"
#include "harness/report/style.h"

namespace harness {

// The others are told on standard output, each with its reason.
std::vector<Spec> Applicable(const Selection& selection, const Style& style);

}  // namespace harness

#endif  // LASTWORDS_HARNESS_CLI_APPLICABLE_H_
