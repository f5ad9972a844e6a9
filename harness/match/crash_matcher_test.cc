#include "harness/match/crash_matcher.h"

#include <gtest/gtest.h>

#include <string>
#include <vector>

#include "harness/match/judge.h"
#include "harness/spec/spec_loader.h"

namespace harness {
namespace {

constexpr char kChain[] =
    "panic: first [recovered]\n\tpanic: second\n\n"
    "goroutine 7 [running]:\n"
    "panic({0x1, 0x2})\n\t/src/panic.go:88 +0x65\n"
    "main.f.func1()\n\t/src/main.go:4 +0x3\n"
    "panic({0x1, 0x2})\n\t/src/panic.go:88 +0x65\n"
    "main.f(...)\n\t/src/main.go:9\n"
    "created by main.main in goroutine 1\n\t/src/main.go:3 +0x1d\n";

constexpr char kDeadlock[] =
    "fatal error: all goroutines are asleep - deadlock!\n\n"
    "goroutine 1 [semacquire]:\n"
    "main.main()\n\t/src/main.go:4 +0x3\n\n"
    "goroutine 6 [chan receive, locked to thread]:\n"
    "main.wait()\n\t/src/main.go:8 +0x3\n"
    "created by main.main in goroutine 1\n\t/src/main.go:3 +0x1d\n\n"
    "goroutine 7 [chan receive]:\n"
    "main.wait()\n\t/src/main.go:8 +0x3\n"
    "created by main.spawn in goroutine 6\n\t/src/main.go:3 +0x1d\n";

// All findings but `ends`.
std::vector<Finding> Findings(const std::string& members,
                              const std::string& output) {
  Subjects subjects;
  subjects["t"] = MakeSubject("t", "/bin/t", {});
  LoadedSpecs loaded;
  LoadSpecText(R"({"subject":"t","args":[],)" + members + "}", "f/x.json",
               subjects, loaded);
  EXPECT_EQ(FormatDiagnostics(loaded.errors), "") << members;
  if (!loaded.errors.empty()) return {Finding{}};
  ProcessResult result;
  result.exit_code = 2;
  result.output = output;
  std::vector<Finding> findings =
      Judge(loaded.specs.at(0), subjects["t"], result).findings;
  findings.erase(findings.begin());
  return findings;
}

Finding Last(const std::string& members, const std::string& output) {
  return Findings(members, output).back();
}

bool Met(const std::string& members, const std::string& output) {
  return Last(members, output).met;
}

TEST(CrashMatcherTest, FramesComeInOrderAndOthersMayBeBetween) {
  Finding finding =
      Last(R"("frames":["panic","main.f.func1","main.f"])", kChain);
  EXPECT_TRUE(finding.met);
  EXPECT_EQ(finding.detail, "found in goroutine 7 [running] at line 4");
  EXPECT_TRUE(Met(R"("frames":"main.f.func1")", kChain));
  EXPECT_TRUE(Met(R"("frames":"/func1$/")", kChain));
  EXPECT_FALSE(Met(R"("frames":"main")", kChain));  // a name is whole
}

TEST(CrashMatcherTest, AMissingFrameNamesTheNearestAndTheStack) {
  Finding finding = Last(R"("frames":["main.f","main.f.func1"])", kChain);
  EXPECT_EQ(finding.detail,
            "no frame \"main.f.func1\" below \"main.f\" at line 11, but "
            "one above, at line 7, in goroutine 7 [running] at line 4");
  finding = Last(R"("frames":"main.f.func2")", kChain);
  ASSERT_TRUE(finding.nearest.has_value());
  EXPECT_EQ(finding.nearest->number, 7);
  EXPECT_EQ(finding.nearest->actual, "main.f.func1");
  EXPECT_EQ(finding.nearest->marks, "           ^");
}

TEST(CrashMatcherTest, ExactlyMeansNoOthers) {
  EXPECT_TRUE(
      Met(R"("frames":{"exactly":["panic","main.f.func1","panic","main.f"]})",
          kChain));
  EXPECT_EQ(Last(R"("frames":{"exactly":["panic","main.f"]})", kChain)
                .detail.substr(0, 39),
            "frame 2 is \"main.f.func1\", not \"main.f\"");
  EXPECT_EQ(
      Last(R"("frames":{"exactly":["panic"]})", kChain).detail.substr(0, 15),
      "4 frames, not 1");
}

TEST(CrashMatcherTest, PanicsAreTheWholeChainWithItsMarks) {
  EXPECT_TRUE(
      Met(R"("panics":[{"value":"first","recovered":true},"second"])", kChain));
  EXPECT_EQ(Last(R"("panics":["first","second"])", kChain).detail,
            "panic 1 is \"first\" [recovered], not \"first\"");
  EXPECT_EQ(
      Last(R"("panics":{"value":"first","recovered":true})", kChain).detail,
      "2 panics, not 1; the chain is \"first\" [recovered], \"second\"");
  EXPECT_EQ(Last(R"("panics":"x")", kDeadlock).detail,
            "0 panics, not 1; there is no panic");
  EXPECT_TRUE(
      Met(R"("panics":{"value":"x","recovered":true,"repanicked":true})",
          "panic: x [recovered, repanicked]\n\ngoroutine 1 [running]:\n"));
}

TEST(CrashMatcherTest, FatalIsWhatStandsAfterIt) {
  EXPECT_TRUE(
      Met(R"("fatal":"all goroutines are asleep - deadlock!")", kDeadlock));
  EXPECT_TRUE(Met(R"("fatal":"/deadlock/")", kDeadlock));
  EXPECT_EQ(Last(R"("fatal":"deadlock!")", kDeadlock).detail,
            "it is \"all goroutines are asleep - deadlock!\"; a text is the "
            "whole of it, /.../ may be a part");
  EXPECT_EQ(
      Last(R"("fatal":"x")", "panic: y\n\ngoroutine 1 [running]:\n").detail,
      "there is no fatal error; the panic is \"y\"");
}

TEST(CrashMatcherTest, AGoroutineIsFoundByAnyOfItsProperties) {
  EXPECT_TRUE(Met(R"("goroutines":{"id":1,"state":"semacquire"})", kDeadlock));
  EXPECT_TRUE(Met(R"("goroutines":{"locked":true,"parent":1})", kDeadlock));
  EXPECT_TRUE(Met(R"("goroutines":{"created_by":"main.spawn",
                     "frames":{"exactly":"main.wait"}})",
                  kDeadlock));
  EXPECT_EQ(
      Last(R"("goroutines":{"state":"chan receive","parent":7})", kDeadlock)
          .detail,
      "there is none; nearest is goroutine 6 [chan receive] at line 7: parent "
      "is \"1\", not \"7\"");
}

