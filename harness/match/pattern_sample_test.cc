#include "harness/match/pattern_sample.h"

#include <gtest/gtest.h>

namespace harness {
namespace {

TEST(RegexSample, ReadsWhatSpecsAreWrittenIn) {
  EXPECT_EQ(RegexSample("^panic: \\w+$"), "panic: a");
  EXPECT_EQ(RegexSample("goroutine \\d+ \\[(running|select)\\]:"),
            "goroutine 1 [running]:");
  EXPECT_EQ(RegexSample("(?:a|b)(?P<x>c)(?i)d"), "acd");
  EXPECT_EQ(RegexSample("[a-z]x{3}[^x\\]]\\n"), "axxx1\n");
  EXPECT_EQ(RegexSample("a*?b|c"), "ab");
  EXPECT_EQ(RegexSample("(a(b|c)|d)e"), "abe");
}

TEST(RegexSample, TakesRubbish) {
  for (const char* expression : {"", "(", "[", "\\", "a{", ")", "(?", "(?P<"}) {
    RegexSample(expression);
  }
}

std::optional<std::string> Sample(std::string_view written) {
  CaptureNames names;
  return SampleOf(
      *TextPattern::Parse(written, TextPattern::Place::kAnywhere, {}, &names));
}

TEST(SampleOf, IsMatchedByThePattern) {
  EXPECT_EQ(Sample("panic: "), "panic: ");
  EXPECT_EQ(Sample("/^panic: \\w/"), "panic: a");
  EXPECT_EQ(Sample("goroutine {goid:g} at {addr}"), "goroutine 99 at 0x1");
}

TEST(SampleOf, IsNoneWhereNothingCanMatch) {
  EXPECT_EQ(Sample("/a\\Ab/"), std::nullopt);
}

}  // namespace
}  // namespace harness
