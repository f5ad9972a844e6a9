#include "harness/cli/applicable.h"

#include <cstdio>
#include <optional>
#include <string>

#include "harness/spec/requirement.h"

namespace harness {

std::vector<Spec> Applicable(const Selection& selection, const Style& style) {
  std::vector<Spec> specs;
  for (const Spec& spec : selection.specs) {
    const std::optional<std::string> unmet = FirstUnmet(
        spec.requirements, selection.subjects.at(spec.subject).values);
    if (unmet.has_value()) {
      std::printf("%s %s: %s\n", style.Yellow("SKIP").c_str(),
                  spec.Id().c_str(), unmet->c_str());
    } else {
      specs.push_back(spec);
    }
  }
  return specs;
}

}  // namespace harness