TEST(CrashMatcherTest, EachWantsAGoroutineOfItsOwn) {
  EXPECT_TRUE(
      Met(R"("goroutines":[{"state":"chan receive"},{"state":"chan receive"}])",
          kDeadlock));
  EXPECT_FALSE(Met(R"("goroutines":[{"id":6},{"locked":true}])", kDeadlock));
}

constexpr char kWaiting[] =
    "fatal error: all goroutines are asleep - deadlock!\n\n"
    "goroutine 1 [chan receive]:\n"
    "main.wait()\n\t/src/main.go:8 +0x3\n"
    "main.main()\n\t/src/main.go:4 +0x3\n\n"
    "goroutine 9 [chan receive, 5 minutes]:\n"
    "main.wait()\n\t/src/main.go:8 +0x3\n"
    "created by main.main in goroutine 1\n\t/src/main.go:3 +0x1d\n\n"
    "goroutine 10 [select]:\n"
    "main.choose()\n\t/src/main.go:12 +0x3\n"
    "created by main.main in goroutine 1\n\t/src/main.go:3 +0x1d\n";

TEST(CrashMatcherTest, WhoFitsOnlyOneGetsIt) {
  const std::vector<Finding> findings =
      Findings(R"("goroutines":[{"frames":"main.wait"},{"id":1}])", kWaiting);
  EXPECT_EQ(findings[0].detail, "it is goroutine 9 [chan receive] at line 9");
  EXPECT_EQ(findings[1].detail, "it is goroutine 1 [chan receive] at line 3");
  EXPECT_TRUE(findings[0].met && findings[1].met);
}

TEST(CrashMatcherTest, ATakenOneIsNotSaidToBeAbsent) {
  EXPECT_EQ(
      Last(R"("goroutines":[{"id":10},{"state":"select"}])", kWaiting).detail,
      "what fits is taken: goroutine 10 [select] at line 15 by id \"10\" "
      "(1:40)");
  EXPECT_EQ(
      Last(R"("goroutines":[{"state":"chan receive"},{"frames":"main.wait"},
                            {"id":1}])",
           kWaiting)
          .detail,
      "what fits is taken: goroutine 1 [chan receive] at line 3 by frames "
      "\"main.wait\" (1:65), goroutine 9 [chan receive] at line 9 by state "
      "\"chan receive\" (1:40)");
}

