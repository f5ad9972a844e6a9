// Can each expectation of a spec fail? Judges changed results of a run that
// passed, and remembers what made each expectation fail.
//
//   Mutation mutation = Mutate(spec, subject, result);
//   for (const JudgedExpectation& one : mutation.expectations)
//     if (one.failed_by.empty()) ...                 // it asserts nothing

#ifndef LASTWORDS_HARNESS_MATCH_MUTATION_H_
#define LASTWORDS_HARNESS_MATCH_MUTATION_H_

#include <string>
#include <vector>

#include "harness/match/verdict.h"
#include "harness/process/process.h"
#include "harness/spec/spec.h"
#include "harness/spec/subject.h"

namespace harness {

struct JudgedExpectation {
  Finding finding;        // of the unchanged run
  std::string failed_by;  // the first change that made it fail; empty: none
};

struct Mutation {
  std::vector<JudgedExpectation> expectations;
  int mutants = 0;  // how many were judged; it stops when all have failed
};

// A pure function. Requires: Judge(spec, subject, result) passes.
Mutation Mutate(const Spec& spec, const Subject& subject,
                const ProcessResult& result);

}  // namespace harness

#endif  // LASTWORDS_HARNESS_MATCH_MUTATION_H_
