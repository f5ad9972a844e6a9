#include "harness/match/judge.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <csignal>

#include "harness/spec/spec_loader.h"

namespace harness {
namespace {

using testing::Each;
using testing::Field;

// Builds what Judge is given, from strings.
class JudgeTest : public testing::Test {
 protected:
  JudgeTest() { subjects_["t"] = MakeSubject("t", "/bin/t", {}); }

  static ProcessResult Exit(int code, std::string output) {
    ProcessResult result;
    result.exit_code = code;
    result.output = std::move(output);
    result.output_bytes_total = result.output.size();
    return result;
  }
  static ProcessResult Signal(int signal, std::string output = "") {
    ProcessResult result = Exit(0, std::move(output));
    result.end = ProcessResult::End::kSignaled;
    result.signal = signal;
    return result;
  }
  static ProcessResult Timeout(std::string output = "") {
    ProcessResult result = Exit(0, std::move(output));
    result.end = ProcessResult::End::kTimeout;
    result.signal = SIGKILL;
    result.wall = absl::Milliseconds(10042);
    return result;
  }

  // `members` as in {"scenario": "A", "subject": "t", <members>}.
  Verdict Judged(const std::string& members, const ProcessResult& result) {
    LoadedSpecs loaded;
    LoadSpecText("{\"scenario\":\"A\",\"subject\":\"t\",\n" + members + "}",
                 "f/x.json", subjects_, loaded);
    EXPECT_EQ(FormatDiagnostics(loaded.errors), "");
    return Judge(loaded.specs.at(0), subjects_["t"], result);
  }
  // What became of the last expectation.
  Finding Last(const std::string& members, const std::string& output) {
    return Judged(members, Exit(2, output)).findings.back();
  }

