#include "harness/match/mutation.h"

#include <algorithm>
#include <utility>

#include "harness/match/judge.h"
#include "harness/match/mutants.h"

namespace harness {

Mutation Mutate(const Spec& spec, const Subject& subject,
                const ProcessResult& result) {
  Mutation mutation;
  for (Finding& finding : Judge(spec, subject, result).findings) {
    mutation.expectations.push_back({std::move(finding), ""});
  }
  size_t open = mutation.expectations.size();
  mutation.mutants = ForEachMutant(
      result, spec.steps.size(), InsertedFor(spec), [&](const Mutant& mutant) {
        const Verdict verdict = Judge(spec, subject, mutant.result);
        const size_t size =
            std::min(verdict.findings.size(), mutation.expectations.size());
        for (size_t i = 0; i < size; ++i) {
          JudgedExpectation& one = mutation.expectations[i];
          if (verdict.findings[i].met || !one.failed_by.empty()) continue;
          one.failed_by = mutant.what;
          --open;
        }
        return open == 0;
      });
  return mutation;
}

}  // namespace harness
