#include "harness/cli/subjects.h"

#include <unistd.h>

#include <cstdlib>
#include <filesystem>
#include <set>
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

absl::Status AskForFacts(Subject& subject) {
  ProcessRequest request;
  request.program = subject.binary;
  request.args = {"--list=json"};
  request.env = CleanEnvironment(/*extras=*/false);
  absl::StatusOr<ProcessResult> result = RunProcess(request);
  if (!result.ok()) {
    return absl::Status(result.status().code(),
                        absl::StrCat("subject \"", subject.name, "\": ",
                                     std::string(result.status().message())));
  }
  if (result->end != ProcessResult::End::kExited) {
    return absl::AbortedError(
        absl::StrCat("subject \"", subject.name, "\": ", subject.binary,
                     " --list=json ended by ", FormatEnding(*result)));
  }
  // Not every program knows the question: what is no JSON is no answer.
  if (!absl::StartsWith(result->output, "{")) return absl::OkStatus();
  return AddFacts(result->output, subject);
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
    if (!IsExecutable(subject.binary)) continue;
    absl::Status status = AskForFacts(subject);
    if (!status.ok()) return status;
  }
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
