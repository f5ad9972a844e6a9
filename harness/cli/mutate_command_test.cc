// `lastwords mutate` as its users meet it.

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "harness/cli/testing_folder.h"

namespace harness {
namespace {

using MutateCommandTest = TestingFolder;

TEST_F(MutateCommandTest, ASpecThatCanFailInAllIsStatusZero) {
  WriteScript("A", "echo panic: x; exit 2",
              R"("wants": "panic: x", "never": "runtime: ")");
  ProcessResult result = Run(LASTWORDS, {"mutate"});
  EXPECT_EQ(result.exit_code, 0);
  EXPECT_EQ(result.output, "1 specs, 3 expectations, 0 that can not fail\n");
}

TEST_F(MutateCommandTest, AnExpectationThatCanNotFailIsStatusOne) {
  WriteScript("A", "echo x; exit 2", R"("never": "/a\\Ab/")");
  ProcessResult result = Run(LASTWORDS, {"mutate"});
  EXPECT_EQ(result.exit_code, 1);
  const std::string file = path_ + "/f/A.json";
  EXPECT_EQ(result.output,
            file +
                ":1:75: error: f/A: never /a\\Ab/: can not fail: none of 13 "
                "changes made it\n1 specs, 2 expectations, 1 that can not "
                "fail\n");
}

TEST_F(MutateCommandTest, ShowsWhatMadeEachFail) {
  WriteScript("A", "echo x; exit 2", R"("wants": "x")");
  ProcessResult result = Run(LASTWORDS, {"mutate", "--verbose"});
  const std::string file = path_ + "/f/A.json";
  EXPECT_EQ(result.exit_code, 0);
  EXPECT_EQ(result.output,
            file +
                ":1:1: ok: f/A: ends exit 2: failed by ending by exit 117\n" +
                file +
                ":1:75: ok: f/A: wants \"x\": failed by losing all output\n"
                "1 specs, 2 expectations, 0 that can not fail\n");
}

TEST_F(MutateCommandTest, OfASpecThatDoesNotPassNothingIsKnown) {
  WriteScript("A", "exit 3", R"("ends": "exit 2")");
  ProcessResult result = Run(LASTWORDS, {"mutate"});
  EXPECT_EQ(result.exit_code, 2);
  EXPECT_THAT(result.output,
              testing::HasSubstr(": error: f/A: does not pass, so nothing can "
                                 "be said of it: ends: expected exit 2, got "
                                 "exit 3\n"));
}

TEST_F(MutateCommandTest, OfAnExpectedFailureNothingIsWanted) {
  WriteScript("A", "exit 3",
              R"("ends": "exit 2",
                 "xfail": {"issue": "#7", "until": "9999-12-31"})");
  ProcessResult result = Run(LASTWORDS, {"mutate"});
  EXPECT_EQ(result.exit_code, 0);
  EXPECT_EQ(result.output,
            "SKIP f/A: fails, as is expected of it\n"
            "1 specs, 0 expectations, 0 that can not fail\n");
}

}  // namespace
}  // namespace harness
