// The command as its users meet it: arguments in, text and exit status out.

#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <sys/resource.h>

#include <cstring>
#include <nlohmann/json.hpp>

#include "absl/time/clock.h"
#include "absl/time/time.h"
#include "harness/cli/testing_folder.h"

namespace harness {
namespace {

using testing::AllOf;
using testing::HasSubstr;
using testing::Not;
using testing::StartsWith;

class CommandTest : public TestingFolder {
 protected:
  ProcessResult Lastwords(std::vector<std::string> args,
                          std::vector<std::string> env = {}) {
    args.insert(args.begin() + 1, {"--output-dir", path_ + "/kept"});
    return Run(LASTWORDS, std::move(args), std::move(env));
  }
  ProcessResult Plain(std::vector<std::string> args) {
    return Run(LASTWORDS, std::move(args));
  }
  // A shell script, `prog`.
  void WriteProgram(const std::string& text) {
    std::ofstream(path_ + "/prog") << "#!/bin/sh\n" << text << "\n";
    std::filesystem::permissions(path_ + "/prog",
                                 std::filesystem::perms::owner_all);
  }
};

TEST_F(CommandTest, AllPassedIsStatusZeroAndOneLine) {
  WriteScript("A", "echo panic: x; exit 2", R"("starts": "panic: x\n")");
  ProcessResult result = Lastwords({"run"});
  EXPECT_EQ(result.exit_code, 0);
  EXPECT_THAT(result.output, StartsWith("1 passed in "));
}

TEST_F(CommandTest, AFailureIsStatusOneAndIsToldWhole) {
  WriteScript("A", "echo panic: y; exit 3", R"("wants": "panic: x")");
  ProcessResult result = Lastwords({"run"});
  EXPECT_EQ(result.exit_code, 1);
  EXPECT_THAT(result.output,
              AllOf(HasSubstr("error: ends: expected exit 2 (the default), got "
                              "exit 3\n"),
                    HasSubstr("FAIL f/A\n"), HasSubstr("line 1"),
                    HasSubstr("/bin/sh -c 'echo panic: y; exit 3' "
                              "</dev/null)\n"),
                    HasSubstr("1 failed in ")));
  std::ifstream kept(path_ + "/kept/f/A.txt");
  std::string line;
  std::getline(kept, line);
  EXPECT_EQ(line, "panic: y");
}

TEST_F(CommandTest, BrokenSpecsAreStatusTwoBeforeAnythingRuns) {
  WriteScript("A", "touch /tmp/never-run-by-lastwords", R"("ends": "exit 0")");
  Write("b", R"({"subject": "sh", "args": [], "want": "x"})");
  ProcessResult result = Lastwords({"run"});
  EXPECT_EQ(result.exit_code, 2);
  EXPECT_EQ(result.output,
            path_ +
                "/f/b.json:1:31: error: unknown key \"want\"; did you mean "
                "\"wants\"?\n");
  EXPECT_FALSE(std::filesystem::exists("/tmp/never-run-by-lastwords"));
}

TEST_F(CommandTest, AMissingProgramIsStatusTwo) {
  Write("a", R"({"scenario": "A", "ends": "crash"})");
  ProcessResult result = Run(LASTWORDS, {"run"}, {"LASTWORDS_TESTPROG=/no/t"});
  EXPECT_EQ(result.exit_code, 2);
  EXPECT_EQ(result.output,
            "lastwords: error: subject \"testprog\": /no/t: no such file; "
            "build it, or name it by --subject testprog=BINARY or "
            "LASTWORDS_TESTPROG\n");
}

TEST_F(CommandTest, BadUsageIsStatusTwo) {
  EXPECT_EQ(Plain({"run", "--no-such-flag"}).exit_code, 2);
  EXPECT_EQ(Plain({"frobnicate"}).exit_code, 2);
  EXPECT_EQ(Plain({"run", "--jobs", "0"}).exit_code, 2);
}

TEST_F(CommandTest, HelpHasExamples) {
  ProcessResult result = Run(LASTWORDS, {"--help"});
  EXPECT_EQ(result.exit_code, 0);
  EXPECT_THAT(result.output, HasSubstr("lastwords run specs/deadlock -k"));
}

TEST_F(CommandTest, AFilterThatFindsNothingIsNoPass) {
  WriteScript("Apple", "exit 2", R"("ends": "exit 2")");
  ProcessResult result = Lastwords({"run", "-k", "Aplle"});
  EXPECT_EQ(result.exit_code, 2);
  EXPECT_EQ(result.output,
            "lastwords: error: none of 1 specs is selected by -k Aplle; did "
            "you mean \"Apple\"?\n");
}

TEST_F(CommandTest, FiltersByPartTagAndWholeName) {
  WriteScript("Ab", "exit 2", R"("ends": "exit 2", "tags": "slow")");
  WriteScript("Abc", "exit 2", R"("ends": "exit 2")");
  EXPECT_THAT(Lastwords({"run", "-k", "f/Ab"}).output, StartsWith("2 passed"));
  EXPECT_THAT(Lastwords({"run", "--test", "f/Ab"}).output,
              StartsWith("1 passed"));
  EXPECT_THAT(Lastwords({"run", "--tag", "slow"}).output,
              StartsWith("1 passed"));
}

TEST_F(CommandTest, SkipsSayWhyAndAreNoFailure) {
  WriteScript("A", "exit 1",
              R"("ends": "exit 2", "requires": {"os": "plan9", "why": "w"})");
  ProcessResult result = Lastwords({"run"});
  EXPECT_EQ(result.exit_code, 0);
  EXPECT_THAT(result.output, StartsWith("SKIP f/A: os is linux: w\n1 skipped"));
  EXPECT_EQ(Lastwords({"run", "--skip-exit", "77"}).exit_code, 77);
}

TEST_F(CommandTest, EveryRepetitionMustPass) {
  std::string count = path_ + "/count";
  WriteScript("A", "echo >>" + count + "; [ $(wc -l <" + count + ") -lt 3 ]",
              R"("ends": "exit 0", "repeat": 5)");
  ProcessResult result = Lastwords({"run", "--jobs", "1"});
  EXPECT_EQ(result.exit_code, 1);
  EXPECT_THAT(result.output, HasSubstr(", in run 3 of 5\n"));
}

TEST_F(CommandTest, TheRoomIsClean) {
  WriteScript("A", "env | sort; pwd",
              R"("ends": "exit 0",
      "env": {"MINE": "$$1"},
      "equals": "/HOME=.nonexistent\nLANG=C\nLASTWORDS_EXTRAS=0\nMINE=.1\n)"
              R"(MORE=2\nPATH=[^\n]*\nPWD=[^\n]*\n)"
              R"(TERM=dumb\n.*\n/")");
  ProcessResult result =
      Lastwords({"run", "--env", "MORE=2"}, {"SECRET=1", "LC_ALL=C"});
  EXPECT_EQ(result.exit_code, 0) << result.output;
}

TEST_F(CommandTest, ExtrasAreOnWhenAskedFor) {
  WriteScript("A", "env", R"("ends": "exit 0", "extras": true,
                             "never": "LASTWORDS_EXTRAS")");
  EXPECT_EQ(Lastwords({"run"}).exit_code, 0);
}

TEST_F(CommandTest, AHangEndsAtItsLimit) {
  WriteScript("A", "echo begun; sleep 60", R"("wants": "begun",
                                             "limits": {"time_ms": 200})");
  ProcessResult result = Lastwords({"run"});
  EXPECT_EQ(result.exit_code, 1);
  EXPECT_THAT(result.output,
              AllOf(HasSubstr("TIMEOUT f/A\n"), HasSubstr("matched at line 1"),
                    HasSubstr("ended     not within its limit of 200 ms: it "
                              "was sent SIGQUIT"),
                    HasSubstr("1 timed out in ")));
}

TEST_F(CommandTest, StepsTalkWithTheProgram) {
  WriteScript("A",
              "trap 'echo caught; read line; echo got $$line; cat; exit 3' INT;"
              "echo ready; while :; do :; done",
              R"("ends": "exit 3", "finishes": "got you\nrest\n",
      "steps": [{"wait": "ready"}, {"send": "SIGINT"}, {"wait": "/^caught$/"},
                {"input": "you\n"}, {"wait": "got you"}, {"input": "rest\n"},
                {"close_stdin": true}])");
  ProcessResult result = Lastwords({"run"});
  EXPECT_EQ(result.exit_code, 0) << result.output;
}

TEST_F(CommandTest, AWaitInVainNamesTheStepAndTheNearestLine) {
  WriteScript("A", "echo redy; exit 2",
              R"("steps": [{"wait": "ready"}, {"send": "SIGINT"}])");
  ProcessResult result = Lastwords({"run"});
  EXPECT_EQ(result.exit_code, 1);
  EXPECT_THAT(
      result.output,
      AllOf(HasSubstr("error: step 1 wait \"ready\": the program ended first; "
                      "not found\n"),
            HasSubstr("line 1       redy\n"),
            HasSubstr("step 2 send SIGINT: not reached\n"),
            HasSubstr("again     " LASTWORDS " run ")));
}

TEST_F(CommandTest, AFloodIsItsOwnOutcomeAndItsEndIsStillJudged) {
  WriteScript("A", "yes | head -c 30000000; echo end; exit 2",
              R"("finishes": "end\n", "limits": {"output_bytes": 1000000})");
  ProcessResult result = Lastwords({"run"});
  EXPECT_EQ(result.exit_code, 1);
  EXPECT_THAT(result.output,
              AllOf(HasSubstr("printed 30000004 bytes, more than the limit of "
                              "1000000\nEXCESSIVE_OUTPUT f/A\n"),
                    HasSubstr("finishes \"end\\n\": matched"),
                    HasSubstr("bytes that were not kept")));
  EXPECT_LT(result.output.size(), 20'000u);
}

TEST_F(CommandTest, NoColourInAPipe) {
  WriteScript("A", "exit 3", R"("ends": "exit 2")");
  EXPECT_THAT(Lastwords({"run"}, {"TERM=xterm"}).output,
              Not(HasSubstr("\x1b")));
}

// What the command prints to a terminal of that kind.
class TerminalTest : public CommandTest {
 protected:
  std::string OnTerminal(std::vector<std::string> env) {
    WriteScript("A", "exit 3", R"("ends": "exit 2")");
    env.push_back("SHELL=/bin/sh");
    ProcessRequest request;
    request.program = "/usr/bin/script";
    request.args = {"--quiet", "--return", "--command",
                    std::string(LASTWORDS) + " run " + path_ +
                        "/f --subject sh=/bin/sh --output-dir " + path_ +
                        "/kept",
                    "/dev/null"};
    request.env = std::move(env);
    request.limits.time = absl::Seconds(60);
    absl::StatusOr<ProcessResult> result = RunProcess(request);
    EXPECT_TRUE(result.ok()) << result.status();
    EXPECT_EQ(result.ok() ? result->exit_code : -1, 1);
    return result.ok() ? result->output : "";
  }
};

constexpr char kColour[] = "\x1b[31m";
constexpr char kProgress[] = "\r[1/1] 1 failed";

TEST_F(TerminalTest, HasColourAndALineOfProgress) {
  EXPECT_THAT(OnTerminal({"TERM=xterm"}),
              AllOf(HasSubstr(kColour), HasSubstr(kProgress)));
}

TEST_F(TerminalTest, NoColorIsObeyed) {
  EXPECT_THAT(OnTerminal({"TERM=xterm", "NO_COLOR=1"}),
              AllOf(Not(HasSubstr(kColour)), HasSubstr(kProgress)));
}

TEST_F(TerminalTest, OneThatCanDoNothingGetsPlainText) {
  EXPECT_THAT(OnTerminal({"TERM=dumb"}),
              AllOf(HasSubstr("FAIL f/A"), Not(HasSubstr("\x1b"))));
}

TEST_F(CommandTest, ListShowsNamesAndPlaces) {
  WriteScript("A", "exit 2", R"("ends": "exit 2")");
  EXPECT_EQ(Plain({"list"}).output, "f/A  " + path_ + "/f/A.json:1:1\n");
}

TEST_F(CommandTest, ListForCtestRepeatsItself) {
  WriteScript("A", "exit 2", R"("ends": "exit 2")");
  EXPECT_THAT(Plain({"list", "--ctest", "--prefix", "p."}).output,
              AllOf(HasSubstr("add_test([=[p.f/A]=] [=["),
                    HasSubstr("[=[--subject]=] [=[sh=/bin/sh]=]")));
}

TEST_F(CommandTest, CheckRunsNothing) {
  WriteScript("A", "touch " + path_ + "/ran", R"("ends": "exit 2")");
  ProcessResult result = Plain({"check"});
  EXPECT_EQ(result.exit_code, 0);
  EXPECT_EQ(result.output, "1 specs, all good\n");
  EXPECT_FALSE(std::filesystem::exists(path_ + "/ran"));
}

TEST_F(CommandTest, SkipsWhatASubjectOfSomeScenariosDoesNotHave) {
  std::ofstream(path_ + "/prog")
      << "#!/bin/sh\n"
         "[ \"$1\" = --list=json ] || exit 2\n"
         "echo '{\"facts\": {\"scenarios\": \"some\"},"
         "\"scenarios\": [{\"name\": \"Apple\"}]}'\n";
  std::filesystem::permissions(path_ + "/prog",
                               std::filesystem::perms::owner_all);
  Write("a", R"([{"subject": "p", "scenario": "Apple", "ends": "exit 2"},
                 {"subject": "p", "scenario": "Pear", "ends": "exit 2"}])");
  ProcessResult result = Plain({"run", "--subject", "p=" + path_ + "/prog"});
  EXPECT_EQ(result.exit_code, 0);
  EXPECT_THAT(result.output,
              AllOf(HasSubstr("SKIP f/Pear: p has no such scenario"),
                    HasSubstr("1 passed, 1 skipped")));
}

TEST_F(CommandTest, ASubjectMayDoNothingButCrash) {
  WriteProgram("kill -SEGV $$");
  Write("a", R"({"subject": "p", "name": "a", "args": [], "ends": "SIGSEGV"})");
  ProcessResult result = Plain({"run", "--subject", "p=" + path_ + "/prog"});
  EXPECT_EQ(result.exit_code, 0) << result.output;
}

TEST_F(CommandTest, ASubjectMayPrintJsonAndFail) {
  for (const char* end : {"kill -ABRT $$", "exit 1", "exit 0"}) {
    WriteProgram("echo '{\"log\": 1}'; echo '{\"log\": 2}'; " +
                 std::string(end));
    Write("a", R"({"subject": "p", "name": "a", "args": [],)"
               R"( "ends": "exit 0", "wants": "log"})");
    ProcessResult result = Plain({"list", "--subject", "p=" + path_ + "/prog"});
    EXPECT_EQ(result.exit_code, 0) << result.output;
  }
}

TEST_F(CommandTest, ASubjectMayWaitWhateverItIsAsked) {
  WriteProgram("exec sleep 30");
  Write("a", R"({"subject": "p", "name": "a", "args": [], "ends": "timeout",)"
             R"( "limits": {"time_ms": 50}})");
  const absl::Time start = absl::Now();
  ProcessResult result = Plain({"run", "--subject", "p=" + path_ + "/prog"});
  EXPECT_EQ(result.exit_code, 0) << result.output;
  EXPECT_LT(absl::Now() - start, absl::Seconds(8));
  EXPECT_THAT(result.output,
              HasSubstr("subject \"p\" has no facts of its own: "));
}

TEST_F(CommandTest, AnAnswerThatIsMalformedIsAnError) {
  WriteProgram("echo '{\"facts\": {\"os\": }}'");
  Write("a", R"({"subject": "p", "name": "a", "args": [], "ends": "exit 0"})");
  ProcessResult result = Plain({"run", "--subject", "p=" + path_ + "/prog"});
  EXPECT_EQ(result.exit_code, 2);
  EXPECT_THAT(result.output, HasSubstr("/prog --list=json:1:18: error: "));
}

TEST_F(CommandTest, OnlySubjectsOfTheSpecsAreAsked) {
  WriteProgram("echo '{\"facts\": {\"os\": }}'");
  WriteScript("A", "exit 2", R"("ends": "exit 2")");
  EXPECT_EQ(Plain({"run", "--subject", "p=" + path_ + "/prog"}).exit_code, 0);
}

// With every limit changed nothing says whose it is, if several run.
TEST_F(CommandTest, WhatNobodyCanBeBlamedForIsNotSilent) {
  WriteProgram(
      "[ \"$1\" = stray ] || exit 0\n"
      "setsid sh -c 'prlimit --rttime=7:7 --locks=7:7 --pid $$; sleep 30 &' "
      "<&- >&- 2>&-");
  Write("a", R"({"subject": "p", "args": ["$v"], "ends": "exit 0",)"
             R"( "cases": {"A": "stray", "B": "b", "C": "c"}})");
  ProcessResult result =
      Plain({"run", "--jobs", "3", "--subject", "p=" + path_ + "/prog"});
  EXPECT_EQ(result.exit_code, 1);
  EXPECT_THAT(result.output,
              AllOf(HasSubstr("3 passed"),
                    HasSubstr("LEAK left running, now killed: sleep (pid ")));
}

TEST_F(CommandTest, AnUnknownCommandIsNamed) {
  ProcessResult result = Plain({"rnu"});
  EXPECT_EQ(result.exit_code, 2);
  EXPECT_EQ(result.output,
            "lastwords: error: unknown command \"rnu\"; did you mean "
            "\"run\"?\n");
}

TEST_F(CommandTest, NoCommandIsAnsweredByTheHelp) {
  ProcessRequest request;
  request.program = LASTWORDS;
  const absl::StatusOr<ProcessResult> result = RunProcess(request);
  ASSERT_TRUE(result.ok());
  EXPECT_EQ(result->exit_code, 2);
  EXPECT_THAT(result->output, HasSubstr("Examples:\n"));
}

TEST_F(CommandTest, Version) {
  ProcessRequest request;
  request.program = LASTWORDS;
  request.args = {"--version"};
  const absl::StatusOr<ProcessResult> result = RunProcess(request);
  ASSERT_TRUE(result.ok());
  EXPECT_EQ(result->exit_code, 0);
  EXPECT_THAT(result->output, StartsWith("lastwords 0."));
}

TEST_F(CommandTest, WhatCanNotBeWrittenIsKnownBeforeAnythingRuns) {
  const std::string ran = path_ + "/ran";
  WriteScript("A", "touch " + ran, R"("ends": "exit 0")");
  for (const char* flag : {"--junit", "--json"}) {
    ProcessResult result = Plain({"run", flag, "/no/such/file"});
    EXPECT_EQ(result.exit_code, 2);
    EXPECT_EQ(result.output, "lastwords: error: cannot write /no/such/file\n");
  }
  EXPECT_FALSE(std::filesystem::exists(ran));
}

TEST_F(CommandTest, ABadShardIsKnownBeforeSpecsAreRead) {
  Write("a", "{");
  ProcessResult result = Plain({"run", "--shard", "9"});
  EXPECT_EQ(result.exit_code, 2);
  EXPECT_THAT(result.output, Not(HasSubstr("a.json")));
}

TEST_F(CommandTest, ACoreIsKeptBesideTheOutput) {
  std::ifstream pattern("/proc/sys/kernel/core_pattern");
  if (std::strchr("|/", pattern.peek())) GTEST_SKIP() << "cores go elsewhere";
  rlimit limit{};
  getrlimit(RLIMIT_CORE, &limit);
  if (limit.rlim_max < 64 * kMiB) GTEST_SKIP() << "no cores here";
  WriteScript("A", "kill -SEGV $$$$",
              R"("ends": "exit 0", "limits": {"core_bytes": 67108864})");
  ProcessRequest request;
  request.program = LASTWORDS;
  request.args = {"run",       "--output-dir", path_ + "/kept",
                  "--subject", "sh=/bin/sh",   path_ + "/f"};
  // What the command itself may not pass on.
  request.limits.core_bytes = 64 * kMiB;
  const absl::StatusOr<ProcessResult> result = RunProcess(request);
  ASSERT_TRUE(result.ok());
  EXPECT_THAT(result->output,
              HasSubstr("  core      kept in " + path_ + "/kept/f/A.core\n"));
  EXPECT_GT(std::filesystem::file_size(path_ + "/kept/f/A.core"), 0);
}

TEST_F(CommandTest, EveryTestHasAFileOfItsOwn) {
  const std::string longest(300, 'n');
  for (const std::string& name :
       {std::string("sl/ash"), std::string("sl.ash"), longest, longest + "2"}) {
    static int file = 0;
    Write(
        std::to_string(++file),
        R"({"subject": "sh", "args": ["-c", "echo x; exit 3"], "ends": "exit 0", "name": ")" +
            name + "\"}");
  }
  EXPECT_EQ(Lastwords({"run"}).exit_code, 1);
  int kept = 0;
  for ([[maybe_unused]] const auto& file :
       std::filesystem::directory_iterator(path_ + "/kept/f")) {
    ++kept;
  }
  EXPECT_EQ(kept, 4);
  EXPECT_TRUE(std::filesystem::exists(path_ + "/kept/f/sl.ash.txt"));
}

TEST_F(CommandTest, CheckComparesBothWays) {
  std::ofstream(path_ + "/prog")
      << "#!/bin/sh\n"
         "echo '{\"scenarios\": [{\"name\": \"Apple\", \"family\": \"F\"},"
         "{\"name\": \"Pear\", \"family\": \"g\"},"
         "{\"name\": \"Plum\", \"family\": \"f\"}]}'\n";
  std::filesystem::permissions(path_ + "/prog",
                               std::filesystem::perms::owner_all);
  Write("a", R"([{"subject": "p", "scenario": "Aple", "ends": "crash"},
                 {"subject": "p", "scenario": "Pear", "ends": "crash"},
                 {"subject": "p", "scenario": "Plum", "ends": "crash"}])");
  ProcessResult result =
      Plain({"check", "--subject", "p=" + path_ + "/prog", "--against", "p"});
  EXPECT_EQ(result.exit_code, 1);
  std::string file = path_ + "/f/a.json";
  EXPECT_EQ(result.output,
            file +
                ":1:31: error: p has no scenario \"Aple\"; did you mean "
                "\"Apple\"?\n" +
                file +
                ":2:47: error: scenario \"Pear\" is of family \"g\", its spec "
                "lies in \"f\"\n"
                "p: error: scenario \"Apple\" (F) has no spec\n");
}

