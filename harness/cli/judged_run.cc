#include "harness/cli/judged_run.h"

#include <filesystem>
#include <system_error>
#include <utility>

#include "absl/strings/str_cat.h"
#include "harness/cli/clean_room.h"
#include "harness/cli/exit_status.h"
#include "harness/cli/subjects.h"
#include "harness/match/judge.h"
#include "harness/report/rerun.h"

namespace harness {
namespace {

namespace fs = std::filesystem;

// For any shell in any directory: `lastwords` stands beside this program. Only
// of a spec with steps; the others are repeated without the harness.
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

}  // namespace

RunRecord JudgedRun(const Spec& spec, const Subject& subject,
                    const std::vector<std::string>& more_env,
                    absl::StatusOr<ProcessResult> result) {
  RunRecord run;
  run.spec = spec;
  run.request = MakeRequest(spec, subject, more_env);
  run.judge_again = JudgeAgainCommand(spec, subject, more_env);
  run.ran = result.ok();
  if (run.ran) {
    run.result = *std::move(result);
    run.verdict = Judge(spec, subject, run.result);
  } else {
    run.verdict = VerdictWithoutRun(Outcome::kUnresolved,
                                    std::string(result.status().message()));
  }
  return run;
}

}  // namespace harness
