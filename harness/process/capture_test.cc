#include "harness/process/capture.h"

#include <gtest/gtest.h>

#include <string>

namespace harness {
namespace {

TEST(Capture, KeepsEverythingThatFits) {
  Capture capture(4, 4);
  capture.Append("abcd");
  capture.Append("efgh");
  EXPECT_EQ(capture.dropped_bytes(), 0u);
  EXPECT_EQ(capture.Take(), "abcdefgh");
}

TEST(Capture, DropsTheMiddle) {
  Capture capture(4, 4);
  capture.Append("abcdefghi");
  EXPECT_EQ(capture.total_bytes(), 9u);
  EXPECT_EQ(capture.dropped_bytes(), 1u);
  EXPECT_EQ(capture.gap_offset(), 4u);
  EXPECT_EQ(capture.Take(), "abcdfghi");
}

TEST(Capture, IsTheSameHoweverTheTextIsCut) {
  std::string text;
  for (int i = 0; i < 100; ++i) text += std::to_string(i) + ",";
  const std::string expected = text.substr(0, 7) + text.substr(text.size() - 5);
  for (std::size_t piece = 1; piece <= text.size(); ++piece) {
    Capture capture(7, 5);
    for (std::size_t at = 0; at < text.size(); at += piece) {
      capture.Append(std::string_view(text).substr(at, piece));
    }
    EXPECT_EQ(capture.dropped_bytes(), text.size() - 12);
    ASSERT_EQ(capture.Take(), expected) << "in pieces of " << piece;
  }
}

TEST(Capture, MayKeepNothing) {
  Capture capture(0, 0);
  capture.Append("abc");
  EXPECT_EQ(capture.dropped_bytes(), 3u);
  EXPECT_EQ(capture.Take(), "");
}

}  // namespace
}  // namespace harness