TEST(CrashMatcherTest, TooFewAreCounted) {
  const std::string one = R"({"state":"chan receive"})";
  EXPECT_EQ(
      Last("\"goroutines\":[" + one + "," + one + "," + one + "]", kWaiting)
          .detail,
      "3 like this are wanted, and there are 2: goroutine 1 [chan "
      "receive] at line 3, goroutine 9 [chan receive] at line 9");
  EXPECT_EQ(Last(R"("goroutines":[{"id":10},{"id":10}])", kWaiting).detail,
            "2 like this are wanted, and there is 1: goroutine 10 [select] at "
            "line 15");
}

TEST(CrashMatcherTest, TheNearestIsTheOneThatDiffersLeast) {
  EXPECT_EQ(Last(R"("goroutines":{"state":"selct"})", kWaiting).detail,
            "there is none; nearest is goroutine 10 [select] at line 15: state "
            "is \"select\", not \"selct\"");
  EXPECT_EQ(
      Last(R"("goroutines":{"state":"chan recieve","parent":1})", kWaiting)
          .detail,
      "there is none; nearest is goroutine 9 [chan receive] at line 9: state "
      "is \"chan receive\", not \"chan recieve\"");
  EXPECT_EQ(Last(R"("goroutines":{"frames":"main.chose"})", kWaiting).detail,
            "there is none; nearest is goroutine 10 [select] at line 15: no "
            "frame \"main.chose\"; the frames are main.choose");
}

// The first that gives a name its value is not the one whose child is there.
TEST(CrashMatcherTest, ANameGetsTheValueThatSuitsTheRest) {
  EXPECT_TRUE(Met(R"("goroutines":[{"id":"{goid:a}","state":"/chan/"},
                                   {"id":"{goid:b}","parent":"{a}"},
                                   {"id":1}])",
                  "fatal error: x\n\ngoroutine 1 [chan receive]:\nmain.f()\n"
                  "\t/src/main.go:8 +0x3\n\ngoroutine 2 [chan send]:\n"
                  "main.g()\n\t/src/main.go:9 +0x3\ncreated by main.f in "
                  "goroutine 1\n\t/src/main.go:3 +0x1d\n\ngoroutine 3 [select]:"
                  "\nmain.h()\n\t/src/main.go:9 +0x3\ncreated by main.g in "
                  "goroutine 2\n\t/src/main.go:3 +0x1d\n"));
  EXPECT_EQ(Last(R"("goroutines":[{"id":"{goid:a}","state":"select"},
                                  {"parent":"{a}"}])",
                 kWaiting)
                .detail,
            "there is none; nearest is goroutine 9 [chan receive] at line 9: "
            "parent is \"1\", not \"{a}\" (a is 10)");
}

TEST(CrashMatcherTest, TheSearchForNamesEnds) {
  std::string report = "fatal error: x\n\n";
  for (int id = 1; id <= 200; ++id) {
    report += "goroutine " + std::to_string(id) +
              " [select]:\nmain.f()\n\t/src/main.go:8 +0x3\n\n";
  }
  const std::vector<Finding> findings = Findings(
      R"("goroutines":[{"id":"{goid:a}"},{"id":"{goid:b}"},{"id":"{goid:c}"},
                       {"id":201}])",
      report);
  EXPECT_TRUE(findings[2].met);
  EXPECT_EQ(findings[3].detail.substr(0, 14), "there is none;");
  EXPECT_EQ(findings[3].detail.substr(findings[3].detail.find("; not")),
            "; not every way was tried: there are too many");
}

TEST(CrashMatcherTest, NamesAgreeBetweenGoroutines) {
  EXPECT_TRUE(Met(R"("goroutines":[{"id":"{goid:a}","locked":true},
                                   {"parent":"{a}"}])",
                  kDeadlock));
  EXPECT_FALSE(Met(R"("goroutines":[{"id":"{goid:a}","frames":"main.main"},
                                    {"parent":"{a}","locked":false}])",
                   kDeadlock));
}

TEST(CrashMatcherTest, NoReportIsNoMatch) {
  EXPECT_EQ(Last(R"("frames":"x")", "hello\n").detail,
            "there is no crash report in the output");
}

}  // namespace
}  // namespace harness
