#include "harness/cli/check_command.h"

#include <cstdio>
#include <set>

#include "absl/strings/ascii.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/str_replace.h"
#include "harness/cli/exit_status.h"
#include "harness/cli/selection.h"
#include "harness/cli/subjects.h"
#include "harness/spec/nearest.h"
#include "harness/spec/spec_loader.h"

namespace harness {
namespace {

// "PanicRace", "panic race" and "panic_race" are one family.
std::string Folded(const std::string& family) {
  return absl::StrReplaceAll(absl::AsciiStrToLower(family),
                             {{"_", ""}, {" ", ""}, {"-", ""}});
}

class Comparison {
 public:
  Comparison(const std::vector<Spec>& specs, const Subject& subject)
      : specs_(specs), subject_(subject) {}

  int Run() {
    for (const Spec& spec : specs_) {
      if (spec.subject == subject_.name && !spec.scenario.empty()) {
        CheckSpec(spec);
      }
    }
    for (const Scenario& scenario : subject_.scenarios) {
      if (specified_.contains(scenario.name)) continue;
      Report(absl::StrCat(subject_.name, ": error: scenario \"", scenario.name,
                          "\" (", scenario.family, ") has no spec"));
    }
    if (found_ > 0) return kExitFailed;
    std::printf("%zu specs, %zu scenarios, all good\n", specs_.size(),
                subject_.scenarios.size());
    return kExitPassed;
  }

 private:
  void CheckSpec(const Spec& spec) {
    specified_.insert(spec.scenario);
    std::string place = FormatPlace(spec.file, spec.scenario_where);
    for (const Scenario& scenario : subject_.scenarios) {
      if (scenario.name != spec.scenario) continue;
      if (Folded(scenario.family) == Folded(spec.family)) return;
      return Report(absl::StrCat(place, ": error: scenario \"", scenario.name,
                                 "\" is of family \"", scenario.family,
                                 "\", its spec lies in \"", spec.family, "\""));
    }
    Report(absl::StrCat(place, ": error: ", subject_.name,
                        " has no scenario \"", spec.scenario, "\"",
                        DidYouMean(spec.scenario, subject_.ScenarioNames())));
  }

  void Report(const std::string& message) {
    ++found_;
    std::printf("%s\n", message.c_str());
  }

  const std::vector<Spec>& specs_;
  const Subject& subject_;
  std::set<std::string> specified_;
  int found_ = 0;
};

}  // namespace

int CheckCommand(const CheckOptions& options) {
  absl::StatusOr<Subjects> subjects = ResolveSubjects(options.subjects);
  if (!subjects.ok()) return Undecided(subjects.status());
  const SpecDocuments documents = ReadSpecFiles(SpecPaths(options.paths));
  std::set<std::string> asked = SubjectsOf(documents);
  asked.insert(options.against);
  const absl::Status answered = AskForFacts(asked, *subjects);
  if (!answered.ok()) return Undecided(answered);
  LoadedSpecs loaded = LoadSpecs(documents, *subjects);
  if (!loaded.errors.empty())
    return Undecided(FormatDiagnostics(loaded.errors));
  if (options.against.empty()) {
    std::printf("%zu specs, all good\n", loaded.specs.size());
    return kExitPassed;
  }
  auto subject = subjects->find(options.against);
  if (subject == subjects->end()) {
    return Undecided(absl::StrCat("unknown subject \"", options.against,
                                  "\"; add it by --subject ", options.against,
                                  "=BINARY"));
  }
  if (subject->second.scenarios.empty()) {
    return Undecided(absl::StrCat("subject \"", options.against,
                                  "\": ", subject->second.binary,
                                  " does not list its scenarios (asked by "
                                  "--list=json)"));
  }
  return Comparison(loaded.specs, subject->second).Run();
}

}  // namespace harness
