#include "harness/cli/subjects.h"

#include <unistd.h>

#include <cstdio>
#include <cstdlib>
#include <filesystem>
#include <map>
#include <string>
#include <utility>

#include "absl/strings/match.h"
#include "absl/strings/str_cat.h"
#include "absl/time/time.h"
#include "harness/cli/clean_room.h"
#include "harness/cli/exit_status.h"
#include "harness/cli/interrupt.h"
#include "harness/process/process.h"

namespace harness {
namespace {

constexpr char kDefaultSubject[] = "testprog";

// What a program is given to answer --list=json. One that waits whatever its
// arguments are costs every command this time.
constexpr absl::Duration kQuestionLimit = absl::Seconds(2);

std::string DefaultBinary() {
  const char* named = std::getenv("LASTWORDS_TESTPROG");
  if (named != nullptr && *named != '\0') return named;
  return (std::filesystem::path(SelfPath()).parent_path() / kDefaultSubject)
      .string();
}

bool IsExecutable(const std::string& path) {
  return std::filesystem::is_regular_file(path) &&
         access(path.c_str(), X_OK) == 0;
}

using Answers = std::map<std::string, absl::StatusOr<ProcessResult>>;

ProcessRequest Question(const Subject& subject) {
  ProcessRequest request;
  request.program = subject.binary;
  request.args = {"--list=json"};
  request.env = CleanEnvironment(/*extras=*/false);
  request.limits.time = kQuestionLimit;
  request.hang_dump = false;
  return request;
}

// A program may print JSON for other reasons. What is wrong with an answer, and
// whether it holds anything, is for AddFacts to say.
bool MayBeAnswer(const ProcessResult& result) {
  return result.end == ProcessResult::End::kExited && result.exit_code == 0 &&
         absl::StartsWith(result.output, "{") &&
         (absl::StrContains(result.output, "\"facts\"") ||
          absl::StrContains(result.output, "\"scenarios\""));
}

absl::Status TakeAnswer(const absl::StatusOr<ProcessResult>& answer,
                        Subject& subject) {
  if (!answer.ok()) {
    return absl::Status(answer.status().code(),
                        absl::StrCat("subject \"", subject.name, "\": ",
                                     std::string(answer.status().message())));
  }
  if (answer->end == ProcessResult::End::kTimeout) {
    // On a machine that is too busy this may be one that has facts.
    std::fprintf(stderr,
                 "lastwords: note: subject \"%s\" has no facts of its own: "
                 "%s --list=json did not end within %s\n",
                 subject.name.c_str(), subject.binary.c_str(),
                 absl::FormatDuration(kQuestionLimit).c_str());
  }
  return MayBeAnswer(*answer) ? AddFacts(answer->output, subject)
                              : absl::OkStatus();
}

// All at once: a command that runs one spec waits for little else. Returns the
// signal that came meanwhile, or 0.
int Ask(const std::set<std::string>& names, const Subjects& subjects,
        Answers& answers) {
  ProcessRunner runner(static_cast<int>(subjects.size()));
  const Interrupt interrupt([&runner] { runner.Stop(); });
  for (const auto& [name, subject] : subjects) {
    if (!names.contains(name) || !IsExecutable(subject.binary)) continue;
    absl::StatusOr<ProcessResult>& answer = answers[name];
    runner.Submit(Question(subject),
                  [&answer](absl::StatusOr<ProcessResult> result) {
                    answer = std::move(result);
                  });
  }
  runner.Wait();
  return interrupt.signal();
}

}  // namespace

absl::StatusOr<Subjects> ResolveSubjects(
    const std::vector<std::string>& flags) {
  Subjects subjects;
  for (const std::string& flag : flags) {
    absl::StatusOr<Subject> subject = ParseSubject(flag);
    if (!subject.ok()) return subject.status();
    std::string name = subject->name;
    if (!subjects.emplace(name, *std::move(subject)).second) {
      return absl::InvalidArgumentError(
          absl::StrCat("two subjects are called \"", name, "\""));
    }
  }
  if (!subjects.contains(kDefaultSubject)) {
    subjects[kDefaultSubject] =
        MakeSubject(kDefaultSubject, DefaultBinary(), {});
  }
  for (auto& [name, subject] : subjects) {
    subject.binary = std::filesystem::absolute(subject.binary).string();
  }
  return subjects;
}

absl::Status AskForFacts(const std::set<std::string>& names,
                         Subjects& subjects) {
  Answers answers;
  if (const int signal = Ask(names, subjects, answers); signal != 0) {
    std::exit(Interrupted(signal));
  }
  for (const auto& [name, answer] : answers) {
    absl::Status status = TakeAnswer(answer, subjects.at(name));
    if (!status.ok()) return status;
  }
  return absl::OkStatus();
}

absl::Status CheckSubjectsExist(const std::vector<Spec>& specs,
                                const Subjects& subjects) {
  std::set<std::string> needed;
  for (const Spec& spec : specs) needed.insert(spec.subject);
  for (const std::string& name : needed) {
    const std::string& binary = subjects.at(name).binary;
    if (IsExecutable(binary)) continue;
    bool exists = std::filesystem::exists(binary);
    return absl::NotFoundError(
        absl::StrCat("subject \"", name, "\": ", binary, ": ",
                     exists ? "not an executable file" : "no such file",
                     "; build it, or name it by --subject ", name, "=BINARY",
                     name == kDefaultSubject ? " or LASTWORDS_TESTPROG" : ""));
  }
  return absl::OkStatus();
}

std::string SubjectFlag(const Subject& subject) {
  std::string flag = absl::StrCat(subject.name, "=", subject.binary);
  for (const auto& [key, value] : subject.stated) {
    absl::StrAppend(&flag, ",", key, "=", value);
  }
  return flag;
}

}  // namespace harness
