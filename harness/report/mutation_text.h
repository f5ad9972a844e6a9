// What `lastwords mutate` says of one spec.

#ifndef LASTWORDS_HARNESS_REPORT_MUTATION_TEXT_H_
#define LASTWORDS_HARNESS_REPORT_MUTATION_TEXT_H_

#include <string>

#include "harness/match/mutation.h"
#include "harness/report/style.h"
#include "harness/spec/spec.h"

namespace harness {

// One line for each expectation that no change made fail; with `verbose` one
// for each of the others too.
std::string FormatMutation(const Spec& spec, const Mutation& mutation,
                           bool verbose, const Style& style);

// How many expectations no change made fail.
int CannotFail(const Mutation& mutation);

}  // namespace harness

#endif  // LASTWORDS_HARNESS_REPORT_MUTATION_TEXT_H_
