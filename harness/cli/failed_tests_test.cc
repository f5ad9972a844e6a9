// What failed last time: the list, from values, and as the user of --failed
// meets it.

#include "harness/cli/failed_tests.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <filesystem>
#include <fstream>
#include <set>
#include <string>
#include <utility>
#include <vector>

#include "absl/strings/str_cat.h"
#include "absl/strings/str_join.h"
#include "harness/cli/failure_memory.h"
#include "harness/cli/testing_folder.h"

namespace harness {
namespace {

using testing::ElementsAre;
using testing::HasSubstr;
using testing::IsEmpty;
using testing::Not;
using testing::StartsWith;

TEST(FailedTestsTest, SurvivesItsFileWhateverTheNames) {
  const FailedTests tests = {
      {{"f/A", "/b/testprog"}, "/s/f/a.json"},
      {{"f/A", "/b/other"}, "/s/f/a.json"},
      {{"f/tab\there\nand \\ \xc3\xa9", "/b b"}, "/s/\xff.json"}};
  EXPECT_EQ(ParseFailedTests(FormatFailedTests(tests)), tests);
  EXPECT_EQ(FormatFailedTests({{{"f/A", "/b"}, "/s"}}), "f/A\t/b\t/s\n");
}

TEST(FailedTestsTest, LinesItDoesNotKnowAreLeftOut) {
  EXPECT_THAT(ParseFailedTests("\nnonsense\na\tb\na\tb\tc\td\n\\q\tb\tc\n"),
              IsEmpty());
}

class GoneTestsTest : public testing::Test {
 protected:
  GoneTestsTest() {
    subjects_["p"].binary = "/b/p";
    spec_.family = "f";
    spec_.name = "Here";
    spec_.file = "/s/f/read.json";
    spec_.subject = "p";
  }

  std::vector<TestKey> Gone(const TestKey& key, const std::string& file) {
    return GoneTests({{key, file}}, {spec_}, subjects_,
                     [](const std::string& f) { return f != "/s/f/deleted"; });
  }

  Subjects subjects_;
  Spec spec_;
};

TEST_F(GoneTestsTest, WhatIsLoadedIsThereEvenIfItMoved) {
  EXPECT_THAT(Gone({"f/Here", "/b/p"}, "/s/f/read.json"), IsEmpty());
  EXPECT_THAT(Gone({"f/Here", "/b/p"}, "/s/f/deleted"), IsEmpty());
}

TEST_F(GoneTestsTest, GoneIsWhatItsFileNoLongerHolds) {
  const TestKey key{"f/Old", "/b/p"};
  EXPECT_THAT(Gone(key, "/s/f/read.json"), ElementsAre(key));
  EXPECT_THAT(Gone(key, "/s/f/deleted"), ElementsAre(key));
}

TEST_F(GoneTestsTest, WhatWasNotReadIsNotGone) {
  EXPECT_THAT(Gone({"g/Other", "/b/p"}, "/s/g/other.json"), IsEmpty());
  EXPECT_THAT(Gone({"f/Old", "/b/q"}, "/s/f/read.json"), IsEmpty());
}

class FailedCommandTest : public TestingFolder {
 protected:
  void WriteOk(const std::string& name) {
    WriteScript(name, "echo " + name + ">>" + path_ + "/ran",
                R"("ends": "exit 0")");
  }
  void WriteBad(const std::string& name) {
    WriteScript(name, "echo " + name + ">>" + path_ + "/ran; exit 1",
                R"("ends": "exit 0")");
  }
  ProcessResult Lastwords(std::vector<std::string> args) {
    args.insert(args.begin(), {"run", "--output-dir", path_ + "/kept"});
    return Run(LASTWORDS, std::move(args));
  }

  // What ran since the last call, sorted, with blanks between.
  std::string Ran() {
    std::ifstream file(path_ + "/ran");
    std::multiset<std::string> ran;
    for (std::string line; std::getline(file, line);) ran.insert(line);
    std::filesystem::remove(path_ + "/ran");
    return absl::StrJoin(ran, " ");
  }

