#include "harness/report/failure_text.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "harness/match/judge.h"
#include "harness/report/output_text.h"
#include "harness/report/summary_text.h"
#include "harness/spec/spec_loader.h"

namespace harness {
namespace {

using testing::HasSubstr;
using testing::Not;
using testing::StartsWith;

RunRecord RecordOf(const std::string& json, int exit_code,
                   const std::string& output) {
  Subjects subjects;
  subjects["t"] = MakeSubject("t", "/b/t", {});
  LoadedSpecs loaded;
  LoadSpecText(json, "specs/f/x.json", subjects, loaded);
  EXPECT_EQ(FormatDiagnostics(loaded.errors), "");
  RunRecord run;
  run.spec = loaded.specs.at(0);
  run.result.exit_code = exit_code;
  run.result.output = output;
  run.result.output_bytes_total = output.size();
  run.result.wall = absl::Milliseconds(12);
  run.request.program = "/b/t";
  run.request.args = {"A"};
  run.request.env = {"PATH=/bin"};
  run.verdict = Judge(run.spec, subjects["t"], run.result);
  run.kept_file = "out/f/A.txt";
  run.ran = true;
  return run;
}

TEST(FailureTextTest, ReadsFromTheReasonToTheRepetition) {
  EXPECT_EQ(
      FormatFailure(RecordOf("{ \"scenario\": \"A\", \"subject\": \"t\",\n"
                             "  \"wants\": [\"goroutine\", \"panic: crash\"] }",
                             2, "panic: crush\n\ngoroutine 1 [running]:\n"),
                    Style()),
      R"text(specs/f/x.json:2:26: error: wants "panic: crash": not found
FAIL f/A
  expectations
    ok default  ends exit 2: so it did
    ok    2:13  wants "goroutine": matched at line 3
    NO    2:26  wants "panic: crash": not found
             expected     panic: crash
             line 1       panic: crush
                                   ^
  ended     exit 2, as expected, after 12 ms
  output    37 bytes, kept in out/f/A.txt
     1 | panic: crush
     2 | 
     3 | goroutine 1 [running]:
  gdb       (cd "$(mktemp -d)" && gdb -q -ex 'set exec-wrapper env -i PATH=/bin' -ex 'catch syscall exit_group' -ex 'run A </dev/null' -ex bt /b/t)
  again     (cd "$(mktemp -d)" && env -i PATH=/bin /b/t A </dev/null)
)text");
}

// How soon the stacks are there depends on the machine: so no program is run.
TEST(FailureTextTest, AHangShowsItsStacks) {
  RunRecord run = RecordOf(
      "{ \"scenario\": \"A\", \"subject\": \"t\",\n"
      "  \"ends\": \"exit 0\", \"wants\": \"the bread is done\" }",
      2,
      "the oven is on\nSIGQUIT: quit\nPC=0x55d0 m=0 sigcode=0\n\n"
      "goroutine 1 [chan receive]:\nbakery.WaitForDough(...)\n"
      "\t/srv/bakery/dough.cc:27 +0x14\n");
  run.result.end = ProcessResult::End::kTimeout;
  run.request.limits.time = absl::Seconds(10);
  run.result.wall = absl::Milliseconds(10'012);
  Subject subject = MakeSubject("t", "/b/t", {});
  run.verdict = Judge(run.spec, subject, run.result);
  EXPECT_EQ(
      FormatFailure(run, Style()),
      R"text(specs/f/x.json:2:11: error: expected exit 0, still running at its time limit
TIMEOUT f/A
  expectations
    NO    2:11  ends exit 0: expected exit 0, got timeout
    NO    2:30  wants "the bread is done": not found
  ended     not within its limit of 10000 ms: it was sent SIGQUIT, to show its stacks, and ended, after 10012 ms
  output    138 bytes, kept in out/f/A.txt
     1 | the oven is on
     2 | SIGQUIT: quit
     3 | PC=0x55d0 m=0 sigcode=0
     4 | 
     5 | goroutine 1 [chan receive]:
     6 | bakery.WaitForDough(...)
     7 | 	/srv/bakery/dough.cc:27 +0x14
  gdb       (cd "$(mktemp -d)" && gdb -q -ex 'set exec-wrapper env -i PATH=/bin' -ex 'catch syscall exit_group' -ex 'run A </dev/null' -ex bt /b/t)
  again     (cd "$(mktemp -d)" && env -i PATH=/bin /b/t A </dev/null)
)text");
}

TEST(FailureTextTest, OfManyLeaksAFewAreNamed) {
  RunRecord run =
      RecordOf(R"({"scenario":"A","subject":"t","ends":"exit 0"})", 0, "");
  for (int pid = 1; pid <= 1000; ++pid) {
    run.result.leaks.push_back({pid, "sleep", "sleep 9"});
  }
  run.verdict = Judge(run.spec, MakeSubject("t", "/b/t", {}), run.result);
  const std::string text = FormatFailure(run, Style());
  EXPECT_THAT(text, HasSubstr("sleep (pid 5: sleep 9) and 995 more\nLEAK"));
  EXPECT_THAT(text, HasSubstr("leaked    sleep (pid 5) sleep 9\n"
                              "  leaked    and 995 more\n"));
  EXPECT_THAT(text, Not(HasSubstr("pid 6")));
}

TEST(FailureTextTest, ANotRunTestHasNoOutputToShow) {
  RunRecord run =
      RecordOf(R"({"scenario":"A","subject":"t","ends":"crash"})", 0, "");
  run.verdict = VerdictWithoutRun(Outcome::kUnresolved, "no such program");
  run.ran = false;
  EXPECT_EQ(FormatFailure(run, Style()),
            "specs/f/x.json:1:1: error: no such program\nUNRESOLVED f/A\n");
}

TEST(FailureTextTest, NamesTheRunOfSeveral) {
  RunRecord run = RecordOf(
      R"({"scenario":"A","subject":"t","ends":"exit 0","repeat":9})", 2, "");
  run.attempt = 4;
  EXPECT_THAT(FormatFailure(run, Style()), HasSubstr(", in run 4 of 9\n"));
  EXPECT_THAT(FormatFailure(run, Style()), HasSubstr("output    nothing\n"));
}

TEST(FailureTextTest, ColourOnlyWhenAsked) {
  RunRecord run =
      RecordOf(R"({"scenario":"A","subject":"t","ends":"exit 0"})", 2, "x");
  EXPECT_THAT(FormatFailure(run, Style{false}), Not(HasSubstr("\x1b")));
  EXPECT_THAT(FormatFailure(run, Style{true}), HasSubstr("\x1b[31mFAIL"));
}

TEST(OutputTextTest, ControlBytesDoNotReachTheTerminal) {
  ProcessResult result;
  result.output = "\x1b[2Jgone\n\tat";
  EXPECT_EQ(FormatOutput(result),
            "     1 | \\x1b[2Jgone\n     2 | \tat\n"
            "       (no newline at the end)\n");
}

TEST(OutputTextTest, AFloodIsShownFromBothEnds) {
  ProcessResult result;
  for (int i = 1; i <= 1000; ++i) {
    result.output += "line " + std::to_string(i) + "\n";
  }
  std::string text = FormatOutput(result);
  EXPECT_THAT(text, StartsWith("     1 | line 1\n"));
  EXPECT_THAT(text, HasSubstr("    60 | line 60\n       ... 880 lines not "
                              "shown ...\n   941 | line 941\n"));
  EXPECT_THAT(text, HasSubstr("  1000 | line 1000\n"));
}

TEST(SummaryTextTest, CountsAndNames) {
  Summary summary;
  summary.counts = {{Outcome::kPass, 2}, {Outcome::kFail, 1}};
  summary.unpassed = {"FAIL f/A"};
  summary.skipped = {"f/B: compiler is clang: no such flag"};
  summary.wall = absl::Milliseconds(1234);
  EXPECT_EQ(FormatSummary(summary, Style()),
            "SKIP f/B: compiler is clang: no such flag\nFAIL f/A\n"
            "2 passed, 1 failed in 1.234s\n");
}

}  // namespace
}  // namespace harness
