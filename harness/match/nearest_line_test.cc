#include "harness/match/nearest_line.h"

#include <gtest/gtest.h>

#include "harness/match/escape.h"

namespace harness {
namespace {

std::optional<NearestLine> Nearest(const std::string& written,
                                   const std::string& output) {
  auto pattern = TextPattern::Parse(written, TextPattern::Place::kAnywhere, {});
  return FindNearest(*pattern, OutputLines(output));
}

TEST(NearestLineTest, MarksTheCharactersThatDiffer) {
  auto nearest = Nearest("panic: crash", "x\nfoo panic: crush bar\n");
  ASSERT_TRUE(nearest.has_value());
  EXPECT_EQ(nearest->number, 2);
  EXPECT_EQ(nearest->actual, "foo panic: crush bar");
  EXPECT_EQ(nearest->marks, "             ^");
}

TEST(NearestLineTest, MarksWhereSomethingIsMissing) {
  EXPECT_EQ(Nearest("panic: crash", "panic:crash")->marks, "      ^");
}

TEST(NearestLineTest, ShowsWhitespaceThatCouldNotBeSeen) {
  auto nearest = Nearest("\tpanic: b", "panic: b\n");
  ASSERT_TRUE(nearest.has_value());
  EXPECT_EQ(nearest->expected, "\\tpanic: b");
}

TEST(NearestLineTest, OfSeveralLinesTheFirstThatDiffers) {
  auto nearest = Nearest("one\ntwo\n", "zero\none\ntoo\n");
  ASSERT_TRUE(nearest.has_value());
  EXPECT_EQ(nearest->number, 3);
  EXPECT_EQ(nearest->expected, "two");
}

TEST(NearestLineTest, AnExpressionIsSoughtByItsLiterals) {
  auto nearest = Nearest("/^goroutine \\d+ \\[running\\]:$/",
                         "panic: x\ngoroutine 1 [sleep]:\n");
  ASSERT_TRUE(nearest.has_value());
  EXPECT_EQ(nearest->number, 2);
  EXPECT_EQ(nearest->marks, "             ^^^^^");
}

TEST(NearestLineTest, WhatMayVaryIsNoDifference) {
  EXPECT_EQ(
      Nearest("goroutine {goid} [{addr}] x", "goroutine 12 [0x7f] y\n")->marks,
      "                    ^");
  EXPECT_EQ(Nearest("at {file}:{line} +0x1d\n", "at /a/b.cc:7 +0x2d\n")->marks,
            "                ^");
  EXPECT_EQ(Nearest("/^a(?:bc)? [x-z]+ d\\.\\d+$/", "abc yy d,44\n")->marks,
            "        ^");
}

TEST(NearestLineTest, AChoiceHasNoOneTextToMark) {
  EXPECT_EQ(Nearest("/^goroutine 1 x$|^goroutine 2 x$/", "goroutine 3 x\n")
                .value_or(NearestLine{})
                .marks,
            "");
}

TEST(NearestLineTest, NamesAreWhatTheyHaveBecome) {
  CaptureNames names = {{"g", "goid"}};
  auto pattern = TextPattern::Parse("in goroutine {g}",
                                    TextPattern::Place::kAnywhere, {}, &names);
  auto nearest =
      FindNearest(*pattern, OutputLines("in goroutine 12\n"), {{"g", "17"}});
  ASSERT_TRUE(nearest.has_value());
  EXPECT_EQ(nearest->expected, "in goroutine {g}");
  EXPECT_EQ(nearest->marks, "              ^");
}

TEST(NearestLineTest, NothingIsNearRubbish) {
  EXPECT_FALSE(Nearest("panic: crash", "").has_value());
  EXPECT_FALSE(Nearest("panic: crash", "0123456789\n").has_value());
}

TEST(NearestLineTest, HugeOutputIsSearchedInBoundedTime) {
  std::string output;
  for (int i = 0; i < 300'000; ++i) output += "panik: crush and more\n";
  EXPECT_EQ(Nearest("panic: crash", output)->number, 1);
  EXPECT_TRUE(Nearest("panic", std::string(8 << 20, 'a') + "panik") ==
              std::nullopt);
}

TEST(EscapeTest, ControlBytesBecomeVisible) {
  EXPECT_EQ(EscapeBytes("a\tb\n\x1b[0m\xC3\xA9\\"),
            "a\\tb\\n\\x1b[0m\\xc3\\xa9\\\\");
  EXPECT_EQ(EscapeLine("a\tb\x1b\xC3\xA9\xFF\xC2\x9B"),
            "a\tb\\x1b\xC3\xA9\\xff\\xc2\\x9b");
}

TEST(OutputLinesTest, CountsTextAfterTheLastNewline) {
  EXPECT_EQ(OutputLines("").size(), 0);
  EXPECT_EQ(OutputLines("a\n").size(), 1);
  EXPECT_EQ(OutputLines("a\nb").size(), 2);
  EXPECT_EQ(OutputLines("a\nb").NumberAt(2), 2);
  EXPECT_EQ(OutputLines("a\nb").Line(2), "b");
}

}  // namespace
}  // namespace harness
