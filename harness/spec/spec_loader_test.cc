#include "harness/spec/spec_loader.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <unistd.h>

#include <csignal>
#include <filesystem>
#include <fstream>

namespace harness {
namespace {

using testing::ElementsAre;
using testing::HasSubstr;
using testing::IsEmpty;
using testing::Pair;

Subjects Testprog() {
  Subjects subjects;
  subjects["testprog"] = MakeSubject("testprog", "/bin/testprog", {});
  return subjects;
}

std::vector<Spec> Load(const std::string& text) {
  LoadedSpecs loaded;
  LoadSpecText(text, "specs/family/file.json", Testprog(), loaded);
  EXPECT_EQ(FormatDiagnostics(loaded.errors), "");
  return loaded.specs;
}

// A folder that is gone when the test is.
class SpecFolder : public testing::Test {
 protected:
  SpecFolder()
      : path_(std::filesystem::temp_directory_path() /
              ("spec_loader_test." + std::to_string(getpid()))) {
    std::filesystem::create_directories(path_);
  }
  ~SpecFolder() override { std::filesystem::remove_all(path_); }

  std::string Write(const std::string& name, const std::string& text) {
    std::filesystem::path file = path_ / name;
    std::filesystem::create_directories(file.parent_path());
    std::ofstream(file) << text;
    return file.string();
  }
  std::string Errors(const std::string& path) {
    return FormatDiagnostics(
        LoadSpecs(ReadSpecFiles({path}), Testprog()).errors);
  }

  std::filesystem::path path_;
};

TEST(SpecLoaderTest, SmallestSpecHasTheDefaults) {
  std::vector<Spec> specs = Load(R"({"scenario": "A", "ends": "exit 2"})");
  ASSERT_EQ(specs.size(), 1u);
  EXPECT_EQ(specs[0].Id(), "family/A");
  EXPECT_THAT(specs[0].args, ElementsAre("A"));
  EXPECT_EQ(specs[0].limits.time_ms, 10'000);
  EXPECT_EQ(specs[0].repeat, 1);
  EXPECT_FALSE(specs[0].extras);
  EXPECT_EQ(specs[0].ends, (Ends{Ends::Kind::kExit, 2}));
  EXPECT_EQ(specs[0].ends_where, (Position{1, 27}));
}

TEST(SpecLoaderTest, ReadsEveryKey) {
  std::vector<Spec> specs = Load(R"({
    "scenario": "A", "name": "Named", "args": ["-v", ""],
    "subject": "testprog", "env": { "GOMAXPROCS": "1", "EMPTY": "" },
    "stdin": "in\n", "ends": "SIGTERM", "wants": ["w1", "w2"], "never": "n",
    "starts": "s", "finishes": "f", "fatal": "g", "count": { "c": 3 },
    "lines": ["l1", "/l2$/"], "limits": { "time_ms": 5, "memory_bytes": 9 },
    "repeat": 7, "xfail": {"issue": "i", "until": "2030-01-31"},
    "extras": true, "why": "y", "source": "z", "tags": ["t"],
    "requires": { "compiler": ["gcc", "!clang"], "why": "r" } })");
  ASSERT_EQ(specs.size(), 1u);
  const Spec& spec = specs[0];
  EXPECT_EQ(spec.Id(), "family/Named");
  EXPECT_THAT(spec.args, ElementsAre("A", "-v", ""));
  EXPECT_THAT(spec.env,
              ElementsAre(Pair("EMPTY", ""), Pair("GOMAXPROCS", "1")));
  EXPECT_EQ(spec.stdin_text, "in\n");
  EXPECT_EQ(spec.ends, (Ends{Ends::Kind::kSignal, SIGTERM}));
  EXPECT_EQ(spec.expectations.size(), 9u);
  EXPECT_EQ(spec.expectations[0].where, (Position{4, 51}));
  EXPECT_EQ(spec.limits.time_ms, 5);
  EXPECT_EQ(spec.limits.memory_bytes, 9u);
  EXPECT_EQ(spec.repeat, 7);
  EXPECT_EQ(spec.xfail->until, "2030-01-31");
  EXPECT_TRUE(spec.extras);
  EXPECT_THAT(spec.tags, ElementsAre("t"));
  EXPECT_EQ(spec.requirements.size(), 1u);
}

TEST(SpecLoaderTest, ExpandsTheSubjectsVariables) {
  std::vector<Spec> specs =
      Load(R"({"scenario": "A", "wants": ["$pkg.A", "/$pkg.A$/", "$$1 $"]})");
  ASSERT_EQ(specs[0].expectations.size(), 3u);
  EXPECT_EQ(specs[0].expectations[0].pattern->text(), "testprog.A");
  EXPECT_EQ(specs[0].expectations[1].pattern->text(), "testprog.A$");
  EXPECT_EQ(specs[0].expectations[2].pattern->text(), "$1 $");
}

TEST(SpecLoaderTest, ATableMakesOneTestOfEachRow) {
  std::vector<Spec> specs = Load(
      R"({"scenario": "panicCustom$k", "cases": {"Int": 93, "Bool": "true"},
               "starts": "panic: $pkg.My$k($v)\n"})");
  ASSERT_EQ(specs.size(), 2u);
  EXPECT_EQ(specs[0].name, "panicCustomInt");
  EXPECT_EQ(specs[1].expectations[0].pattern->text(),
            "panic: testprog.MyBool(true)\n");
}

TEST(SpecLoaderTest, ARowOfAnObjectNamesItsVariables) {
  std::vector<Spec> specs =
      Load(R"({"scenario": "A", "cases": {"one": {"procs": 1, "text": "x"}},
               "env": {"GOMAXPROCS": "$procs"}, "wants": "${text}y"})");
  ASSERT_EQ(specs.size(), 1u);
  EXPECT_EQ(specs[0].Id(), "family/A/one");  // nothing else names the row
  EXPECT_EQ(specs[0].env["GOMAXPROCS"], "1");
  EXPECT_EQ(specs[0].expectations[0].pattern->text(), "xy");
}

