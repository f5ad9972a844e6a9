#include "harness/match/xfail_verdict.h"

#include <gtest/gtest.h>

#include <string>

#include "harness/match/judge.h"
#include "harness/process/process.h"
#include "harness/spec/spec_loader.h"

namespace harness {
namespace {

// What becomes of `outcome` on the given day.
Verdict On(const std::string& today, Outcome outcome,
           const std::string& more = "") {
  Subjects subjects;
  subjects["t"] = MakeSubject("t", "/bin/t", {{"sanitizer", "none"}});
  LoadedSpecs loaded;
  LoadSpecText(R"({"subject":"t","args":[],"ends":"crash",
                   "xfail":{"issue":"#7","until":"2026-05-31")" +
                   more + "}}",
               "f/x.json", subjects, loaded);
  EXPECT_EQ(FormatDiagnostics(loaded.errors), "");
  Verdict verdict;
  verdict.outcome = outcome;
  verdict.reason = "it broke";
  ApplyXfail(loaded.specs.at(0), subjects["t"], today, verdict);
  return verdict;
}

TEST(XfailTest, AFailureIsExpected) {
  Verdict verdict = On("2026-05-31", Outcome::kFail);
  EXPECT_EQ(verdict.outcome, Outcome::kXfail);
  EXPECT_EQ(verdict.reason, "#7: it broke");
  EXPECT_EQ(On("2026-05-31", Outcome::kTimeout).outcome, Outcome::kXfail);
  EXPECT_FALSE(IsFailure(Outcome::kXfail));
}

TEST(XfailTest, APassIsAFailure) {
  Verdict verdict = On("2026-05-31", Outcome::kPass);
  EXPECT_EQ(verdict.outcome, Outcome::kXpass);
  EXPECT_EQ(verdict.reason,
            "passed, and was expected to fail (#7): remove its \"xfail\"");
  EXPECT_EQ(verdict.where, (Position{2, 28}));
  EXPECT_TRUE(IsFailure(Outcome::kXpass));
}

TEST(XfailTest, AfterItsDayAFailureIsOne) {
  Verdict verdict = On("2026-06-01", Outcome::kFail);
  EXPECT_EQ(verdict.outcome, Outcome::kFail);
  EXPECT_EQ(verdict.reason,
            "was expected to fail until 2026-05-31 (#7): mend it, or say how "
            "long it may stay; it broke");
}

TEST(XfailTest, WhereItsConditionsDoNotHoldNothingIsExpected) {
  const std::string where = R"(,"sanitizer":"thread")";
  EXPECT_EQ(On("2026-05-31", Outcome::kFail, where).outcome, Outcome::kFail);
  EXPECT_EQ(On("2026-05-31", Outcome::kPass, where).outcome, Outcome::kPass);
}

TEST(XfailTest, WhatWasNotDecidedStaysSo) {
  EXPECT_EQ(On("2026-05-31", Outcome::kSkip).outcome, Outcome::kSkip);
  EXPECT_EQ(On("2026-05-31", Outcome::kUnresolved).outcome,
            Outcome::kUnresolved);
}

TEST(XfailTest, AScenarioThatIsNotThereIsNoExpectedFailure) {
  Subjects subjects;
  subjects["t"] = MakeSubject("t", "/bin/t", {});
  subjects["t"].scenarios = {{"Ab", "f"}};
  LoadedSpecs loaded;
  LoadSpecText(R"({"subject":"t","scenario":"A","wants":"x",
                   "xfail":{"issue":"#7","until":"2026-05-31"}})",
               "f/x.json", subjects, loaded);
  ASSERT_EQ(FormatDiagnostics(loaded.errors), "");
  ProcessResult result;
  result.exit_code = 64;
  for (const auto end :
       {ProcessResult::End::kExited, ProcessResult::End::kTimeout}) {
    result.end = end;
    Verdict verdict = Judge(loaded.specs[0], subjects["t"], result);
    ApplyXfail(loaded.specs[0], subjects["t"], "2026-05-01", verdict);
    EXPECT_EQ(verdict.outcome, Outcome::kFail);
    EXPECT_EQ(verdict.reason, "t has no scenario \"A\"; nearest: \"Ab\"");
  }
}

}  // namespace
}  // namespace harness
