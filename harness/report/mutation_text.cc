#include "harness/report/mutation_text.h"

#include <algorithm>

#include "absl/strings/str_cat.h"
#include "harness/match/escape.h"
#include "harness/spec/diagnostic.h"

namespace harness {

std::string FormatMutation(const Spec& spec, const Mutation& mutation,
                           bool verbose, const Style& style) {
  std::string text;
  for (const JudgedExpectation& one : mutation.expectations) {
    const bool can_fail = !one.failed_by.empty();
    if (can_fail && !verbose) continue;
    const Position where =
        one.finding.where.line > 0 ? one.finding.where : spec.where;
    absl::StrAppend(&text, style.Bold(FormatPlace(spec.file, where)), ": ",
                    can_fail ? style.Green("ok:") : style.Red("error:"), " ",
                    spec.Id(), ": ", one.finding.key, " ", one.finding.text,
                    ": ");
    if (can_fail) {
      absl::StrAppend(&text, "failed by ", EscapeLine(one.failed_by), "\n");
    } else {
      absl::StrAppend(&text, "can not fail: none of ", mutation.mutants,
                      " changes made it\n");
    }
  }
  return text;
}

int CannotFail(const Mutation& mutation) {
  return static_cast<int>(std::count_if(
      mutation.expectations.begin(), mutation.expectations.end(),
      [](const JudgedExpectation& one) { return one.failed_by.empty(); }));
}

}  // namespace harness
