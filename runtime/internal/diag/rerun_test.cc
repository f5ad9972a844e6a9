#include "runtime/internal/diag/rerun.h"

#include <gtest/gtest.h>

#include <cstdio>
#include <string>
#include <string_view>
#include <vector>

namespace runtime::internal {
namespace {

char buffer[64 * 1024];

std::string WordOf(std::string_view word) {
  return std::string(ShellLine(buffer).Word(word).Text());
}

TEST(ShellLineTest, WhatNoShellTouchesIsBare) {
  EXPECT_EQ(WordOf("/usr/bin/prog-1.2"), "/usr/bin/prog-1.2");
  EXPECT_EQ(WordOf("a_b,c:d@e%f+g"), "a_b,c:d@e%f+g");
}

TEST(ShellLineTest, WhatAShellTouchesIsInQuotes) {
  EXPECT_EQ(WordOf(""), "''");
  EXPECT_EQ(WordOf("a b"), "'a b'");
  EXPECT_EQ(WordOf("$x*~`#!"), "'$x*~`#!'");
  EXPECT_EQ(WordOf("it's"), "'it'\\''s'");
  EXPECT_EQ(WordOf("a=b"), "'a=b'") << "would be an assignment";
}

TEST(ShellLineTest, WhatNoTerminalShowsIsSpelled) {
  EXPECT_EQ(WordOf("a\nb"), "$'a\\012b'");
  EXPECT_EQ(WordOf("\0331"), "$'\\0331'") << "the 1 is no digit of it";
  EXPECT_EQ(WordOf("\xff'\\"), "$'\\377\\'\\\\'");
}

TEST(ShellLineTest, AnAssignmentQuotesItsValueOnly) {
  EXPECT_EQ(ShellLine(buffer).Assignment("X=a b=c").Text(), "X='a b=c'");
  EXPECT_EQ(ShellLine(buffer).Assignment("X=").Text(), "X=''");
}

TEST(ShellLineTest, HalfALineIsNone) {
  char small[8];
  EXPECT_EQ(ShellLine(small).Word("12345678").Text(), "12345678");
  EXPECT_EQ(ShellLine(small).Word("123456789").Text(), "");
  EXPECT_EQ(ShellLine(small).Word("1234 67").Text(), "");
}

// What the shell gives to the program, each word ended by a zero byte.
std::string ReadByShell(std::string_view words) {
  const std::string command =
      "printf '%s\\0' " + std::string(words);  // bash's own
  std::string quoted(ShellLine(buffer).Word(command).Text());
  FILE* const pipe = popen(("exec bash -c " + quoted).c_str(), "r");
  std::string text;
  for (int c; (c = std::fgetc(pipe)) != EOF;) {
    text.push_back(static_cast<char>(c));
  }
  EXPECT_EQ(pclose(pipe), 0);
  return text;
}

TEST(ShellLineTest, AShellReadsWhatWasWritten) {
  std::vector<std::string> words = {"", "-n", "it's \"$(echo)\" `x` !! \\"};
  for (int byte = 1; byte < 256; ++byte) {
    const char c = static_cast<char>(byte);
    words.push_back({c});
    words.push_back({'1', c, '1'});
  }
  std::string line;
  std::string wanted;
  for (const std::string& word : words) {
    line += WordOf(word) + " ";
    wanted += word + '\0';
  }
  EXPECT_TRUE(ReadByShell(line) == wanted);
}

}  // namespace
}  // namespace runtime::internal
