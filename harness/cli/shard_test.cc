// Dealing tests to shards, from values, and as the users of both programs meet
// it: what ran is written down by the subjects themselves.

#include "harness/cli/shard.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <algorithm>
#include <fstream>
#include <set>
#include <string>
#include <utility>
#include <vector>

#include "absl/strings/str_cat.h"
#include "harness/cli/testing_folder.h"

namespace harness {
namespace {

using testing::ElementsAreArray;
using testing::HasSubstr;
using testing::StartsWith;

constexpr int kMostShards = 16;

std::vector<std::string> Names(int count) {
  std::vector<std::string> names;
  for (int i = 0; i < count; ++i) names.push_back(absl::StrCat("f/Test", i));
  return names;
}

TEST(ShardTest, EveryTestIsInExactlyOneShardAndTheShardsAreEven) {
  for (const int count : {0, 1, 15, 16, 17, 341}) {
    const std::vector<std::string> names = Names(count);
    for (int total = 1; total <= kMostShards; ++total) {
      std::multiset<std::string> all;
      for (int index = 1; index <= total; ++index) {
        const std::set<std::string> mine = NamesOfShard(names, {index, total});
        const int size = static_cast<int>(mine.size());
        EXPECT_GE(size, count / total);
        EXPECT_LE(size, (count + total - 1) / total);
        all.insert(mine.begin(), mine.end());
      }
      EXPECT_EQ(all, std::multiset<std::string>(names.begin(), names.end()));
    }
  }
}

TEST(ShardTest, TheOrderOfTheTestsDoesNotMatter) {
  std::vector<std::string> names = Names(100);
  const std::set<std::string> mine = NamesOfShard(names, {2, 3});
  std::reverse(names.begin(), names.end());
  EXPECT_EQ(NamesOfShard(names, {2, 3}), mine);
  std::rotate(names.begin(), names.begin() + 41, names.end());
  EXPECT_EQ(NamesOfShard(names, {2, 3}), mine);
}

// Every machine must deal alike, today and after an update.
TEST(ShardTest, TheHashIsFixed) {
  EXPECT_THAT(NamesOfShard(Names(9), {1, 3}),
              ElementsAreArray({"f/Test1", "f/Test7", "f/Test8"}));
}

// Every second row is of one kind: each half gets some of both.
TEST(ShardTest, RowsOfATableAreMixed) {
  int even = 0;
  for (const std::string& name : NamesOfShard(Names(100), {1, 2})) {
    even += (name.back() - '0') % 2 == 0 ? 1 : 0;
  }
  EXPECT_GT(even, 15);
  EXPECT_LT(even, 35);
}

TEST(ShardTest, ReadsTwoNumbers) {
  const absl::StatusOr<Shard> shard = ParseShard("2/16");
  ASSERT_TRUE(shard.ok()) << shard.status();
  EXPECT_EQ(shard->index, 2);
  EXPECT_EQ(shard->total, 16);
}

TEST(ShardTest, RefusesEverythingElse) {
  for (const char* text :
       {"", "/", "1", "1/", "/2", "a/2", "1/b", "1/2/3", "-1/2", "+1/2", " 1/2",
        "1/2 ", "1.0/2", "1/-2", "1/99999999999999999999"}) {
    EXPECT_THAT(std::string(ParseShard(text).status().message()),
                HasSubstr("expected i/n"))
        << text;
  }
  EXPECT_EQ(ParseShard("4/3").status().message(),
            "bad --shard \"4/3\"; the first number must be from 1 to 3");
  EXPECT_EQ(ParseShard("0/3").status().message(),
            "bad --shard \"0/3\"; the first number must be from 1 to 3");
  EXPECT_EQ(ParseShard("0/0").status().message(),
            "bad --shard \"0/0\"; there must be a shard at least");
}

class ShardCommandTest : public TestingFolder {
 protected:
  // Each of the tests writes its name into a file as it runs.
  void WriteTests() {
    for (const std::string& name : names_) {
      WriteScript(name, absl::StrCat("echo ", name, " >>", path_, "/ran"),
                  R"("ends": "exit 0")");
    }
  }

  // No testprog: asking it what it has costs more than the tests do.
  ProcessResult RunShard(const std::string& program,
                         std::vector<std::string> args,
                         std::vector<std::string> env = {}) {
    env.push_back("LASTWORDS_TESTPROG=/none");
    return Run(program, std::move(args), std::move(env));
  }

  // What ran since the last call, sorted.
  std::vector<std::string> Ran() {
    std::ifstream file(path_ + "/ran");
    std::vector<std::string> ran;
    for (std::string line; std::getline(file, line);) ran.push_back(line);
    std::filesystem::remove(path_ + "/ran");
    std::sort(ran.begin(), ran.end());
    return ran;
  }

  const std::vector<std::string> names_ = {"A", "B", "C", "D", "E", "F", "G"};
};

TEST_F(ShardCommandTest, RunRunsEachTestOnceOverAllShards) {
  WriteTests();
  for (int total = 1; total <= kMostShards; ++total) {
    for (int index = 1; index <= total; ++index) {
      const ProcessResult result = RunShard(
          LASTWORDS, {"run", "--shard", absl::StrCat(index, "/", total)});
      EXPECT_EQ(result.exit_code, 0) << result.output;
    }
    EXPECT_THAT(Ran(), ElementsAreArray(names_)) << total << " shards";
  }
}

TEST_F(ShardCommandTest, GoogleTestsShardsRunEachSpecOnce) {
  WriteTests();
  for (int total = 1; total <= kMostShards; ++total) {
    for (int index = 0; index < total; ++index) {
      const ProcessResult result =
          RunShard(SPEC_TEST, {},
                   {absl::StrCat("GTEST_TOTAL_SHARDS=", total),
                    absl::StrCat("GTEST_SHARD_INDEX=", index)});
      EXPECT_EQ(result.exit_code, 0) << result.output;
    }
    EXPECT_THAT(Ran(), ElementsAreArray(names_)) << total << " shards";
  }
}

TEST_F(ShardCommandTest, WhatIsSelectedIsDealt) {
  WriteTests();
  RunShard(LASTWORDS, {"run", "-k", "f/A", "-k", "f/B", "--shard", "1/2"});
  EXPECT_EQ(Ran().size(), 1u);
  RunShard(LASTWORDS, {"run", "-k", "f/A", "-k", "f/B", "--shard", "2/2"});
  EXPECT_EQ(Ran().size(), 1u);
}

TEST_F(ShardCommandTest, AShardWithoutTestsIsNoFailure) {
  WriteTests();
  const ProcessResult result =
      RunShard(LASTWORDS, {"run", "-k", "f/A", "--shard", "2/2"});
  EXPECT_EQ(result.exit_code, 0);
  EXPECT_THAT(result.output, StartsWith("nothing ran in "));
}

TEST_F(ShardCommandTest, AWrongShardIsStatusTwoBeforeAnythingRuns) {
  WriteTests();
  const ProcessResult result = RunShard(LASTWORDS, {"run", "--shard", "0/3"});
  EXPECT_EQ(result.exit_code, 2);
  EXPECT_EQ(result.output,
            "lastwords: error: bad --shard \"0/3\"; the first number must be "
            "from 1 to 3\n");
  EXPECT_THAT(Ran(), testing::IsEmpty());
}

}  // namespace
}  // namespace harness