TEST(SpecLoaderTest, ReadsSteps) {
  std::vector<Spec> specs = Load(R"({"scenario": "A", "cases": {"one": "1"},
    "steps": [{"wait": "go $v"}, {"send": "SIGQUIT"}, {"input": "i$v\n"},
              {"wait": "/^x$/"}, {"close_stdin": true}]})");
  ASSERT_EQ(specs.size(), 1u);
  const std::vector<SpecStep>& steps = specs[0].steps;
  ASSERT_EQ(steps.size(), 5u);
  EXPECT_EQ(steps[0].pattern->text(), "go 1");
  EXPECT_EQ(steps[0].where, (Position{2, 24}));
  EXPECT_EQ(steps[1].signal, SIGQUIT);
  EXPECT_EQ(steps[2].text, "i1\n");
  EXPECT_TRUE(steps[3].pattern->is_regex());
  EXPECT_EQ(steps[4].act, SpecStep::Act::kCloseStdin);
}

TEST(SpecLoaderTest, AnExpressionIsAwaitedInWholeLines) {
  auto find = [](const std::string& written, std::string_view heard) {
    return FindAwaited(
        *TextPattern::Parse(written, TextPattern::Place::kAnywhere, {}), heard);
  };
  EXPECT_EQ(find("/^read$/", "read"), std::string_view::npos);
  EXPECT_EQ(find("/^read$/", "ready\nread\n"), 10u);
  EXPECT_EQ(find("name? ", "name? "), 6u);
}

TEST(SpecLoaderTest, AFileWithoutScenarioNamesTheTest) {
  EXPECT_EQ(Load(R"({"args": ["--help"], "ends": "exit 0"})")[0].Id(),
            "family/file");
}