  std::string NoneRemembered() const {
    return "lastwords: error: --failed: no failure is remembered in " + path_ +
           "/kept/failed-tests\n";
  }
};

TEST_F(FailedCommandTest, RunsOnlyWhatFailed) {
  WriteOk("A");
  WriteBad("B");
  WriteOk("C");
  WriteBad("D");
  EXPECT_EQ(Lastwords({}).exit_code, 1);
  EXPECT_EQ(Ran(), "A B C D");
  EXPECT_EQ(Lastwords({"--failed"}).exit_code, 1);
  EXPECT_EQ(Ran(), "B D");
  WriteOk("B");
  EXPECT_EQ(Lastwords({"--failed"}).exit_code, 1);
  EXPECT_EQ(Ran(), "B D");
  WriteOk("D");
  EXPECT_EQ(Lastwords({"--failed"}).exit_code, 0);
  EXPECT_EQ(Ran(), "D");
  const ProcessResult result = Lastwords({"--failed"});
  EXPECT_EQ(result.exit_code, 2);
  EXPECT_EQ(result.output, NoneRemembered());
  EXPECT_EQ(Ran(), "");
}

TEST_F(FailedCommandTest, WithoutAnEarlierRunThereIsNone) {
  WriteBad("A");
  const ProcessResult result = Lastwords({"--failed"});
  EXPECT_EQ(result.exit_code, 2);
  EXPECT_EQ(result.output, NoneRemembered());
  EXPECT_EQ(Ran(), "");
}

TEST_F(FailedCommandTest, WhatAlwaysPassedLeavesNothingBehind) {
  WriteOk("A");
  EXPECT_EQ(Lastwords({}).exit_code, 0);
  EXPECT_FALSE(std::filesystem::exists(path_ + "/kept"));
}

TEST_F(FailedCommandTest, ARunOfAFewForgetsNoOthers) {
  WriteBad("A");
  WriteBad("B");
  WriteOk("C");
  Lastwords({});
  WriteOk("B");
  Lastwords({"-k", "f/B"});
  Lastwords({path_ + "/f/C.json"});
  Ran();
  EXPECT_EQ(Lastwords({"--failed"}).exit_code, 1);
  EXPECT_EQ(Ran(), "A");
}

TEST_F(FailedCommandTest, FiltersAndShardsNarrowIt) {
  for (const char* name : {"A", "B", "C", "D", "E"}) WriteBad(name);
  WriteOk("F");
  Lastwords({});
  Ran();
  Lastwords({"--failed", "-k", "f/A", "-k", "f/F"});
  EXPECT_EQ(Ran(), "A");
  for (const char* name : {"A", "B", "C", "D", "E"}) WriteOk(name);
  // Each forgets what it ran, and that changes nothing for the next.
  EXPECT_EQ(Lastwords({"--failed", "--shard", "1/2"}).exit_code, 0);
  EXPECT_EQ(Lastwords({"--failed", "--shard", "2/2"}).exit_code, 0);
  EXPECT_EQ(Ran(), "A B C D E");
}

TEST_F(FailedCommandTest, FailuresThatAreNotSelectedAreCounted) {
  WriteBad("A");
  WriteOk("B");
  Lastwords({});
  const ProcessResult result = Lastwords({"--failed", "-k", "f/B"});
  EXPECT_EQ(result.exit_code, 2);
  EXPECT_EQ(result.output,
            "lastwords: error: --failed: of the 1 remembered in " + path_ +
                "/kept/failed-tests none is selected\n");
}

TEST_F(FailedCommandTest, ATestThatIsGoneIsToldAndForgotten) {
  WriteBad("Apple");
  WriteBad("B");
  Lastwords({});
  std::filesystem::rename(path_ + "/f/Apple.json", path_ + "/gone");
  WriteBad("Apples");
  Ran();
  ProcessResult result = Lastwords({"--failed"});
  EXPECT_EQ(result.exit_code, 1);
  EXPECT_THAT(result.output,
              HasSubstr("lastwords: f/Apple failed last time, and is no test "
                        "any more; did you mean \"f/Apples\"?\n"));
  EXPECT_EQ(Ran(), "B");
  EXPECT_THAT(Lastwords({"--failed"}).output, Not(HasSubstr("Apple")));
}

TEST_F(FailedCommandTest, IfAllAreGoneNothingIsDecided) {
  WriteBad("A");
  Lastwords({});
  std::filesystem::remove(path_ + "/f/A.json");
  WriteOk("Other");
  const ProcessResult result = Lastwords({"--failed"});
  EXPECT_EQ(result.exit_code, 2);
  EXPECT_EQ(result.output,
            "lastwords: f/A failed last time, and is no test any more\n" +
                NoneRemembered());
}

TEST_F(FailedCommandTest, AnotherProgramIsAnotherTest) {
  WriteBad("A");
  Lastwords({});
  WriteScript("A", "exit 0", R"("ends": "exit 0")");
  std::filesystem::create_symlink("/bin/sh", path_ + "/other");
  const std::string other = "sh=" + path_ + "/other";
  ProcessRequest request;
  request.program = LASTWORDS;
  request.args = {"run",       "--output-dir", path_ + "/kept",
                  "--subject", other,          path_ + "/f"};
  request.limits.time = absl::Seconds(60);
  const absl::StatusOr<ProcessResult> passed = RunProcess(request);
  ASSERT_TRUE(passed.ok()) << passed.status();
  EXPECT_EQ(passed->exit_code, 0) << passed->output;
  EXPECT_THAT(Lastwords({"--failed"}).output, StartsWith("1 passed"));
}

TEST_F(FailedCommandTest, WhatIsSkippedIsNotForgotten) {
  WriteBad("A");
  Lastwords({});
  WriteScript("A", "exit 0",
              R"("ends": "exit 0", "requires": {"os": "plan9", "why": "w"})");
  EXPECT_THAT(Lastwords({}).output, HasSubstr("1 skipped"));
  WriteBad("A");
  EXPECT_EQ(Lastwords({"--failed"}).exit_code, 1);
}

TEST_F(FailedCommandTest, ThatItCannotRememberIsToldOnce) {
  WriteBad("A");
  WriteBad("B");
  std::ofstream(path_ + "/kept") << "a file where the folder should be";
  const ProcessResult result = Lastwords({});
  EXPECT_EQ(result.exit_code, 1);
  const std::string message = "cannot write " + path_ + "/kept/failed-tests";
  const size_t at = result.output.find(message);
  ASSERT_NE(at, std::string::npos) << result.output;
  EXPECT_EQ(result.output.find(message, at + 1), std::string::npos);
}

// As ctest does it: a program for each test, several at a time.
TEST_F(FailedCommandTest, ProgramsAtTheSameTimeLoseNothing) {
  constexpr int kTests = 24;
  for (int i = 0; i < kTests; ++i) {
    WriteScript(absl::StrCat("T", i), "exit 1", R"("ends": "exit 0")");
  }
  ProcessRequest request;
  request.program = "/bin/sh";
  request.args = {"-c",
                  "for i in $(seq 0 23); do \"$0\" run \"$1/f\" --subject "
                  "sh=/bin/sh --test f/T$i --output-dir \"$1/kept\" "
                  ">/dev/null & done; wait",
                  LASTWORDS, path_};
  request.env = {"PATH=/usr/bin:/bin"};
  request.limits.time = absl::Seconds(60);
  const absl::StatusOr<ProcessResult> ran = RunProcess(request);
  ASSERT_TRUE(ran.ok()) << ran.status();
  const absl::StatusOr<FailedTests> failed =
      FailureMemory(path_ + "/kept").Read();
  ASSERT_TRUE(failed.ok()) << failed.status();
  EXPECT_EQ(failed->size(), size_t{kTests});
}

}  // namespace
}  // namespace harness
