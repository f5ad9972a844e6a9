#include "harness/spec/position.h"

#include <gtest/gtest.h>

#include <string>

namespace harness {
namespace {

TEST(LineIndex, CountsCharactersAndNotBytes) {
  const LineIndex index("a\xC3\xA4z\n\xE2\x82\xAC!\n");
  EXPECT_EQ(index.At(0), (Position{1, 1}));
  EXPECT_EQ(index.At(3), (Position{1, 3}));
  EXPECT_EQ(index.At(4), (Position{1, 4}));
  EXPECT_EQ(index.At(5), (Position{2, 1}));
  EXPECT_EQ(index.At(8), (Position{2, 2}));
  EXPECT_EQ(index.At(10), (Position{3, 1}));
}

TEST(LineIndex, BehindTheEndIsTheEnd) {
  EXPECT_EQ(LineIndex("").At(7), (Position{1, 1}));
  EXPECT_EQ(LineIndex("ab").At(7), (Position{1, 3}));
}

// Line lengths from 0 to 200 bytes, so that lines begin, and texts end, at
// every place of a stride.
TEST(LineIndex, IsRightAtEveryOffset) {
  std::string text;
  for (int length = 0; length <= 200; ++length) {
    for (int i = 0; i < length; ++i) text += i % 3 == 0 ? "\xC3\xA4" : "x";
    const LineIndex index(text);
    Position here{1, 0};
    for (size_t offset = 0; offset < text.size(); ++offset) {
      if (text[offset] == '\xA4') continue;  // inside of a character
      ++here.column;
      ASSERT_EQ(index.At(offset), here) << "offset " << offset;
      if (text[offset] == '\n') here = {here.line + 1, 0};
    }
    text += '\n';
  }
}

}  // namespace
}  // namespace harness
