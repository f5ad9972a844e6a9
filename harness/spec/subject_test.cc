#include "harness/spec/subject.h"

#include <gtest/gtest.h>

#include "harness/spec/requirement.h"

namespace harness {
namespace {

std::vector<Requirement> Require(const std::string& fact,
                                 const std::string& condition) {
  Requirement requirement;
  requirement.facts[fact] = {*ParseCondition(condition)};
  requirement.why = "because";
  return {requirement};
}

TEST(SubjectTest, CommandLineNamesValues) {
  absl::StatusOr<Subject> subject =
      ParseSubject("testprog=/go/testprog,pkg=main,version=1.19.8");
  ASSERT_TRUE(subject.ok()) << subject.status();
  EXPECT_EQ(subject->name, "testprog");
  EXPECT_EQ(subject->binary, "/go/testprog");
  EXPECT_EQ(subject->values["pkg"], "main");
  EXPECT_EQ(subject->values["version"], "1.19.8");
  EXPECT_EQ(subject->values["os"], "linux");
}

TEST(SubjectTest, SaysWhatASubjectLooksLike) {
  EXPECT_EQ(ParseSubject("testprog").status().message(),
            "bad subject \"testprog\"; expected NAME=BINARY[,KEY=VALUE...] or "
            "a file that ends in .json");
}

TEST(SubjectTest, TheProgramsFactsDoNotOverrideTheCommandLine) {
  Subject subject = *ParseSubject("t=/t,compiler=icc");
  ASSERT_TRUE(AddFacts(R"({"facts": {"compiler": "gcc", "sanitizer": "thread"},
                           "scenarios": [{"name": "A", "family": "f"}]})",
                       subject)
                  .ok());
  EXPECT_EQ(subject.values["compiler"], "icc");
  EXPECT_EQ(subject.values["sanitizer"], "thread");
  EXPECT_TRUE(subject.MayHave("A"));
  EXPECT_FALSE(subject.MayHave("B"));
  EXPECT_GT(subject.TimeFactor(), 1);
}

TEST(SubjectTest, ASubjectThatTellsNothingMayHaveAnything) {
  EXPECT_TRUE(MakeSubject("t", "/t", {}).MayHave("Anything"));
  EXPECT_EQ(MakeSubject("t", "/t", {}).TimeFactor(), 1);
}

TEST(SubjectTest, RubbishIsNoAnswer) {
  Subject subject = MakeSubject("t", "/t", {});
  EXPECT_EQ(AddFacts("usage: t NAME", subject).message(),
            "/t --list=json:1:1: error: not JSON: invalid literal; keys and "
            "texts stand in double quotes");
}

TEST(RequirementTest, AWordMustBeEqual) {
  EXPECT_EQ(FirstUnmet(Require("compiler", "gcc"), {{"compiler", "gcc"}}),
            std::nullopt);
  EXPECT_EQ(FirstUnmet(Require("compiler", "gcc"), {{"compiler", "clang"}}),
            "compiler is clang: because");
}

TEST(RequirementTest, AnUnknownFactEqualsNothing) {
  EXPECT_EQ(FirstUnmet(Require("compiler", "gcc"), {}),
            "compiler is unknown: because");
  EXPECT_EQ(FirstUnmet(Require("sanitizer", "!thread"), {}), std::nullopt);
  EXPECT_NE(FirstUnmet(Require("version", ">=1"), {}), std::nullopt);
}

TEST(RequirementTest, VersionsCompareNumberByNumber) {
  Variables facts = {{"version", "1.19.8-debian"}};
  EXPECT_EQ(FirstUnmet(Require("version", ">=1.9"), facts), std::nullopt);
  EXPECT_EQ(FirstUnmet(Require("version", "<=1.19.8"), facts), std::nullopt);
  EXPECT_NE(FirstUnmet(Require("version", "<1.19.8"), facts), std::nullopt);
  EXPECT_NE(FirstUnmet(Require("version", ">1.20"), facts), std::nullopt);
}

}  // namespace
}  // namespace harness
