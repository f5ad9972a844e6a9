#include "harness/spec/subject.h"

#include <gtest/gtest.h>
#include <unistd.h>

#include <filesystem>
#include <fstream>
#include <string>

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

TEST(SubjectTest, AValueIsGivenOnce) {
  EXPECT_EQ(ParseSubject("zz=p/prog,pkg=a,pkg=b").status().message(),
            "bad subject \"zz=p/prog,pkg=a,pkg=b\"; \"pkg\" is given twice");
}

// What is wrong with a subject's file that has this text.
std::string ErrorOfFile(const std::string& text) {
  const std::filesystem::path file =
      std::filesystem::temp_directory_path() /
      ("subject_test." + std::to_string(getpid()) + ".json");
  std::ofstream(file) << text;
  std::string error(ParseSubject(file.string()).status().message());
  std::filesystem::remove(file);
  const size_t at = error.find(file.string());
  return at == 0 ? error.substr(file.string().size()) : error;
}

TEST(SubjectTest, WhatIsOfNoUseInAFileIsAnError) {
  EXPECT_EQ(ErrorOfFile(R"({"name":"a","binary":"b","values":{"x":1}})"), "");
  EXPECT_EQ(ErrorOfFile(R"({"name":"a","binary":"b","values":5})"),
            ":1:35: error: expected an object, got an integer");
  EXPECT_EQ(ErrorOfFile(R"({"name":5,"binary":"b"})"),
            ":1:9: error: expected a string, got an integer");
  EXPECT_EQ(ErrorOfFile(R"({"name":"a"})"),
            ":1:1: error: a subject needs a \"name\" and a \"binary\"");
}

TEST(SubjectTest, AnAnswerOfAnotherFormIsAnError) {
  Subject subject = MakeSubject("t", "/t", {});
  EXPECT_EQ(AddFacts(R"({"facts":["a"]})", subject).message(),
            "/t --list=json:1:10: error: expected an object, got an array");
  EXPECT_EQ(AddFacts(R"({"scenarios":{"A":"f"}})", subject).message(),
            "/t --list=json:1:14: error: expected an array, got an object");
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
