#include "harness/cli/applicable.h"

#include "absl/strings/str_cat.h"
#include "harness/cli/print.h"
#include "harness/spec/requirement.h"

namespace harness {

std::optional<std::string> WhySkipped(const Spec& spec,
                                      const Subjects& subjects) {
  const Subject& subject = subjects.at(spec.subject);
  std::optional<std::string> unmet =
      FirstUnmet(spec.requirements, subject.values);
  if (!unmet.has_value() && !subject.IsAskedFor(spec.scenario)) {
    unmet = absl::StrCat(subject.name, " has no such scenario");
  }
  return unmet;
}

std::vector<Spec> Applicable(const Selection& selection, const Style& style) {
  std::vector<Spec> specs;
  for (const Spec& spec : selection.specs) {
    const std::optional<std::string> why = WhySkipped(spec, selection.subjects);
    if (why.has_value()) {
      Print(
          absl::StrCat(style.Yellow("SKIP"), " ", spec.Id(), ": ", *why, "\n"));
    } else {
      specs.push_back(spec);
    }
  }
  return specs;
}

}  // namespace harness
