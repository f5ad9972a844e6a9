// `lastwords stress` as its users meet it.

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "harness/cli/testing_folder.h"

namespace harness {
namespace {

using testing::AllOf;
using testing::HasSubstr;
using testing::Not;
using testing::StartsWith;

class StressCommandTest : public TestingFolder {
 protected:
  ProcessResult Stress(std::vector<std::string> args) {
    args.insert(args.begin(), {"stress", "--output-dir", path_ + "/kept"});
    return Run(LASTWORDS, std::move(args));
  }

  // Fails in every `period`th of its runs, whatever their order.
  void WriteFlake(int period) {
    const std::string count = path_ + "/count";
    WriteScript("Flake",
                "echo >>" + count + "; n=$(wc -l <" + count +
                    "); echo run; [ $((n % " + std::to_string(period) +
                    ")) != 0 ]",
                R"("ends": "exit 0")");
  }
};

TEST_F(StressCommandTest, SaysHowOftenItFails) {
  WriteFlake(20);
  ProcessResult result = Stress({"--runs", "100", "--jobs", "1"});
  EXPECT_EQ(result.exit_code, 1);
  EXPECT_THAT(
      result.output,
      AllOf(HasSubstr("FAIL f/Flake\n"), HasSubstr("  again     (cd "),
            HasSubstr("\nf/Flake: 5 of 100 runs failed: 5 %\n"
                      "  95 % interval  1.64 % to 11.3 % (Clopper-Pearson)\n"
                      "  to see one     59 runs, with 95 % confidence\n"
                      "       5 x  FAIL ends exit 0, exit 1\n"
                      "            first kept in " +
                      path_ + "/kept/f/Flake.stress-1.txt\n100 runs in ")));
  EXPECT_TRUE(std::filesystem::exists(path_ + "/kept/f/Flake.stress-1.txt"));
}

TEST_F(StressCommandTest, StopsAtTheFirstFailureWhenAskedTo) {
  WriteFlake(5);
  ProcessResult result =
      Stress({"--runs", "100", "--jobs", "1", "--until-failure"});
  EXPECT_EQ(result.exit_code, 1);
  // Runs that were already under way are counted still.
  EXPECT_THAT(result.output, Not(HasSubstr("100 runs in ")));
}

TEST_F(StressCommandTest, NoFailureIsStatusZero) {
  WriteScript("A", "exit 2", R"("ends": "exit 2")");
  WriteScript("B", "exit 2", R"("ends": "exit 2")");
  ProcessResult result = Stress({"--runs", "30"});
  EXPECT_EQ(result.exit_code, 0);
  EXPECT_THAT(result.output,
              StartsWith("f/A: 0 of 30 runs failed: 0 %\n"
                         "  95 % interval  0 % to 11.6 % (Clopper-Pearson)\n"
                         "  to see 0.1 %   2995 runs, with 95 % confidence\n"
                         "f/B: 0 of 30 runs failed: 0 %\n"));
  EXPECT_THAT(result.output, HasSubstr("\n60 runs in "));
  EXPECT_THAT(result.output, Not(HasSubstr("\x1b")));
}

TEST_F(StressCommandTest, EndsWithItsTime) {
  WriteScript("A", "exit 2", R"("ends": "exit 2")");
  ProcessResult result = Stress({"--for", "1ms"});
  EXPECT_EQ(result.exit_code, 0);
  EXPECT_THAT(result.output, HasSubstr(" failed: 0 %\n"));
}

TEST_F(StressCommandTest, BadUsageIsStatusTwo) {
  WriteScript("A", "exit 2", R"("ends": "exit 2")");
  ProcessResult result = Stress({"--for", "soon"});
  EXPECT_EQ(result.exit_code, 2);
  EXPECT_EQ(result.output,
            "lastwords: error: bad --for \"soon\"; expected a time such as "
            "90s or 10m\n");
  EXPECT_EQ(Stress({"--runs", "0"}).exit_code, 2);
}

TEST_F(StressCommandTest, WhatASubjectDoesNotHaveIsSkipped) {
  const std::string prog = path_ + "/prog";
  std::ofstream(prog) << "#!/bin/sh\n"
                         "[ \"$1\" = --list=json ] || exit 64\n"
                         "echo '{\"facts\": {\"scenarios\": \"some\"}, "
                         "\"scenarios\": [{\"name\": \"Apple\"}]}'\n";
  std::filesystem::permissions(prog, std::filesystem::perms::owner_all);
  Write("a", R"({"subject": "p", "scenario": "Pear", "ends": "exit 0"})");
  const ProcessResult result =
      Run(LASTWORDS, {"stress", "--runs", "3", "--subject", "p=" + prog});
  EXPECT_EQ(result.exit_code, 2);
  EXPECT_EQ(result.output,
            "SKIP f/Pear: p has no such scenario\n"
            "lastwords: error: every spec was skipped, so that nothing ran\n");
}

}  // namespace
}  // namespace harness
