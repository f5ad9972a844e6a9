// spec_test as GoogleTest's users meet it.

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "harness/cli/testing_folder.h"

namespace harness {
namespace {

using testing::AllOf;
using testing::HasSubstr;

class SpecBindingTest : public TestingFolder {
 protected:
  ProcessResult SpecTest(std::vector<std::string> args,
                         std::vector<std::string> env = {}) {
    args.insert(args.begin(), {"--specs", path_ + "/f"});
    return Run(SPEC_TEST, std::move(args), std::move(env));
  }
};

TEST_F(SpecBindingTest, EachSpecIsATestOfItsFamily) {
  WriteScript("Good", "exit 2", R"("ends": "exit 2")");
  WriteScript("Bad", "exit 3", R"("ends": "exit 2")");
  ProcessResult result = SpecTest({});
  EXPECT_EQ(result.exit_code, 1);
  EXPECT_THAT(result.output, AllOf(HasSubstr("[       OK ] F.Good"),
                                   HasSubstr("[  FAILED  ] F.Bad"),
                                   HasSubstr(path_ + "/f/Bad.json:1: Failure"),
                                   HasSubstr("expected exit 2, got exit 3")));
}

TEST_F(SpecBindingTest, SkipsWhereARequirementIsNotMet) {
  WriteScript("A", "exit 1",
              R"("ends": "exit 2", "requires": {"os": "plan9", "why": "w"})");
  ProcessResult result = SpecTest({});
  EXPECT_EQ(result.exit_code, 0);
  EXPECT_THAT(result.output, AllOf(HasSubstr("os is linux: w"),
                                   HasSubstr("[  SKIPPED ] F.A")));
}

TEST_F(SpecBindingTest, ShardsAndFiltersAreGoogleTests) {
  WriteScript("A", "exit 2", R"("ends": "exit 2")");
  WriteScript("B", "exit 2", R"("ends": "exit 2")");
  EXPECT_THAT(SpecTest({"--gtest_filter=F.B"}).output,
              HasSubstr("1 test from 1 test suite ran"));
  EXPECT_THAT(
      SpecTest({}, {"GTEST_TOTAL_SHARDS=2", "GTEST_SHARD_INDEX=0"}).output,
      HasSubstr("1 test from 1 test suite ran"));
}

TEST_F(SpecBindingTest, BrokenSpecsAreAFailingTestAndStatusTwo) {
  WriteScript("A", "exit 2", R"("ends": "exit 2")");
  Write("b", "");
  ProcessResult result = SpecTest({});
  EXPECT_EQ(result.exit_code, 2);
  EXPECT_THAT(result.output,
              AllOf(HasSubstr("b.json:1:1: error: empty file"),
                    HasSubstr("[  FAILED  ] Specs.AreReadable")));
}

}  // namespace
}  // namespace harness
