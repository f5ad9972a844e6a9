#include "harness/crash/fold.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <string>

namespace harness {
namespace {

using ::testing::ElementsAre;
using ::testing::SizeIs;

std::string Waiting(int id, const std::string& brackets, int line,
                    const std::string& args = "0x1") {
  return "goroutine " + std::to_string(id) + " [" + brackets +
         "]:\nmain.worker(" + args +
         ")\n\t/src/main.go:" + std::to_string(line) +
         " +0x1\ncreated by main.main in goroutine " + std::to_string(id % 3) +
         "\n\t/src/main.go:9 +0x1\n\n";
}

std::vector<GoroutineGroup> Folded(const std::string& text) {
  const CrashReport report = ParseCrashLog(text).reports.at(0);
  GoroutineFolder folder;
  for (const Goroutine& goroutine : report.goroutines) folder.Add(goroutine);
  return folder.Groups(FirstGoroutineCrashed(report));
}

std::vector<std::size_t> Counts(const std::vector<GoroutineGroup>& groups) {
  std::vector<std::size_t> counts;
  for (const GoroutineGroup& group : groups) counts.push_back(group.count);
  return counts;
}

TEST(Fold, TenThousandInFiveGroups) {
  std::string text = "fatal error: all goroutines are asleep - deadlock!\n\n";
  for (int id = 1; id <= 10'000; ++id) {
    text += Waiting(id, "chan receive", id < 9'000 ? 10 : 10 + id % 5);
  }
  const std::vector<GoroutineGroup> groups = Folded(text);
  EXPECT_THAT(Counts(groups), ElementsAre(9'200, 200, 200, 200, 200));
  EXPECT_EQ(groups[0].ids.Text(), "1-9000, 9005, 9010, 9015 ... 10000");
  EXPECT_EQ(groups[1].ids.Text(), "9001, 9006, 9011, 9016 ... 9996");
}

TEST(Fold, ArgumentsIdsAndMinutesDoNotPart) {
  const auto groups = Folded(Waiting(1, "select", 10, "0x1") +
                             Waiting(2, "select, 3 minutes", 10, "0x2") +
                             Waiting(3, "select, 12 minutes", 10, "{0x3, 4}"));
  ASSERT_THAT(groups, SizeIs(1));
  EXPECT_EQ(groups[0].ids.Text(), "1-3");
  EXPECT_EQ(groups[0].least_minutes, 3);
  EXPECT_EQ(groups[0].most_minutes, 12);
}

TEST(Fold, StatePlaceAndLockDoPart) {
  EXPECT_THAT(
      Counts(Folded(Waiting(1, "select", 10) + Waiting(2, "select", 11) +
                    Waiting(3, "chan receive", 10) +
                    Waiting(4, "select, locked to thread", 10))),
      ElementsAre(1, 1, 1, 1));
}

TEST(Fold, TheOneThatCrashedStandsAloneAndFirst) {
  const auto groups =
      Folded("panic: x\n\n" + Waiting(7, "running", 10) +
             Waiting(1, "running", 10) + Waiting(2, "running", 10));
  EXPECT_THAT(Counts(groups), ElementsAre(1, 2));
  EXPECT_TRUE(groups[0].crashed);
  EXPECT_EQ(groups[0].sample.id, 7u);
  EXPECT_FALSE(groups[1].crashed);
}

TEST(Fold, NobodyCrashedInADeadlock) {
  const auto groups =
      Folded("fatal error: all goroutines are asleep - deadlock!\n\n" +
             Waiting(1, "select", 10) + Waiting(2, "select", 10));
  EXPECT_THAT(Counts(groups), ElementsAre(2));
  EXPECT_EQ(groups[0].ids.Text(), "1, 2");
  EXPECT_FALSE(groups[0].crashed);
}

TEST(Fold, ARuntimeStackIsNotTheOneThatCrashed) {
  const auto groups = Folded(
      "fatal error: stack overflow\n\nruntime stack:\nruntime.throw()\n"
      "\t/goroot/panic.go:1 +0x1\n\n" +
      Waiting(1, "running", 10));
  ASSERT_THAT(groups, SizeIs(2));
  EXPECT_TRUE(groups[0].crashed);
  EXPECT_EQ(groups[0].sample.id, 1u);
}

TEST(CrashSite, IsTheFirstFrameOfTheProgram) {
  const CrashReport report =
      ParseCrashLog(
          "SIGABRT: abort\nPC=0x1 m=0 sigcode=-6\n\n"
          "goroutine 1 [running]:\n"
          "abort(...)\n\t/lib/libc.so.6:0\n"
          "std.vector.at(...)\n\t/usr/include/c++/12/vector:3\n"
          "panic(...)\n\t/src/runtime/panic.h:83\n"
          "app.Serve(...)\n\t/src/app.cc:7 +0x1\n"
          "app.Main(...)\n\t/src/app.cc:9 +0x1\n")
          .reports.at(0);
  EXPECT_EQ(CrashSite(report.goroutines[0].stack), 3u);
}

TEST(CrashSite, IsTheInnermostWhereAllIsMachinery) {
  const CrashReport report =
      ParseCrashLog(
          "panic: x\n\ngoroutine 1 [running]:\nruntime.f()\n\t/r.go:1 +0x1\n"
          "runtime.g()\n\t/r.go:2 +0x1\n")
          .reports.at(0);
  EXPECT_EQ(CrashSite(report.goroutines[0].stack), 0u);
  EXPECT_EQ(CrashSite(Stack()), std::nullopt);
}

TEST(Sink, TakesTheGoroutinesInsteadOfTheReports) {
  const std::string one = "panic: x\n\n" + Waiting(1, "running", 1);
  std::vector<std::size_t> reports;
  const CrashLog log = ParseCrashLog(
      one + one,
      [&](std::size_t report, const Goroutine&) { reports.push_back(report); });
  EXPECT_THAT(reports, ElementsAre(0, 1));
  ASSERT_THAT(log.reports, SizeIs(2));
  EXPECT_THAT(log.reports[0].goroutines, SizeIs(0));
}

}  // namespace
}  // namespace harness
