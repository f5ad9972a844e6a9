#include "harness/cli/judge_again.h"

#include <filesystem>
#include <system_error>

#include "absl/strings/str_cat.h"
#include "harness/cli/exit_status.h"
#include "harness/cli/subjects.h"
#include "harness/report/rerun.h"

namespace harness {

namespace fs = std::filesystem;

std::string JudgeAgainCommand(const Spec& spec, const Subject& subject,
                              const std::vector<std::string>& more_env) {
  if (spec.steps.empty()) return "";
  const fs::path lastwords = fs::path(SelfPath()).replace_filename("lastwords");
  std::error_code error;
  std::string command = absl::StrCat(
      ShellQuote(lastwords.string()), " run ",
      ShellQuote(fs::absolute(spec.file, error).string()), " --test ",
      ShellQuote(spec.Id()), " --subject ", ShellQuote(SubjectFlag(subject)));
  for (const std::string& variable : more_env) {
    absl::StrAppend(&command, " --env ", ShellQuote(variable));
  }
  return command;
}

}  // namespace harness
