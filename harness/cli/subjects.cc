#include "harness/cli/subjects.h"

#include <unistd.h>

#include <cstdlib>
#include <filesystem>
#include <map>
#include <set>
#include <string>
#include <utility>

#include "absl/strings/match.h"
#include "absl/strings/str_cat.h"
#include "harness/cli/clean_room.h"
#include "harness/cli/exit_status.h"
#include "harness/match/ending.h"
#include "harness/process/process.h"

namespace harness {
namespace {

constexpr char kDefaultSubject[] = "testprog";

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

ProcessRequest Question(const Subject& subject) {
  ProcessRequest request;
  request.program = subject.binary;
  request.args = {"--list=json"};
  request.env = CleanEnvironment(/*extras=*/false);
  return request;
}

absl::Status TakeAnswer(const absl::StatusOr<ProcessResult>& answer,
                        Subject& subject) {
  using End = ProcessResult::End;
  if (!answer.ok()) {
    return absl::Status(answer.status().code(),
                        absl::StrCat("subject \"", subject.name, "\": ",
                                     std::string(answer.status().message())));
  }
  // Not every program knows the question: what is no JSON is no answer, and a
  // program may do nothing but crash.
  const bool is_answer = absl::StartsWith(answer->output, "{");
  if (is_answer ? answer->end != End::kExited : answer->end == End::kTimeout) {
    return absl::AbortedError(
        absl::StrCat("subject \"", subject.name, "\": ", subject.binary,
                     " --list=json ended by ", FormatEnding(*answer)));
  }
  return is_answer ? AddFacts(answer->output, subject) : absl::OkStatus();
}

// All at once: a command that runs one spec waits for little else.
absl::Status AskForFacts(Subjects& subjects) {
  std::map<std::string, absl::StatusOr<ProcessResult>> answers;
  ProcessRunner runner(static_cast<int>(subjects.size()));
  for (const auto& [name, subject] : subjects) {
    if (!IsExecutable(subject.binary)) continue;
    absl::StatusOr<ProcessResult>& answer = answers[name];
    runner.Submit(Question(subject),
                  [&answer](absl::StatusOr<ProcessResult> result) {
                    answer = std::move(result);
                  });
  }
  runner.Wait();
  for (const auto& [name, answer] : answers) {
    absl::Status status = TakeAnswer(answer, subjects.at(name));
    if (!status.ok()) return status;
  }
  return absl::OkStatus();
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
  absl::Status asked = AskForFacts(subjects);
  if (!asked.ok()) return asked;
  return subjects;
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
