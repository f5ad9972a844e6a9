#include "harness/match/xfail_verdict.h"

#include <string>

#include "absl/strings/str_cat.h"

namespace harness {

void ApplyXfail(const Spec& spec, const Subject& subject,
                std::string_view today, Verdict& verdict) {
  if (!spec.xfail.has_value() || verdict.no_such_scenario) return;
  const Xfail& xfail = *spec.xfail;
  if (FirstUnmet({xfail.where}, subject.values).has_value()) return;
  if (IsFailure(verdict.outcome) && today <= xfail.until) {
    verdict.outcome = Outcome::kXfail;
    verdict.reason = absl::StrCat(xfail.issue, ": ", verdict.reason);
  } else if (IsFailure(verdict.outcome)) {
    verdict.reason = absl::StrCat(
        "was expected to fail until ", xfail.until, " (", xfail.issue,
        "): mend it, or say how long it may stay; ", verdict.reason);
    verdict.where = xfail.position;
  } else if (verdict.outcome == Outcome::kPass) {
    verdict.outcome = Outcome::kXpass;
    verdict.reason = absl::StrCat("passed, and was expected to fail (",
                                  xfail.issue, "): remove its \"xfail\"");
    verdict.where = xfail.position;
  }
}

}  // namespace harness