TEST_F(CommandTest, CheckSaysWhatItHasCompared) {
  WriteProgram(
      "echo '{\"scenarios\": [{\"name\": \"Apple\", \"family\": \"f\"}]}'");
  Write("a", R"({"subject": "p", "scenario": "Apple", "ends": "exit 0"})");
  ProcessResult result =
      Plain({"check", "--subject", "p=" + path_ + "/prog", "--against", "p"});
  EXPECT_EQ(result.exit_code, 0);
  EXPECT_EQ(result.output, "1 specs, 1 scenarios, all good\n");
}

TEST_F(CommandTest, AnExpectedFailureIsNone) {
  WriteScript("A", "exit 3",
              R"("ends": "exit 2",
                 "xfail": {"issue": "#7", "until": "9999-12-31"})");
  ProcessResult result = Lastwords({"run"});
  EXPECT_EQ(result.exit_code, 0);
  EXPECT_THAT(result.output,
              StartsWith("XFAIL f/A: #7: ends: expected exit 2, got exit 3\n"
                         "1 failed as expected in "));
}

TEST_F(CommandTest, AnUnexpectedPassFails) {
  WriteScript("A", "exit 2",
              R"("ends": "exit 2",
                 "xfail": {"issue": "#7", "until": "9999-12-31"})");
  ProcessResult result = Lastwords({"run"});
  EXPECT_EQ(result.exit_code, 1);
  EXPECT_THAT(result.output, AllOf(HasSubstr("XPASS f/A\n"),
                                   HasSubstr("1 passed unexpectedly in ")));
}

