#include "harness/cli/list_command.h"

#include <cstdio>
#include <set>

#include "harness/cli/exit_status.h"
#include "harness/cli/subjects.h"
#include "harness/report/list_text.h"

namespace harness {

int ListCommand(const ListOptions& options) {
  absl::StatusOr<Selection> selection = Select(options.selection);
  if (!selection.ok()) return Undecided(selection.status());
  std::string text;
  if (options.ctest) {
    CtestOptions ctest{options.prefix, options.labels, {SelfPath(), "run"}};
    std::set<std::string> used;
    for (const Spec& spec : selection->specs) used.insert(spec.subject);
    for (const std::string& name : used) {
      ctest.command.push_back("--subject");
      ctest.command.push_back(SubjectFlag(selection->subjects.at(name)));
    }
    text = FormatCtestScript(selection->specs, selection->subjects, ctest);
  } else {
    text = FormatList(selection->specs);
  }
  std::fwrite(text.data(), 1, text.size(), stdout);
  return kExitPassed;
}

}  // namespace harness
