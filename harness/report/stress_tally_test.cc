#include "harness/report/stress_tally.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "harness/match/judge.h"
#include "harness/report/signature.h"
#include "harness/spec/spec_loader.h"

namespace harness {
namespace {

using testing::SizeIs;

RunRecord RunOf(int exit_code, const std::string& output) {
  Subjects subjects;
  subjects["t"] = MakeSubject("t", "/b/t", {});
  LoadedSpecs loaded;
  LoadSpecText(R"({"scenario": "A", "subject": "t", "wants": "panic: x"})",
               "f/x.json", subjects, loaded);
  RunRecord run;
  run.spec = loaded.specs.at(0);
  run.result.exit_code = exit_code;
  run.result.output = output;
  run.ran = true;
  run.verdict = Judge(run.spec, subjects["t"], run.result);
  return run;
}

std::string Report(int id, const std::string& value,
                   const std::string& function) {
  return "panic: " + value + "\n\ngoroutine " + std::to_string(id) +
         " [running]:\npanic(...)\n\t/r/panic.h:9\n" + function + "(0x" +
         std::to_string(id) +
         ")\n\t/src/m.cc:3 +0x1\nmain.main()\n"
         "\t/src/m.cc:9 +0x1\n";
}

TEST(Signature, SaysWhatWasUnmetHowItEndedAndWhereItDied) {
  EXPECT_EQ(FailureSignature(RunOf(0, "")), "FAIL ends exit 2, exit 0");
  EXPECT_EQ(FailureSignature(RunOf(2, "out\n" + Report(7, "y 93", "main.f"))),
            "FAIL wants \"panic: x\", exit 2, panic: y N at main.f < "
            "main.main");
}

TEST(Signature, NumbersDoNotPartButNamesDo) {
  const std::string one =
      FailureSignature(RunOf(2, Report(7, "(main.T) 0xc00001", "main.f")));
  EXPECT_EQ(one, FailureSignature(
                     RunOf(2, Report(8, "(main.T) 0xdeadbeef", "main.f"))));
  EXPECT_NE(one, FailureSignature(
                     RunOf(2, Report(7, "(main.T) 0xc00001", "main.g"))));
  EXPECT_NE(one, FailureSignature(
                     RunOf(3, Report(7, "(main.T) 0xc00001", "main.f"))));
}

TEST(StressTally, GroupsFailuresAndCountsThem) {
  StressTally tally("f/A");
  for (int i = 0; i < 994; ++i) {
    EXPECT_EQ(tally.Add(RunOf(2, "panic: x\n")), nullptr);
  }
  EXPECT_NE(tally.Add(RunOf(0, "panic: x\n")), nullptr);
  FailureGroup* other = tally.Add(RunOf(2, Report(1, "y", "main.f")));
  ASSERT_NE(other, nullptr);
  other->kept_file = "out/f/A.1.txt";
  for (int id = 2; id <= 5; ++id) {
    EXPECT_EQ(tally.Add(RunOf(2, Report(id, "y", "main.f"))), nullptr);
  }
  EXPECT_EQ(FormatStress(tally, Style()),
            R"text(f/A: 6 of 1000 runs failed: 0.6 %
  95 % interval  0.22 % to 1.3 % (Clopper-Pearson)
  to see one     498 runs, with 95 % confidence
       5 x  FAIL wants "panic: x", exit 2, panic: y at main.f < main.main
            first kept in out/f/A.1.txt
       1 x  FAIL ends exit 2, exit 0, panic: x
)text");
}

TEST(StressTally, NoFailureIsNoProof) {
  StressTally tally("f/A");
  for (int i = 0; i < 1000; ++i) tally.Add(RunOf(2, "panic: x\n"));
  EXPECT_EQ(FormatStress(tally, Style()),
            R"text(f/A: 0 of 1000 runs failed: 0 %
  95 % interval  0 % to 0.368 % (Clopper-Pearson)
  to see 0.1 %   2995 runs, with 95 % confidence
)text");
}

TEST(StressTally, WhatDidNotRunIsNoFailure) {
  StressTally tally("f/A");
  RunRecord run;
  run.verdict = VerdictWithoutRun(Outcome::kUnresolved, "/t: no such file");
  tally.Add(run);
  EXPECT_EQ(FormatStress(tally, Style()),
            R"text(f/A: 1 of 1 run could not be decided; nothing is known
       1 x  UNRESOLVED /t: no such file
)text");
}

TEST(StressTally, KindsOfFailureAreBounded) {
  StressTally tally("f/A");
  for (int i = 0; i < 500; ++i) {
    const std::string name = "k" +
                             std::string(1, static_cast<char>('a' + i % 26)) +
                             static_cast<char>('a' + i / 26);
    tally.Add(RunOf(2, Report(1, name, "main.f")));
  }
  EXPECT_THAT(tally.Groups(), SizeIs(StressTally::kMaxGroups + 1));
  EXPECT_EQ(tally.Groups().front().count, 450);
}

}  // namespace
}  // namespace harness
