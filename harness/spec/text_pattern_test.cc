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

TEST(TextPatternTest, KnowsWhatNoLineCanHold) {
  EXPECT_TRUE(Make("a\nb").NeedsNewline());
  EXPECT_FALSE(Make("a b {goid}").NeedsNewline());
  for (const char* needs : {"/a\nb/", "/a\\nb/", "/(a\\n)+b/", "/\\x0a/",
                            "/a[\\n]b/", "/(a\\nb|c\\nd){goid}/"}) {
    EXPECT_TRUE(Make(needs).NeedsNewline()) << needs;
  }
  for (const char* not_so : {"/a[^\\n]b/", "/a\\n?b/", "/a\\nb|c/", "/a\\s+b/",
                             "/^a.b$/", "/a(\\n)*b/", "/a[\\nx]b/"}) {
    EXPECT_FALSE(Make(not_so).NeedsNewline()) << not_so;
  }
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

// Or `never` would pass where one of them stands.
TEST(TextPatternTest, ADotIsAnyByteThatIsNoText) {
  EXPECT_TRUE(Found("/^panic: .*b$/", Place::kAnywhere, "panic: a\xFF\x62\n"));
  EXPECT_TRUE(Found("/a.b/", Place::kWhole, "a\xFF\x62"));
  EXPECT_FALSE(Found("/a.b/", Place::kAnywhere, "a\xFF\xFE\x62"));
  EXPECT_TRUE(Found("/[^[:ascii:]]/", Place::kAnywhere, "a\xFF"));
  EXPECT_FALSE(Found("/\\w{2}/", Place::kAnywhere, "a\xFF"));
  EXPECT_TRUE(
      Found("/\xC3\xA9.\xC3\xA9/", Place::kWhole, "\xC3\xA9\xFF\xC3\xA9"));
  EXPECT_TRUE(Found("/^.$/", Place::kAnywhere, "\xC3\xA9\n\xFF\xFE\n"));
  EXPECT_EQ(Make("/\\C/").Count("\xFF\xFE"), 2);
  EXPECT_EQ(Make("/x./").Count("x\xFFx\xFEx"), 2);
}

TEST(TextPatternTest, OffsetsAreThoseOfTheText) {
  auto span = Make("/b.d/").Find("\xFF\xFE b\xFF\x64", 2);
  ASSERT_TRUE(span.has_value());
  EXPECT_EQ(span->begin, 3u);
  EXPECT_EQ(span->end, 6u);
  EXPECT_FALSE(Make("/b/").Find("\xFF\x62", 2).has_value());
}

// Whether `written` is the whole of `text`.
bool Is(const std::string& written, const std::string& text) {
  auto pattern =
      TextPattern::Parse(written, TextPattern::Place::kWhole, {{"v", "{1}"}});
  EXPECT_TRUE(pattern.ok()) << pattern.status();
  return pattern.ok() && pattern->Find(text).has_value();
}

TEST(PlaceholderTest, StandsForOneOfItsKind) {
  EXPECT_TRUE(Is("PC={pc} m={goid}", "PC=0x55804df4 m=12"));
  EXPECT_TRUE(Is("\t{file}:{line} +{addr}", "\t/a b/c.cc:12 +0x1d"));
  EXPECT_TRUE(Is("took {dur}", "took 1m2.5s"));
  EXPECT_TRUE(Is("[sleep, {dur}]", "[sleep, 3 minutes]"));
  EXPECT_FALSE(Is("{goid}", "x"));
  EXPECT_FALSE(Is("{addr}", "12"));
  EXPECT_TRUE(Is("/^{goid} [0-9]{2}$/", "7 12"));
}

TEST(PlaceholderTest, OtherBracesStandForThemselves) {
  EXPECT_TRUE(Is("main.T{1, 2}", "main.T{1, 2}"));
  EXPECT_TRUE(Is("{} { } {\"a\":1}", "{} { } {\"a\":1}"));
  EXPECT_TRUE(Is("{{goid}", "{goid}"));
  EXPECT_TRUE(Is("/{{goid}/", "{goid}"));
  EXPECT_TRUE(Is("/\\{goid\\}/", "{goid}"));
  EXPECT_TRUE(Is("/0{3}\\x{41}\\p{Lu}/", "000AB"));
  EXPECT_TRUE(Is("$v ${v}", "{1} {1}"));
}

TEST(PlaceholderTest, ANameAgreesWithItself) {
  EXPECT_TRUE(Is("{goid:a} {goid:a}", "12 12"));
  EXPECT_FALSE(Is("{goid:a} {goid:a}", "12 13"));
  EXPECT_FALSE(Is("{goid:a} {goid:a}", "1 12"));
  EXPECT_TRUE(Is("{goid:a} {a} {goid}", "1 1 2"));
  EXPECT_TRUE(Is("/(?P<w>[a-z]+) {w}/", "ab ab"));
  EXPECT_FALSE(Is("/(?P<w>[a-z]+) {w}/", "ab ac"));
}

TEST(PlaceholderTest, ALaterPlaceMayAgreeWhereTheFirstDoesNot) {
  auto pattern = TextPattern::Parse("{goid:a}={goid:a}",
                                    TextPattern::Place::kAnywhere, {});
  Captures captures;
  auto span = pattern->Find("1=2 3=3", 0, &captures);
  ASSERT_TRUE(span.has_value());
  EXPECT_EQ(span->begin, 4u);
  EXPECT_EQ(captures["a"], "3");
  EXPECT_EQ(pattern->Count("1=1 2=2 3=4"), 2);
}

TEST(PlaceholderTest, WhatWasFoundIsTheBytesThatStoodThere) {
  auto pattern = TextPattern::Parse("/x=(?P<w>\\S+) y={w}/",
                                    TextPattern::Place::kAnywhere, {});
  Captures captures;
  EXPECT_TRUE(pattern->Find("\xFF x=a\xFE y=a\xFE", 0, &captures).has_value());
  EXPECT_EQ(captures["w"], "a\xFE");
  EXPECT_FALSE(pattern->Find("x=a\xFE y=ab").has_value());
}

TEST(PlaceholderTest, WhatIsUnknownIsAnError) {
  auto error = [](const std::string& written) {
    CaptureNames names = {{"old", "goid"}};
    return std::string(
        TextPattern::Parse(written, TextPattern::Place::kAnywhere, {}, &names)
            .status()
            .message());
  };
  const std::string known =
      " (known: {addr}, {goid}, {pc}, {file}, {line}, {dur}, {old}; \"{{\" is "
      "a "
      "brace)";
  EXPECT_EQ(
      error("{goidd}"),
      "unknown placeholder \"{goidd}\"; did you mean \"{goid}\"?" + known);
  EXPECT_EQ(error("{foobar:x}"), "unknown placeholder \"{foobar}\"" + known);
  EXPECT_EQ(error("{addr:old}"), "\"{addr:old}\", but \"old\" is a {goid}");
  EXPECT_EQ(error("{addr:pc}"), "\"pc\" is a kind, and can not be a name too");
  EXPECT_EQ(error("/(?P<old>x)/"),
            "group \"old\" is defined twice; {old} is what it has become");
  EXPECT_EQ(error("{old} {goid:old}"), "");
}

}  // namespace
}  // namespace harness
