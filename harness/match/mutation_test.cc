#include "harness/match/mutation.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "harness/match/mutants.h"
#include "harness/spec/spec_loader.h"

namespace harness {
namespace {

using testing::Contains;
using testing::ElementsAre;

constexpr char kOutput[] =
    "ready\npanic: x\n\ngoroutine 7 [running]:\nmain.f()\n\t/src/m.go:3 +0x1\n";

ProcessResult Exit(int code, std::string output) {
  ProcessResult result;
  result.exit_code = code;
  result.output = std::move(output);
  return result;
}

std::vector<std::string> FailedBy(const std::string& members,
                                  const std::string& output = kOutput) {
  Subjects subjects;
  subjects["t"] = MakeSubject("t", "/bin/t", {});
  LoadedSpecs loaded;
  LoadSpecText("{\"scenario\":\"A\",\"subject\":\"t\"," + members + "}",
               "f/x.json", subjects, loaded);
  EXPECT_EQ(FormatDiagnostics(loaded.errors), "");
  std::vector<std::string> failed_by;
  for (const JudgedExpectation& one :
       Mutate(loaded.specs.at(0), subjects["t"], Exit(2, output))
           .expectations) {
    EXPECT_TRUE(one.finding.met) << one.finding.text;
    failed_by.push_back(one.failed_by);
  }
  return failed_by;
}

TEST(Mutate, NamesWhatMadeEachExpectationFail) {
  EXPECT_THAT(FailedBy(R"("wants": "panic: x", "never": "runtime: ",
                  "count": {"/^panic: /": 1}, "starts": "ready\n")"),
              ElementsAre("ending by exit 117", "losing all output",
                          "putting \"runtime: \" above line 1",
                          "losing all output", "losing all output"));
}

TEST(Mutate, FindsAnExpectationThatCanNotFail) {
  EXPECT_THAT(FailedBy(R"("never": "/a\\Ab/")"),
              ElementsAre("ending by exit 117", ""));
}

TEST(Mutate, ForbiddenTextsBetweenLines) {
  EXPECT_THAT(
      FailedBy(R"("lines": ["ready", {"not": "fatal"}, "panic"])"),
      ElementsAre("ending by exit 117", "losing all output",
                  "putting \"fatal\" above line 2", "losing all output"));
}

TEST(Mutate, StreamsThatAreKeptApart) {
  Subjects subjects;
  subjects["t"] = MakeSubject("t", "/bin/t", {});
  LoadedSpecs loaded;
  LoadSpecText(
      R"({"scenario":"A","subject":"t","wants":"both",)"
      R"("stdout":{"equals":"out 1\n"},"stderr":{"wants":"err","never":"x"}})",
      "f/x.json", subjects, loaded);
  ProcessResult result = Exit(2, "both");
  result.out = "out 1\n";
  result.err = "err\n";
  std::vector<std::string> failed_by;
  for (const JudgedExpectation& one :
       Mutate(loaded.specs.at(0), subjects["t"], result).expectations) {
    failed_by.push_back(one.failed_by);
  }
  EXPECT_THAT(failed_by, ElementsAre("ending by exit 117", "losing all output",
                                     "losing all output of stdout",
                                     "losing all output of stderr",
                                     "putting \"x\" above line 1 of stderr"));
}

TEST(Mutate, NothingPrintedCanBecomeSomething) {
  EXPECT_THAT(FailedBy(R"("equals": "")", ""),
              ElementsAre("ending by exit 117",
                          "putting \"panic: mutant\" above line 1"));
}

TEST(Mutants, ChangeOneThingEach) {
  std::vector<std::string> outputs;
  ForEachMutant(Exit(2, "a 1\nb\n"), 0, {"i"}, [&](const Mutant& mutant) {
    outputs.push_back(mutant.what + ": " + mutant.result.output);
    return false;
  });
  EXPECT_THAT(
      outputs,
      ElementsAre("ending by exit 117: a 1\nb\n", "ending by exit 0: a 1\nb\n",
                  "ending by SIGKILL: a 1\nb\n", "ending by timeout: a 1\nb\n",
                  "losing all output: ", "dropping line 1: b\n",
                  "doubling line 1: a 1\na 1\nb\n",
                  "swapping line 1 with the next: b\na 1\n",
                  "ending the output before line 1: ",
                  "changing numbers of line 1: a 2\nb\n",
                  "changing a word of line 1: q 1\nb\n",
                  "dropping line 2: a 1\n", "doubling line 2: a 1\nb\nb\n",
                  "ending the output before line 2: a 1\n",
                  "changing a word of line 2: a 1\nq\n",
                  "putting \"i\" above line 1: i\na 1\nb\n",
                  "putting \"i\" above line 2: a 1\ni\nb\n",
                  "putting \"i\" above line 3: a 1\nb\ni\n"));
}

TEST(Mutants, ReportsAreLostAndDoubledWhole) {
  std::vector<std::string> outputs;
  ForEachMutant(Exit(2, kOutput), 0, {}, [&](const Mutant& mutant) {
    outputs.push_back(mutant.result.output);
    return false;
  });
  const std::string report = std::string(kOutput).substr(6);
  EXPECT_THAT(outputs, Contains("ready\n"));
  EXPECT_THAT(outputs, Contains("ready\n" + report + "\n" + report));
}

TEST(Mutants, LongOutputsAreSampled) {
  std::string output;
  for (int i = 0; i < 10 * kMaxMutatedLines; ++i) output += "line\n";
  const int visited = ForEachMutant(Exit(2, output), 0, {},
                                    [](const Mutant&) { return false; });
  EXPECT_LE(visited, 6 * kMaxMutatedLines + 5);
  EXPECT_GT(visited, 2 * kMaxMutatedLines);
}

}  // namespace
}  // namespace harness
