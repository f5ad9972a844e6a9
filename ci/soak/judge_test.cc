#include "ci/soak/judge.h"

#include <string>
#include <string_view>

#include "gtest/gtest.h"

namespace soak {
namespace {

constexpr std::string_view kWhole =
    "panic: crash\n"
    "\n"
    "goroutine 7 [running]:\n"
    "testprog.PanicRace.func1(...)\n"
    "\t/src/testprog/panic_race.cc:12\n"
    "runtime.entry(0x1)\n"
    "\t/src/runtime/go.cc:40 +0x1f\n"
    "created by testprog.PanicRace in goroutine 1\n"
    "\t/src/testprog/panic_race.cc:10 +0x2b\n";

Outcome OutcomeOf(std::string_view output, std::string_view end = "exit 2") {
  return Judge("PanicRace", "panic: crash",
               {std::string(end), std::string(output)})
      .outcome;
}

std::string Replaced(std::string_view from, std::string_view to) {
  std::string text(kWhole);
  text.replace(text.find(from), from.size(), to);
  return text;
}

TEST(Judge, TakesAWholeReport) {
  EXPECT_EQ(OutcomeOf(kWhole), Outcome::kWhole);
}

TEST(Judge, EveryProperPrefixIsLostOrPartial) {
  for (size_t size = 0; size < kWhole.size(); ++size) {
    const Outcome outcome = OutcomeOf(kWhole.substr(0, size));
    const bool begun = size >= std::string_view("panic: ").size();
    EXPECT_EQ(outcome, begun ? Outcome::kPartial : Outcome::kLost)
        << "cut at " << size;
  }
}

TEST(Judge, EveryMissingLineIsSeen) {
  for (size_t begin = 0; begin < kWhole.size();) {
    const size_t end = kWhole.find('\n', begin) + 1;
    std::string text(kWhole);
    text.erase(begin, end - begin);
    EXPECT_NE(OutcomeOf(text), Outcome::kWhole) << text;
    begin = end;
  }
}

TEST(Judge, AWrongEndIsNotWhole) {
  EXPECT_EQ(OutcomeOf(kWhole, "exit 0"), Outcome::kOther);
  EXPECT_EQ(OutcomeOf(kWhole, "signal 11"), Outcome::kOther);
  EXPECT_EQ(OutcomeOf(kWhole, "hang"), Outcome::kOther);
  EXPECT_EQ(OutcomeOf("", "exit 0"), Outcome::kLost);
  EXPECT_EQ(OutcomeOf("", "exit 2"), Outcome::kLost);
}

TEST(Judge, TwoReportsAreDoubled) {
  const std::string twice = std::string(kWhole) + "\n" + std::string(kWhole);
  EXPECT_EQ(OutcomeOf(twice), Outcome::kDoubled);
}

TEST(Judge, TextAroundTheReportIsOther) {
  EXPECT_EQ(OutcomeOf(std::string(kWhole) + "done\n"), Outcome::kOther);
  EXPECT_EQ(OutcomeOf(std::string(kWhole) + "done"), Outcome::kOther);
  EXPECT_EQ(OutcomeOf("hello\n" + std::string(kWhole)), Outcome::kOther);
}

TEST(Judge, TheScenarioMustBeNamedWhole) {
  EXPECT_EQ(OutcomeOf(Replaced("testprog.PanicRace.func1",
                               "testprog.PanicRaceExit.func1")),
            Outcome::kPartial);
  EXPECT_EQ(OutcomeOf(Replaced("testprog.PanicRace.func1",
                               "testprog.MyPanicRace.func1")),
            Outcome::kPartial);
}

TEST(Judge, GarbledLinesArePartial) {
  EXPECT_EQ(OutcomeOf(Replaced("[running]", "[runn")), Outcome::kPartial);
  EXPECT_EQ(OutcomeOf(Replaced(":12\n", ":\n")), Outcome::kPartial);
  EXPECT_EQ(OutcomeOf(Replaced(" +0x1f", " +0x")), Outcome::kPartial);
  EXPECT_EQ(OutcomeOf(Replaced("created by", "created")), Outcome::kPartial);
}

}  // namespace
}  // namespace soak
