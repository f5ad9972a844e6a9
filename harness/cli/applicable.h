// The specs of a selection that have something to say of their subject.

#ifndef LASTWORDS_HARNESS_CLI_APPLICABLE_H_
#define LASTWORDS_HARNESS_CLI_APPLICABLE_H_

#include <optional>
#include <string>
#include <vector>

#include "harness/cli/selection.h"
#include "harness/report/style.h"

namespace harness {

// Why `spec` is not to be run: a requirement that is not met, or a scenario
// that a subject of only some does not have. Nothing if it is to be run.
std::optional<std::string> WhySkipped(const Spec& spec,
                                      const Subjects& subjects);

// Those to be run. The others are told on standard output, each with its
// reason.
std::vector<Spec> Applicable(const Selection& selection, const Style& style);

}  // namespace harness

#endif  // LASTWORDS_HARNESS_CLI_APPLICABLE_H_
