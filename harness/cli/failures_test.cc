// Failures as their readers see them. Each spec in testing/failures is run by
// `lastwords run`; NAME.txt beside NAME.json is all that it prints but for what
// changes from run to run, and its exit status. After a change that is meant,
//
//   LASTWORDS_WRITE_FAILURES=1 harness_cli_test --gtest_filter='*FailuresTest*'
//
// writes them anew. Read what git then says has changed, as somebody who has
// never seen this program: would it help?

#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <re2/re2.h>

#include <algorithm>
#include <filesystem>

#include "absl/strings/match.h"
#include "absl/strings/numbers.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/str_replace.h"
#include "absl/strings/str_split.h"
#include "harness/cli/testing_folder.h"

namespace harness {
namespace {

namespace fs = std::filesystem;

using testing::AllOf;
using testing::HasSubstr;
using testing::StartsWith;

std::string ReadFile(const fs::path& file) {
  std::ifstream stream(file, std::ios::binary);
  return {std::istreambuf_iterator<char>(stream), {}};
}

std::vector<std::string> Names() {
  std::vector<std::string> names;
  for (const auto& entry : fs::directory_iterator(FAILURES)) {
    if (entry.path().extension() == ".json") {
      names.push_back(entry.path().stem());
    }
  }
  std::sort(names.begin(), names.end());
  return names;
}

class FailuresTest : public TestingFolder,
                     public testing::WithParamInterface<std::string> {
 protected:
  // What `lastwords run` says of a spec, in the folder above the specs.
  ProcessResult RunSpec(const std::string& name) {
    const std::string spec = absl::StrCat("failures/", name, ".json");
    const fs::path folder = fs::path(FAILURES).parent_path();
    const std::string text = ReadFile(folder / spec);
    std::vector<std::string> args = {
        "run",          spec,
        "--jobs",       "1",
        "--output-dir", path_ + "/kept",
        "--subject",    absl::StrCat("bakery=", BAKERY)};
    for (const char* subject : {"butcher", "notes", "recipe"}) {
      if (!absl::StrContains(text, absl::StrCat("\"", subject, "\""))) continue;
      args.insert(args.end(), {"--subject", absl::StrCat(subject, "=", path_,
                                                         "/", subject)});
    }
    WriteProgram("notes", "no program\n");
    // One that is none any more when it has said what it can.
    WriteProgram("recipe", "#!/bin/sh\necho burnt >\"$0\"\n");
    return Execute(LASTWORDS, std::move(args), folder);
  }

  void WriteProgram(const std::string& name, const std::string& text) {
    std::ofstream(path_ + "/" + name) << text;
    fs::permissions(path_ + "/" + name, fs::perms::owner_all);
  }

  ProcessResult Execute(const std::string& program,
                        std::vector<std::string> args,
                        const std::string& folder) {
    ProcessRequest request;
    request.program = program;
    request.args = std::move(args);
    request.env = {"PATH=/usr/bin:/bin"};
    request.working_directory = folder;
    request.limits.time = absl::Minutes(1);
    absl::StatusOr<ProcessResult> result = RunProcess(request);
    EXPECT_TRUE(result.ok()) << result.status();
    return result.ok() ? *result : ProcessResult{};
  }

  // A line pasted into a shell that knows nothing, somewhere else.
  ProcessResult Paste(const std::string& line) {
    return Execute("/bin/sh", {"-c", line}, "");
  }

  std::string WithoutWhatChanges(std::string text) const {
    text = absl::StrReplaceAll(
        text, {{path_, "/tmp"},
               {fs::path(BAKERY).parent_path().string(), "/bakery/bin"},
               {fs::path(FAILURES).parent_path().string(), "/bakery"}});
    RE2::GlobalReplace(&text, "\\bpid \\d+", "pid N");
    RE2::GlobalReplace(&text, "after \\d+ ms", "after N ms");
    RE2::GlobalReplace(&text, "(?m) in [0-9.m]+s$", " in N s");
    return text;
  }
};

// What stands after a word in the column of words.
std::string After(const std::string& word, const std::string& text) {
  for (const auto& line : absl::StrSplit(text, '\n')) {
    const std::string start = absl::StrCat("  ", word, "     ");
    if (absl::StartsWith(line, start)) {
      return std::string(line.substr(start.size()));
    }
  }
  return "";
}

// Does what the line of a shell does that ends `text`: the same output, the
// same end; or, of a conversation, the same verdict.
void ExpectRepeated(const ProcessResult& pasted, const std::string& text) {
  if (!absl::StartsWith(After("again", text), "(")) {
    EXPECT_EQ(pasted.exit_code, 1);
    EXPECT_THAT(pasted.output, HasSubstr("\n1 failed in "));
    return;
  }
  std::string kept;
  static const RE2 kKept(", kept in (.*)");
  if (RE2::PartialMatch(text, kKept, &kept)) kept = ReadFile(kept);
  EXPECT_THAT(pasted.output, StartsWith(kept));
  int status = 0;
  static const RE2 kExit("(?m)^  ended     exit (\\d+)");
  if (!RE2::PartialMatch(text, kExit, &status)) status = 128 + SIGSEGV;
  EXPECT_EQ(pasted.exit_code, status);
}

TEST_P(FailuresTest, ReadAsTheyDidAndCanBeRepeated) {
  const ProcessResult result = RunSpec(GetParam());
  const std::string text = absl::StrCat(WithoutWhatChanges(result.output),
                                        "exit status ", result.exit_code, "\n");
  const std::string file = absl::StrCat(FAILURES "/", GetParam(), ".txt");
  if (std::getenv("LASTWORDS_WRITE_FAILURES") != nullptr) {
    std::ofstream(file, std::ios::binary) << text;
  }
  EXPECT_EQ(text, ReadFile(file));
  const std::string again = After("again", result.output);
  const bool ends = !absl::StrContains(text, "its time limit") &&
                    !absl::StrContains(text, "\nLEAK ");
  if (!again.empty() && ends) ExpectRepeated(Paste(again), result.output);
}

INSTANTIATE_TEST_SUITE_P(Each, FailuresTest, testing::ValuesIn(Names()),
                         [](const auto& test) { return test.param; });

using GdbLineTest = FailuresTest;

TEST_F(GdbLineTest, StopsAtTheFault) {
  const std::string line =
      After("gdb  ", RunSpec("ends_signal_not_exit").output);
  EXPECT_THAT(
      Paste(line).output,
      AllOf(HasSubstr("kneading\n"), HasSubstr("received signal SIGSEGV"),
            HasSubstr("Fault ()"), HasSubstr(" in main (argc=2")))
      << line << "; ci/setup.sh installs gdb";
}

TEST_F(GdbLineTest, StopsAtTheExitWithInputAndEnvironment) {
  const std::string line = After("gdb  ", RunSpec("stdin").output);
  EXPECT_THAT(
      Paste(line).output,
      AllOf(HasSubstr("One baker's dozen, please wait.\n"),
            HasSubstr("call to syscall exit_group"), HasSubstr(" main")))
      << line;
}

}  // namespace
}  // namespace harness