  Subjects subjects_;
};

TEST_F(JudgeTest, PassesWhenEverythingHolds) {
  Verdict verdict = Judged(
      R"("wants":["b c","/c$/"],"never":"x","starts":"a","finishes":"c\n",
         "equals":"/a\nb c\n/","count":{"b":1},"lines":["a","b"])",
      Exit(2, "a\nb c\n"));
  EXPECT_EQ(verdict.outcome, Outcome::kPass);
  EXPECT_EQ(verdict.reason, "");
  EXPECT_EQ(verdict.findings.size(), 10u);  // and `ends`
  EXPECT_THAT(verdict.findings, Each(Field(&Finding::met, true)));
}

TEST_F(JudgeTest, TheEndIsCheckedWithoutBeingAskedFor) {
  Verdict verdict = Judged(R"("wants":"a")", Exit(0, "a"));
  EXPECT_EQ(verdict.outcome, Outcome::kFail);
  EXPECT_EQ(verdict.reason, "ends: expected exit 2 (the default), got exit 0");
}

TEST_F(JudgeTest, Exit11AndExit139AndSigsegvAreThreeEnds) {
  EXPECT_EQ(Judged(R"("ends":"SIGSEGV")", Signal(SIGSEGV)).outcome,
            Outcome::kPass);
  EXPECT_EQ(Judged(R"("ends":"SIGSEGV")", Exit(11, "")).reason,
            "ends: expected SIGSEGV, got exit 11");
  EXPECT_EQ(
      Judged(R"("ends":"exit 139")", Signal(SIGSEGV)).reason,
      "ends: expected exit 139, got SIGSEGV; only a shell makes 139 of it: "
      "say \"SIGSEGV\"");
  EXPECT_EQ(Judged(R"("ends":"exit 11")", Exit(139, "")).reason,
            "ends: expected exit 11, got exit 139");
}

TEST_F(JudgeTest, CrashIsAnySignalAndNoExit) {
  EXPECT_EQ(Judged(R"("ends":"crash")", Signal(SIGABRT)).outcome,
            Outcome::kPass);
  EXPECT_EQ(Judged(R"("ends":"crash")", Exit(134, "")).outcome, Outcome::kFail);
  EXPECT_EQ(Judged(R"("ends":"crash")", Timeout()).outcome, Outcome::kTimeout);
}

TEST_F(JudgeTest, WantsSaysWhereItWasFound) {
  EXPECT_EQ(Last(R"("wants":"b")", "a\nb\n").detail, "matched at line 2");
  EXPECT_EQ(Last(R"("wants":"z")", "a\nb\n").detail, "not found");
  EXPECT_EQ(Last(R"("wants":"z")", "a\nb\n").where, (Position{2, 9}));
}

TEST_F(JudgeTest, NeverSaysWhereItStands) {
  EXPECT_EQ(Last(R"("never":"b")", "a\n").detail, "absent");
  EXPECT_EQ(Last(R"("never":"b")", "a\nb\n").detail,
            "forbidden and found at line 2");
}

TEST_F(JudgeTest, NeverSeesBytesThatAreNoText) {
  EXPECT_EQ(Last(R"("never":"/^panic: .*b/")", "x\npanic: a\xFF\x62\n").detail,
            "forbidden and found at line 2");
  EXPECT_EQ(
      Last(R"("wants":"/panic: a.b/")", "\xFF\npanic: a\xFF\x62\n").detail,
      "matched at line 2");
}

TEST_F(JudgeTest, CountSaysHowOftenAndWhere) {
  EXPECT_EQ(Last(R"("count":{"b":2})", "b\nb\n").detail, "found 2 times");
  EXPECT_EQ(Last(R"("count":{"b":1})", "b\na\nb\n").detail,
            "found 2 times (lines 1, 3), expected once");
  EXPECT_EQ(Last(R"("count":{"b":1})", "").detail,
            "found 0 times, expected once");
}

TEST_F(JudgeTest, LinesMustComeInOrder) {
  EXPECT_EQ(Last(R"("lines":["a","c"])", "a\nb\nc\n").detail,
            "matched at line 3");
  EXPECT_EQ(Last(R"("lines":["c","a"])", "a\nb\nc\n").detail,
            "out of order: found at line 1, not below line 3");
  EXPECT_EQ(Last(R"("lines":["c","d"])", "a\nb\nc\n").detail, "not found");
}

TEST_F(JudgeTest, OneLineServesOneTextOfLines) {
  EXPECT_EQ(Last(R"("lines":["a","a"])", "a a\n").met, false);
  EXPECT_EQ(Last(R"("lines":["a","a"])", "a\na\n").met, true);
}

TEST_F(JudgeTest, StartsShowsTheFirstLineThatDiffers) {
  Finding finding =
      Last(R"("starts":"panic: a\n\tpanic: b\n")", "panic: a\n\tpanic: c\n");
  EXPECT_EQ(finding.detail, "differs");
  ASSERT_TRUE(finding.nearest.has_value());
  EXPECT_EQ(finding.nearest->number, 2);
  EXPECT_EQ(finding.nearest->actual, "\\tpanic: c");
  EXPECT_EQ(finding.nearest->marks, "         ^");
}

TEST_F(JudgeTest, EqualsFindsWhatIsTooMuchAndWhatIsMissing) {
  EXPECT_EQ(Last(R"("equals":"a\n")", "a\nb\n").nearest->number, 2);
  EXPECT_EQ(Last(R"("equals":"a\nb\n")", "a\n").nearest->number, 0);
  EXPECT_EQ(Last(R"("equals":"")", "").met, true);
}

TEST_F(JudgeTest, APatternIsShownInOneLine) {
  EXPECT_EQ(Last(R"("equals":"/^a\\.b\n\tc\n$/")", "a\n").text,
            "/^a\\.b\\n\tc\\n$/");
}

TEST_F(JudgeTest, AStepThatNeverCameSaysWhichAndWhatWasNear) {
  ProcessResult result = Exit(2, "reedy\n");
  result.failed_step = FailedStep{0, "the program ended first"};
  Verdict verdict =
      Judged(R"("steps":[{"wait":"ready"},{"send":"SIGQUIT"}])", result);
  EXPECT_EQ(verdict.outcome, Outcome::kFail);
  EXPECT_EQ(verdict.reason,
            "step 1 wait \"ready\": the program ended first; not found");
  EXPECT_EQ(verdict.where, (Position{2, 18}));
  ASSERT_TRUE(verdict.findings[0].nearest.has_value());
  EXPECT_EQ(verdict.findings[0].nearest->actual, "reedy");
  EXPECT_EQ(verdict.findings[1].text, "send SIGQUIT");
  EXPECT_EQ(verdict.findings[1].detail, "not reached");
}

TEST_F(JudgeTest, AStepMayNotBeMetByWhatCameBefore) {
  ProcessResult result = Exit(2, "a\nb\n");
  result.failed_step = FailedStep{1, "the program ended first"};
  EXPECT_EQ(
      Judged(R"("steps":[{"wait":"b"},{"wait":"/a$/"}])", result).reason,
      "step 2 wait /a$/: the program ended first; found at line 1, and not "
      "after what was waited for before");
}

TEST_F(JudgeTest, AHangInAStepNamesTheStep) {
  ProcessResult result = Timeout("x\n");
  result.failed_step = FailedStep{1, "the time limit came first"};
  Verdict verdict = Judged(R"("steps":[{"wait":"x"},{"wait":"y"}])", result);
  EXPECT_EQ(verdict.outcome, Outcome::kTimeout);
  EXPECT_EQ(verdict.reason,
            "expected exit 2, still running at its time limit, in step 2: wait "
            "\"y\"");
  EXPECT_EQ(verdict.where, (Position{2, 31}));
}

TEST_F(JudgeTest, StepsThatWereTakenAreNamedTheirWay) {
  Verdict verdict =
      Judged(R"("steps":[{"wait":"x"},{"input":"a\n"},{"close_stdin":true}])",
             Exit(2, "x"));
  EXPECT_EQ(verdict.outcome, Outcome::kPass);
  EXPECT_EQ(verdict.findings[1].text, "input \"a\\n\"");
  EXPECT_EQ(verdict.findings[2].text, "close_stdin");
}

TEST_F(JudgeTest, AHangIsATimeoutAndItsOutputIsStillJudged) {
  Verdict verdict = Judged(R"("wants":"ready")", Timeout("ready\n"));
  EXPECT_EQ(verdict.outcome, Outcome::kTimeout);
  EXPECT_EQ(verdict.reason, "expected exit 2, still running at its time limit");
  EXPECT_TRUE(verdict.findings.back().met);
  EXPECT_EQ(Judged(R"("ends":"timeout")", Timeout()).outcome, Outcome::kPass);
}

TEST_F(JudgeTest, TooMuchOutputExplainsEverythingElse) {
  ProcessResult result = Timeout();
  result.excessive_output = true;
  result.output_bytes_total = 9'000'000;
  Verdict verdict = Judged(R"("wants":"x")", result);
  EXPECT_EQ(verdict.outcome, Outcome::kExcessiveOutput);
  EXPECT_EQ(verdict.reason,
            "printed 9000000 bytes, more than the limit of 8388608");
}

TEST_F(JudgeTest, ALeakFailsWhatElseWouldPass) {
  ProcessResult result = Exit(2, "x");
  result.leaks.push_back({77, "sleep", "sleep 100"});
  EXPECT_EQ(Judged(R"("wants":"x")", result).outcome, Outcome::kLeak);
  EXPECT_EQ(Judged(R"("wants":"x")", result).reason,
            "left running, now killed: sleep (pid 77: sleep 100)");
  EXPECT_EQ(Judged(R"("wants":"y")", result).outcome, Outcome::kFail);
}

TEST_F(JudgeTest, AnUnknownScenarioIsNamedPlainly) {
  subjects_["t"].scenarios = {{"Apple", "f"}, {"Ab", "f"}};
  Verdict verdict = Judged(R"("wants":"x")", Exit(64, "usage: t NAME"));
  EXPECT_EQ(verdict.outcome, Outcome::kFail);
  EXPECT_EQ(verdict.reason, "t has no scenario \"A\"; nearest: \"Ab\"");
  EXPECT_EQ(verdict.where, (Position{1, 13}));
  EXPECT_TRUE(verdict.findings.empty());
}

TEST_F(JudgeTest, ExitUsageIsAnEndLikeAnyOtherWithAHint) {
  Verdict verdict = Judged(R"("wants":"x","never":"usage")", Exit(64, "usage"));
  EXPECT_EQ(verdict.reason,
            "ends: expected exit 2 (the default), got exit 64; exit 64 often "
            "means that the program knows no such scenario");
  ASSERT_EQ(verdict.findings.size(), 3u);
  EXPECT_EQ(verdict.findings[1].detail, "not found");
  EXPECT_EQ(verdict.findings[2].detail, "forbidden and found at line 1");
  EXPECT_EQ(Judged(R"("ends":"exit 64")", Exit(64, "usage")).outcome,
            Outcome::kPass);
}

TEST_F(JudgeTest, AScenarioThatIsListedIsNotUnknown) {
  subjects_["t"].scenarios = {{"A", "f"}};
  EXPECT_EQ(Judged(R"("wants":"x")", Exit(64, "x")).reason,
            "ends: expected exit 2 (the default), got exit 64");
}

TEST_F(JudgeTest, AReportIsFoundInWhicheverStreamItStands) {
  const std::string report = "panic: x\n\ngoroutine 1 [running]:\n";
  ProcessResult result = Exit(2, "note\n" + report);
  result.out = report;
  result.err = "note\n";
  const std::string wanted = R"("stderr":{"wants":"note"},"panics":"x")";
  EXPECT_EQ(Judged(wanted, result).reason, "");
  // A line of the other came in between.
  result.output = "panic: note\nx\n\ngoroutine 1 [running]:\n";
  EXPECT_EQ(Judged(wanted, result).reason, "");
  // One that both have a part of.
  result.out = "\ngoroutine 1 [running]:\n";
  result.err = "note\npanic: x\n";
  result.output = "note\n" + report;
  EXPECT_EQ(Judged(wanted, result).reason, "");
  // A stack that is no crash.
  result.err = "note\ngoroutine 1 [running]:\nmain.f()\n\t/src/m.go:8 +0x3\n";
  result.out = report;
  EXPECT_EQ(Judged(wanted, result).reason, "");
}

TEST_F(JudgeTest, EachStreamIsJudgedByItself) {
  ProcessResult result = Exit(2, "out\npanic: x\n\ngoroutine 1 [running]:\n");
  result.out = "out\n";
  result.err = "panic: x\n\ngoroutine 1 [running]:\n";
  Verdict verdict = Judged(
      R"("stdout":{"equals":"out\n"},"wants":"out","panics":"x",
         "stderr":{"starts":"panic: x","lines":["x",{"empty":true}]})",
      result);
  EXPECT_EQ(verdict.reason, "");
  EXPECT_EQ(verdict.outcome, Outcome::kPass);
  EXPECT_EQ(Judged(R"("stdout":{"never":"out"})", result).reason,
            "stdout never \"out\": forbidden and found at line 1");
  EXPECT_EQ(Judged(R"("stderr":{"wants":"out\n"})", result).reason,
            "stderr wants \"out\\n\": not found");
}

}  // namespace
}  // namespace harness