TEST_F(SpecFolder, ReadsDirectoriesInOrderAndOnce) {
  Write("b/two.json", R"({"scenario": "Two", "ends": "crash"})");
  Write("a/one.json", R"([{"scenario": "One", "ends": "crash"}])");
  Write("schema.json", "no spec");
  Write("a/readme.txt", "no spec");
  LoadedSpecs loaded = LoadSpecs(
      ReadSpecFiles({path_.string(), (path_ / "a").string()}), Testprog());
  ASSERT_THAT(loaded.errors, IsEmpty());
  ASSERT_EQ(loaded.specs.size(), 2u);
  EXPECT_EQ(loaded.specs[0].Id(), "a/One");
  EXPECT_EQ(loaded.specs[1].Id(), "b/Two");
}

TEST_F(SpecFolder, TellsTheSubjectsBeforeAnythingIsKnownOfThem) {
  Write("a.json", R"([{"scenario": "A"}, {"subject": "mine", "wrong": 1}])");
  Write("b.json", R"({"subject": "yours"})");
  Write("c.json", R"({"subject": 7})");
  Write("d.json", "no JSON");
  EXPECT_THAT(SubjectsOf(ReadSpecFiles({path_.string()})),
              ElementsAre("", "mine", "testprog", "yours"));
  EXPECT_THAT(SubjectsOf(ReadSpecFiles({(path_ / "b.json").string()})),
              ElementsAre("yours"));
}

TEST_F(SpecFolder, ReportsADirectoryWithoutSpecs) {
  EXPECT_EQ(Errors(path_.string()),
            path_.string() +
                ": error: no spec in this directory or below it; expected "
                "files named *.json\n");
}

TEST_F(SpecFolder, ReportsAMissingFileWithItsNeighbour) {
  Write("panic.json", "");
  EXPECT_EQ(Errors((path_ / "panik.json").string()),
            (path_ / "panik.json").string() +
                ": error: no such file or directory; did you mean \"" +
                (path_ / "panic.json").string() + "\"?\n");
}

TEST_F(SpecFolder, ReportsTwoTestsOfOneName) {
  std::string a = Write("f/a.json", R"({"scenario": "X", "ends": "crash"})");
  std::string b = Write("f/b.json", R"( {"scenario": "X", "ends": "crash"})");
  EXPECT_EQ(Errors(path_.string()),
            b + ":1:2: error: duplicate test name \"f/X\"; first at " + a +
                ":1:1; give one of them a \"name\"\n");
}

TEST_F(SpecFolder, ReportsTheErrorsOfAllFilesAtOnce) {
  Write("f/a.json", "");
  Write("f/b.json", "[]");
  std::string errors = Errors(path_.string());
  EXPECT_THAT(errors, HasSubstr("a.json:1:1: error: empty file"));
  EXPECT_THAT(errors, HasSubstr("b.json:1:1: error: empty array"));
}

TEST(EndsTest, RealTimeSignalsHaveNames) {
  EXPECT_EQ(*ParseEnds("SIGRTMIN"), (Ends{Ends::Kind::kSignal, SIGRTMIN}));
  EXPECT_EQ(*ParseSignal("SIGRTMIN+3"), SIGRTMIN + 3);
  EXPECT_EQ(*ParseSignal("SIGRTMAX-1"), SIGRTMAX - 1);
  EXPECT_EQ(SignalName(SIGRTMIN + 3), "SIGRTMIN+3");
  EXPECT_EQ(*ParseSignal(SignalName(SIGRTMAX)), SIGRTMAX);
  for (const char* name :
       {"SIGRTMIN+31", "SIGRTMIN+0", "SIGRTMIN-1", "SIGRT"}) {
    EXPECT_FALSE(ParseSignal(name).ok()) << name;
  }
  EXPECT_EQ(SignalName(77), "signal 77");
}

}  // namespace
}  // namespace harness
