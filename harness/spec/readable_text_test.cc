#include "harness/spec/readable_text.h"

#include <gtest/gtest.h>

#include <string>

#include "harness/spec/utf8.h"

namespace harness {
namespace {

constexpr char kReplacement[] = "\xEF\xBF\xBD";

TEST(Utf8Test, KnowsHowLongACharacterIs) {
  EXPECT_EQ(Utf8Length("a"), 1u);
  EXPECT_EQ(Utf8Length("\xC3\xA9"), 2u);
  EXPECT_EQ(Utf8Length("\xE2\x82\xAC"), 3u);
  EXPECT_EQ(Utf8Length("\xF0\x9F\x98\x80"), 4u);
  EXPECT_EQ(Utf8Length("\xFF"), 0u);
  EXPECT_EQ(Utf8Length("\x80"), 0u);
  EXPECT_EQ(Utf8Length("\xC3"), 0u);              // the end within it
  EXPECT_EQ(Utf8Length("\xC3x"), 0u);             // broken off
  EXPECT_EQ(Utf8Length("\xC0\x80"), 0u);          // overlong
  EXPECT_EQ(Utf8Length("\xE0\x9F\xBF"), 0u);      // overlong
  EXPECT_EQ(Utf8Length("\xED\xA0\x80"), 0u);      // a surrogate
  EXPECT_EQ(Utf8Length("\xF4\x90\x80\x80"), 0u);  // above U+10FFFF
}

TEST(Utf8Test, FindsTheFirstStrayByte) {
  EXPECT_EQ(FindNotUtf8("0123456789\xC3\xA9 0123456789"), std::string::npos);
  EXPECT_EQ(FindNotUtf8("0123456789\xC3\xA9\xA9 0123456789\xFF"), 12u);
  EXPECT_EQ(FindNotUtf8("0123456789\xC3\xA9\xA9 0123456789\xFF", 13), 24u);
}

TEST(Utf8Test, KnowsWhatATerminalObeys) {
  EXPECT_FALSE(HasControlCharacter("a b/\xC3\xA9\xC2\xA0"));
  for (const char* text : {"a\n", "\x1b[1m", "\x7F", "a\xC2\x9B"}) {
    EXPECT_TRUE(HasControlCharacter(text)) << text;
  }
}

TEST(ReadableTextTest, TextIsNotCopied) {
  const std::string text = "a\xC3\xA9z";
  const ReadableText readable(text);
  EXPECT_EQ(readable.view().data(), text.data());
  EXPECT_EQ(readable.ToText(3), 3u);
  EXPECT_EQ(readable.ToView(3), 3u);
}

TEST(ReadableTextTest, EachStrayByteIsOneCharacter) {
  const std::string text = "\xC3\xA9\xFF\xFE z";
  const ReadableText readable(text);
  EXPECT_EQ(readable.view(),
            std::string("\xC3\xA9") + kReplacement + kReplacement + " z");
  EXPECT_EQ(readable.ToView(2), 2u);
  EXPECT_EQ(readable.ToView(3), 5u);
  EXPECT_EQ(readable.ToView(4), 8u);
  EXPECT_EQ(readable.ToView(6), 10u);  // the end
  EXPECT_EQ(readable.ToText(1), 1u);
  EXPECT_EQ(readable.ToText(3), 3u);  // within the first that was replaced
  EXPECT_EQ(readable.ToText(5), 3u);
  EXPECT_EQ(readable.ToText(8), 4u);
  EXPECT_EQ(readable.ToText(10), 6u);
}

TEST(ReadableTextTest, OffsetsGoThereAndBackHoweverLongItIs) {
  std::string text;
  for (int i = 0; i < 9000; ++i) {
    const bool stray = i % 7 == 0 && i / 2000 != 1;  // a long way without
    text += stray ? "\xFF" : i % 5 == 0 ? "\xE2\x82\xAC" : "x";
  }
  const ReadableText readable(text);
  for (size_t offset = 0; offset <= text.size(); ++offset) {
    ASSERT_EQ(readable.ToText(readable.ToView(offset)), offset);
  }
  EXPECT_EQ(readable.ToView(text.size()), readable.view().size());
  std::string expected;
  for (const char c : text)
    expected += c == '\xFF' ? kReplacement : std::string(1, c);
  EXPECT_EQ(readable.view(), expected);
}

}  // namespace
}  // namespace harness
