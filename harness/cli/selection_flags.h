// Flags that several commands share.

#ifndef LASTWORDS_HARNESS_CLI_SELECTION_FLAGS_H_
#define LASTWORDS_HARNESS_CLI_SELECTION_FLAGS_H_

#include <CLI/CLI.hpp>
#include <string>
#include <vector>

#include "harness/cli/selection.h"

namespace harness {

// Paths, -k, --test, --tag and --subject.
void AddSelection(CLI::App* command, SelectionOptions& options);

// --subject alone.
void AddSubjects(CLI::App* command, std::vector<std::string>& subjects);

}  // namespace harness

#endif  // LASTWORDS_HARNESS_CLI_SELECTION_FLAGS_H_
