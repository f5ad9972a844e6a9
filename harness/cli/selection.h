// Which specs a command means: the loading, the filters and the overrides that
// `run`, `list` and `spec_test` share.

#ifndef LASTWORDS_HARNESS_CLI_SELECTION_H_
#define LASTWORDS_HARNESS_CLI_SELECTION_H_

#include <string>
#include <vector>

#include "absl/status/statusor.h"
#include "harness/spec/spec.h"
#include "harness/spec/subject.h"

namespace harness {

struct SelectionOptions {
  std::vector<std::string> paths;     // none: $LASTWORDS_SPECS, or ./specs
  std::vector<std::string> subjects;  // values of --subject
  std::vector<std::string> filters;   // -k: part of "family/name"; any of them
  std::vector<std::string> tests;     // --test: the whole of it; any of them
  std::vector<std::string> tags;      // --tag: any of them
};

struct Selection {
  Subjects subjects;
  std::vector<Spec> specs;   // never empty
  std::vector<Spec> loaded;  // those that were not selected, too
};

// The paths to load: as given, or the default.
std::vector<std::string> SpecPaths(const std::vector<std::string>& paths);

// Blocks: see ResolveSubjects.
// Errors: InvalidArgument, with all errors of all specs as its message, for
// broken specs and for filters that select nothing; else ResolveSubjects'.
absl::StatusOr<Selection> Select(const SelectionOptions& options);

}  // namespace harness

#endif  // LASTWORDS_HARNESS_CLI_SELECTION_H_
