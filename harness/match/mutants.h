// Results with one thing changed: what a spec should notice.
//
//   ForEachMutant(result, samples, [&](const Mutant& mutant) {
//     return !Judge(spec, subject, mutant.result).findings[i].met;   // enough?
//   });
//
// Operators: end differently; lose all output; lose, double a report; drop a
// line, double it, swap it with the next, end the output before it, change its
// numbers, change a word, put a line above it; never reach a step. Streams that
// were kept apart are changed one at a time, and the text of both by itself.

#ifndef LASTWORDS_HARNESS_MATCH_MUTANTS_H_
#define LASTWORDS_HARNESS_MATCH_MUTANTS_H_

#include <functional>
#include <string>
#include <vector>

#include "harness/process/process.h"
#include "harness/spec/spec.h"

namespace harness {

struct Mutant {
  std::string what;  // "dropping line 3"
  ProcessResult result;
};

// Returns true when no more mutants are wanted.
using MutantVisitor = std::function<bool(const Mutant&)>;

// Of long outputs only so many lines are changed, spread evenly.
inline constexpr int kMaxMutatedLines = 300;

// `steps`: how many the spec has. `inserted`: lines to put between others,
// besides some that crash reports are made of. Returns how many were visited.
int ForEachMutant(const ProcessResult& result, size_t steps,
                  const std::vector<std::string>& inserted,
                  const MutantVisitor& visit);

// What would break the expectations that a text be absent, or be there so
// often: texts to insert.
std::vector<std::string> InsertedFor(const Spec& spec);

}  // namespace harness

#endif  // LASTWORDS_HARNESS_MATCH_MUTANTS_H_