TEST_F(CommandTest, AFailureThatIsExpectedNoMoreFails) {
  WriteScript("A", "exit 3",
              R"("ends": "exit 2",
                 "xfail": {"issue": "#7", "until": "2020-01-01"})");
  ProcessResult result = Lastwords({"run"});
  EXPECT_EQ(result.exit_code, 1);
  EXPECT_THAT(result.output, HasSubstr("was expected to fail until 2020-01-01 "
                                       "(#7)"));
}

TEST_F(CommandTest, TheStreamsAreJudgedApart) {
  WriteScript("A", "echo out; echo err >&2; exit 2",
              R"("stdout": {"equals": "out\n"},
                 "stderr": {"equals": "err\n"})");
  ProcessResult result = Lastwords({"run"});
  EXPECT_EQ(result.exit_code, 0) << result.output;
}

TEST_F(CommandTest, ResultsAreWrittenForOtherPrograms) {
  WriteScript("A", "printf '\\\\377\\\\001'; exit 3", R"("ends": "exit 2")");
  ProcessResult result = Lastwords(
      {"run", "--junit", path_ + "/j.xml", "--json", path_ + "/j.json"},
      {"GITHUB_ACTIONS=true"});
  EXPECT_EQ(result.exit_code, 1);
  EXPECT_THAT(result.output,
              HasSubstr("::error file=" + path_ + "/f/A.json,line=1,col="));
  std::ifstream junit(path_ + "/j.xml");
  const std::string xml{std::istreambuf_iterator<char>(junit), {}};
  EXPECT_THAT(xml, AllOf(HasSubstr("failures=\"1\""), HasSubstr("\\xff\\x01")));
  std::ifstream json(path_ + "/j.json");
  const std::string text{std::istreambuf_iterator<char>(json), {}};
  EXPECT_THAT(text, HasSubstr("\"outcome\":\"FAIL\""));
  EXPECT_THAT(text, HasSubstr("\n{\"tests\":1,\"passed\":0,\"failed\":1,"));
}

