#include "harness/cli/selection.h"

#include <algorithm>
#include <cstdlib>
#include <utility>

#include "absl/strings/match.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/str_join.h"
#include "harness/cli/subjects.h"
#include "harness/spec/nearest.h"
#include "harness/spec/spec_loader.h"

namespace harness {
namespace {

using Words = std::vector<std::string>;

bool Contains(const Words& words, const std::string& word) {
  return std::find(words.begin(), words.end(), word) != words.end();
}

bool IsSelected(const Spec& spec, const SelectionOptions& options) {
  std::string id = spec.Id();
  bool filtered = options.filters.empty() ||
                  std::any_of(options.filters.begin(), options.filters.end(),
                              [&](const std::string& part) {
                                return absl::StrContains(id, part);
                              });
  bool named = options.tests.empty() || Contains(options.tests, id);
  bool tagged =
      options.tags.empty() || std::any_of(spec.tags.begin(), spec.tags.end(),
                                          [&](const std::string& tag) {
                                            return Contains(options.tags, tag);
                                          });
  return filtered && named && tagged;
}

// No test may drop out silently: a filter that finds nothing is an error.
absl::Status NothingSelected(const std::vector<Spec>& specs,
                             const SelectionOptions& options) {
  Words asked;
  for (const auto& word : options.filters) asked.push_back("-k " + word);
  for (const auto& word : options.tests) asked.push_back("--test " + word);
  for (const auto& word : options.tags) asked.push_back("--tag " + word);
  Words known;
  for (const Spec& spec : specs) {
    known.push_back(spec.Id());
    known.push_back(spec.name);
    known.insert(known.end(), spec.tags.begin(), spec.tags.end());
  }
  std::string hint;
  for (const Words* words : {&options.filters, &options.tests, &options.tags}) {
    if (!words->empty()) hint += DidYouMean(words->front(), known);
  }
  return absl::InvalidArgumentError(
      absl::StrCat("none of ", specs.size(), " specs is selected by ",
                   absl::StrJoin(asked, " "), hint));
}

}  // namespace

std::vector<std::string> SpecPaths(const std::vector<std::string>& paths) {
  if (!paths.empty()) return paths;
  const char* named = std::getenv("LASTWORDS_SPECS");
  return {named != nullptr && *named != '\0' ? named : "specs"};
}

absl::StatusOr<Selection> Select(const SelectionOptions& options) {
  absl::StatusOr<Subjects> subjects = ResolveSubjects(options.subjects);
  if (!subjects.ok()) return subjects.status();
  const SpecDocuments documents = ReadSpecFiles(SpecPaths(options.paths));
  absl::Status asked = AskForFacts(SubjectsOf(documents), *subjects);
  if (!asked.ok()) return asked;
  LoadedSpecs loaded = LoadSpecs(documents, *subjects);
  if (!loaded.errors.empty()) {
    return absl::InvalidArgumentError(
        FormatDiagnostics(std::move(loaded.errors)));
  }
  Selection selection;
  for (const Spec& spec : loaded.specs) {
    if (IsSelected(spec, options)) selection.specs.push_back(spec);
  }
  if (selection.specs.empty()) return NothingSelected(loaded.specs, options);
  absl::Status exist = CheckSubjectsExist(selection.specs, *subjects);
  if (!exist.ok()) return exist;
  selection.subjects = *std::move(subjects);
  selection.loaded = std::move(loaded.specs);
  return selection;
}

}  // namespace harness
