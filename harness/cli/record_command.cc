#include "harness/cli/record_command.h"

#include <cerrno>
#include <cstdio>
#include <cstring>
#include <filesystem>
#include <memory>
#include <optional>
#include <utility>

#include "absl/strings/str_cat.h"
#include "harness/cli/exit_status.h"
#include "harness/cli/interrupt.h"
#include "harness/cli/run_series.h"
#include "harness/cli/strays.h"
#include "harness/cli/subjects.h"
#include "harness/report/rerun.h"
#include "harness/report/spec_proposal.h"
#include "harness/spec/nearest.h"

namespace harness {
namespace {

struct Recorded {
  Spec spec;         // what is run
  JsonMembers what;  // the same, as members of the spec to be written
};

std::string Array(const std::vector<std::string>& texts, size_t from) {
  std::vector<std::string> items;
  for (size_t i = from; i < texts.size(); ++i) {
    items.push_back(JsonQuote(texts[i]));
  }
  return FormatJsonArray(items);
}

bool IsPath(const std::string& word) {
  return word.find('/') != std::string::npos;
}

// Adds the program as a subject under its own name.
Recorded ForProgram(const std::vector<std::string>& command,
                    Subjects& subjects) {
  Recorded recorded;
  const std::filesystem::path path = std::filesystem::absolute(command[0]);
  const std::string name = path.filename().string();
  subjects[name] = MakeSubject(name, path.string(), {});
  recorded.spec.subject = name;
  recorded.spec.args.assign(command.begin() + 1, command.end());
  recorded.what = {{"subject", JsonQuote(name)},
                   {"name", JsonQuote(name)},
                   {"args", Array(command, 1)}};
  return recorded;
}

Recorded ForScenario(const std::vector<std::string>& command,
                     const std::string& subject) {
  Recorded recorded;
  recorded.spec.subject = subject;
  recorded.spec.scenario = command[0];
  recorded.spec.args = command;
  if (subject != RecordOptions().subject) {
    recorded.what.emplace_back("subject", JsonQuote(subject));
  }
  recorded.what.emplace_back("scenario", JsonQuote(command[0]));
  if (command.size() > 1) recorded.what.emplace_back("args", Array(command, 1));
  return recorded;
}

absl::Status Write(const std::string& spec, const std::string& file) {
  if (file.empty()) {
    std::fwrite(spec.data(), 1, spec.size(), stdout);
    return absl::OkStatus();
  }
  // "x": what is there is somebody's work.
  std::unique_ptr<std::FILE, int (*)(std::FILE*)> stream(
      std::fopen(file.c_str(), "wx"), &std::fclose);
  if (stream != nullptr &&
      std::fwrite(spec.data(), 1, spec.size(), stream.get()) == spec.size() &&
      std::fflush(stream.get()) == 0) {
    return absl::OkStatus();
  }
  const int error = errno;
  if (stream != nullptr) std::remove(file.c_str());  // half a spec is none
  return absl::UnavailableError(absl::StrCat(file, ": ", std::strerror(error)));
}

// Runs it so often. The first run that was none ends it.
absl::StatusOr<std::vector<ProcessResult>> RunAll(const Recorded& recorded,
                                                  const Subjects& subjects,
                                                  const RecordOptions& options,
                                                  SeriesEnd& end) {
  std::vector<ProcessResult> results;
  std::optional<std::string> unresolved;
  end = RunSeries({recorded.spec}, subjects, {JobsOrCores(options.jobs), {}},
                  Rounds(1, options.runs), [&](size_t, RunRecord run) {
                    if (!run.ran) unresolved = run.verdict.reason;
                    results.push_back(std::move(run.result));
                  });
  if (unresolved.has_value()) return absl::UnavailableError(*unresolved);
  return results;
}

}  // namespace

int RecordCommand(const RecordOptions& options) {
  absl::StatusOr<Subjects> subjects = ResolveSubjects(options.subjects);
  if (!subjects.ok()) return Undecided(subjects.status());
  const Recorded recorded = IsPath(options.command.front())
                                ? ForProgram(options.command, *subjects)
                                : ForScenario(options.command, options.subject);
  const auto subject = subjects->find(recorded.spec.subject);
  if (subject == subjects->end()) {
    return Undecided(absl::StrCat("unknown subject \"", recorded.spec.subject,
                                  "\"; add it by --subject ",
                                  recorded.spec.subject, "=BINARY"));
  }
  // A program named by its path is only run, and as it was said.
  if (!recorded.spec.scenario.empty()) {
    const absl::Status asked = AskForFacts({subject->first}, *subjects);
    if (!asked.ok()) return Undecided(asked);
  }
  const std::string& scenario = recorded.spec.scenario;
  if (!scenario.empty() && !subject->second.MayHave(scenario)) {
    return Undecided(
        absl::StrCat(subject->first, " has no scenario \"", scenario, "\"",
                     DidYouMean(scenario, subject->second.ScenarioNames())));
  }
  SeriesEnd end;
  const auto results = RunAll(recorded, *subjects, options, end);
  if (end.signal != 0) return Interrupted(end.signal);
  if (!results.ok()) return Undecided(results.status());
  if (!end.strays.empty()) return WithStrays(kExitFailed, end.strays);
  const absl::StatusOr<std::string> spec =
      ProposeSpec(recorded.what, subject->second, *results);
  if (!spec.ok()) {
    Undecided(spec.status());
    return kExitFailed;
  }
  const absl::Status written = Write(*spec, options.file);
  if (!written.ok()) return Undecided(written);
  if (!options.file.empty()) {
    std::printf(
        "%s: %d runs agree with it; judge it by\n  lastwords run %s"
        " --subject %s\n",
        options.file.c_str(), options.runs, ShellQuote(options.file).c_str(),
        ShellQuote(SubjectFlag(subject->second)).c_str());
  }
  return kExitPassed;
}

}  // namespace harness
