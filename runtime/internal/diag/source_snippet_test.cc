#include "runtime/internal/diag/source_snippet.h"

#include <gtest/gtest.h>
#include <sys/mman.h>
#include <unistd.h>

#include <string>
#include <string_view>

namespace runtime::internal {
namespace {

std::string Printed(const SourceWindow& window, int line) {
  const int file = memfd_create("printed", MFD_CLOEXEC);
  char buffer[256];
  Printer out(buffer);
  out.AddSink(file);
  PrintWindow(out, window, line);
  out.Flush();
  char text[4096];
  const ssize_t size = pread(file, text, sizeof(text), 0);
  close(file);
  return std::string(text, size < 0 ? 0 : static_cast<size_t>(size));
}

std::string Snippet(std::string_view source, int line) {
  SourceWindow window(line);
  window.Add(source);
  return Printed(window, line);
}

TEST(SourceWindowTest, TwoLinesBeforeAndTwoAfter) {
  EXPECT_EQ(Snippet("1\n2\n3\n  four();\n5\n\n7\n", 4),
            "  2 | 2\n"
            "  3 | 3\n"
            "> 4 |   four();\n"
            "    |   ^~~~~~~\n"
            "  5 | 5\n"
            "  6 |\n");
}

TEST(SourceWindowTest, FewerAtTheEdges) {
  EXPECT_EQ(Snippet("one\ntwo", 1), "> 1 | one\n    | ^~~\n  2 | two\n");
  EXPECT_EQ(Snippet("one\ntwo", 2), "  1 | one\n> 2 | two\n    | ^~~\n");
}

TEST(SourceWindowTest, NothingOfALineThatIsNotThere) {
  EXPECT_EQ(Snippet("one\ntwo\n", 3), "");
  EXPECT_EQ(Snippet("", 1), "");
}

TEST(SourceWindowTest, NumbersAreAligned) {
  EXPECT_EQ(Snippet("\n\n\n\n\n\n\n8\n9\nx\n", 9),
            "   7 |\n   8 | 8\n>  9 | 9\n     | ^\n  10 | x\n");
}

TEST(SourceWindowTest, TheMarkKeepsTabsAndCountsCharacters) {
  EXPECT_EQ(Snippet("\t \xc3\xa4x\n", 1), "> 1 | \t \xc3\xa4x\n    | \t ^~\n");
}

TEST(SourceWindowTest, WhatATerminalObeysIsNotShown) {
  EXPECT_EQ(Snippet("a\033[31m\x7f\r\n", 1), "> 1 | a?[31m?\n    | ^~~~~~~\n");
}

TEST(SourceWindowTest, ALongLineIsCut) {
  const std::string line(1000, 'x');
  const std::string wanted(SourceWindow::kMaxColumns, 'x');
  SourceWindow window(1);
  EXPECT_TRUE(window.Add(line));
  EXPECT_EQ(window.text(0), wanted);
}

TEST(SourceWindowTest, PiecesAreAsGoodAsTheWhole) {
  const std::string source = "1\n2\n3\n4\n\n6\n7\n8";
  for (int line = 1; line <= 9; ++line) {
    SourceWindow window(line);
    bool wants_more = true;
    for (const char c : source) {
      if (wants_more) wants_more = window.Add({&c, 1});
    }
    EXPECT_EQ(Printed(window, line), Snippet(source, line)) << line;
    EXPECT_EQ(wants_more, line > 5) << line;
  }
}

}  // namespace
}  // namespace runtime::internal