TEST_F(CommandTest, WorkflowsAreToldOfBrokenSpecsToo) {
  Write("b", R"({"subject": "sh", "args": [], "want": "x"})");
  const std::string annotation =
      "::error file=" + path_ +
      "/f/b.json,line=1,col=31,title=broken spec::"
      "unknown key \"want\"; did you mean \"wants\"?";
  for (const char* command : {"run", "check", "list"}) {
    EXPECT_THAT(
        Run(LASTWORDS, {command}, {"GITHUB_ACTIONS=true"}).output,
        AllOf(HasSubstr(annotation), HasSubstr("b.json:1:31: error: unknown")))
        << command;
  }
  EXPECT_THAT(Run(LASTWORDS, {"run"}).output, Not(HasSubstr("::error")));
}

// What the program printed is what a parser must not stumble over.
TEST_F(CommandTest, ResultsAreValidWhateverBytesWerePrinted) {
  WriteScript("A",
              "for i in 0 1 2 3; do for j in 0 1 2 3 4 5 6 7; do "
              "for k in 0 1 2 3 4 5 6 7; do printf \\\\\\\\$$i$$j$$k; "
              "done; done; done; exit 3",
              R"("ends": "exit 2")");
  Lastwords({"run", "--junit", path_ + "/j.xml", "--json", path_ + "/j.json"});
  std::ifstream kept(path_ + "/kept/f/A.txt", std::ios::binary);
  const std::string bytes{std::istreambuf_iterator<char>(kept), {}};
  std::string all;
  for (int byte = 0; byte < 256; ++byte) all += static_cast<char>(byte);
  ASSERT_EQ(bytes, all);
  ProcessRequest request;
  request.program = "/usr/bin/xmllint";
  request.args = {"--noout", path_ + "/j.xml"};
  absl::StatusOr<ProcessResult> result = RunProcess(request);
  ASSERT_TRUE(result.ok()) << result.status();
  EXPECT_EQ(result->exit_code, 0) << result->output;
  std::ifstream lines(path_ + "/j.json");
  std::string line;
  ASSERT_TRUE(std::getline(lines, line));
  const auto json = nlohmann::json::parse(line, nullptr, false);
  ASSERT_FALSE(json.is_discarded());
  EXPECT_EQ(json["outcome"], "FAIL");
}

TEST_F(CommandTest, ResultsThatCannotBeWrittenAreUndecided) {
  WriteScript("A", "exit 2", R"("ends": "exit 2")");
  ProcessResult result = Lastwords({"run", "--json", path_ + "/no/such/x"});
  EXPECT_EQ(result.exit_code, 2);
  EXPECT_THAT(result.output, HasSubstr("cannot write "));
}

}  // namespace
}  // namespace harness
