#include "harness/cli/selection_flags.h"

namespace harness {

void AddSelection(CLI::App* command, SelectionOptions& options) {
  command->add_option("specs", options.paths,
                      "Spec files and directories (default: $LASTWORDS_SPECS, "
                      "or ./specs)");
  command
      ->add_option("-k", options.filters,
                   "Only tests with this in \"family/name\"; may be repeated")
      ->allow_extra_args(false);
  command
      ->add_option("--test", options.tests,
                   "Only the test of exactly this \"family/name\"")
      ->allow_extra_args(false);
  command->add_option("--tag", options.tags, "Only tests with this tag")
      ->allow_extra_args(false);
}

void AddSubjects(CLI::App* command, std::vector<std::string>& subjects) {
  command
      ->add_option("--subject", subjects,
                   "NAME=BINARY[,KEY=VALUE...] or a .json file: what specs "
                   "mean by that subject. testprog is found beside lastwords "
                   "or by $LASTWORDS_TESTPROG")
      ->allow_extra_args(false);
}

}  // namespace harness
