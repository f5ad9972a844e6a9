#include "harness/spec/text_pattern.h"

#include <gtest/gtest.h>

namespace harness {
namespace {

using Place = TextPattern::Place;

TextPattern Make(const std::string& written, Place place = Place::kAnywhere) {
  absl::StatusOr<TextPattern> pattern =
      TextPattern::Parse(written, place, {{"pkg", "a.b"}});
  EXPECT_TRUE(pattern.ok()) << pattern.status();
  return *pattern;
}

bool Found(const std::string& written, Place place, const std::string& text) {
  return Make(written, place).Find(text).has_value();
}

TEST(TextPatternTest, LiteralsAreNoExpressions) {
  EXPECT_TRUE(Found("[a.b]", Place::kAnywhere, "x[a.b]y"));
  EXPECT_FALSE(Found("[a.b]", Place::kAnywhere, "a"));
}

TEST(TextPatternTest, PlacesHoldForLiterals) {
  EXPECT_TRUE(Found("ab", Place::kStart, "abc"));
  EXPECT_FALSE(Found("bc", Place::kStart, "abc"));
  EXPECT_TRUE(Found("bc", Place::kEnd, "abc"));
  EXPECT_FALSE(Found("ab", Place::kEnd, "abc"));
  EXPECT_TRUE(Found("abc", Place::kWhole, "abc"));
  EXPECT_FALSE(Found("ab", Place::kWhole, "abc"));
  EXPECT_TRUE(Found("", Place::kWhole, ""));
  EXPECT_FALSE(Found("", Place::kWhole, "\n"));
}

TEST(TextPatternTest, PlacesHoldForExpressions) {
  EXPECT_TRUE(Found("/a|b/", Place::kStart, "bx"));
  EXPECT_FALSE(Found("/a|b/", Place::kStart, "xb"));
  EXPECT_TRUE(Found("/a|b/", Place::kEnd, "xa"));
  EXPECT_FALSE(Found("/a|b/", Place::kEnd, "ax"));
  EXPECT_TRUE(Found("/a+/", Place::kWhole, "aaa"));
  EXPECT_FALSE(Found("/a+/", Place::kWhole, "aaa\n"));
}

TEST(TextPatternTest, EdgesAreThoseOfLines) {
  EXPECT_EQ(Make("/^panic: crash$/")
                .Count("panic: crash\nx panic: crash\npanic: crash\n"),
            2);
}

TEST(TextPatternTest, CountsWhatDoesNotOverlap) {
  EXPECT_EQ(Make("aa").Count("aaaaa"), 2);
  EXPECT_EQ(Make("/goroutine \\d+ \\[/").Count("goroutine 1 [running]:"), 1);
}

TEST(TextPatternTest, VariablesAreQuotedInExpressions) {
  EXPECT_FALSE(Found("/$pkg/", Place::kAnywhere, "axb"));
  EXPECT_TRUE(Found("/$pkg/", Place::kAnywhere, "a.b"));
  EXPECT_TRUE(Found("/x\\$pkg/", Place::kAnywhere, "x$pkg"));
}

TEST(TextPatternTest, ABackslashMakesALeadingSlashLiteral) {
  EXPECT_TRUE(Found("\\/usr/", Place::kAnywhere, "a /usr/b"));
}

TEST(TextPatternTest, BytesThatAreNoTextDoNotDisturb) {
  EXPECT_TRUE(
      Found("/pan.c/", Place::kAnywhere, std::string("\0\xFFpanic", 7)));
}

}  // namespace
}  // namespace harness
