// What `lastwords explain` prints, whole.

#include "harness/report/explain_text.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace harness {
namespace {

using testing::HasSubstr;
using testing::Not;

std::string NoSource(const std::string& /*file*/, int /*line*/) { return ""; }

std::string Explained(const std::string& text, const Style& style = Style()) {
  return FormatExplanation(ExplainCrashLog(text), NoSource, style);
}

constexpr char kChain[] =
    R"text(listening
panic: first [recovered]
	panic: second
	of two lines

goroutine 7 [running]:
panic({0x4a5ca0?, 0x4e52f8?})
	/goroot/panic.go:770 +0x132
app.clean.func1()
	/src/app.go:12 +0x45
app.clean(0x1)
	/src/app.go:15 +0x1d
created by app.main in goroutine 1
	/src/app.go:30 +0x2a

goroutine 8 [chan receive, 2 minutes]:
app.worker(0xc0000)
	/src/app.go:40 +0x1
created by app.main in goroutine 1
	/src/app.go:31 +0x2a

goroutine 9 [chan receive, 5 minutes]:
app.worker(0xc0008)
	/src/app.go:40 +0x1
created by app.main in goroutine 1
	/src/app.go:31 +0x2a
exit status 2
)text";

TEST(ExplainText, AChainOfPanicsWithOthersWaiting) {
  EXPECT_EQ(FormatExplanation(
                ExplainCrashLog(kChain),
                [](const std::string& file, int line) {
                  return file == "/src/app.go" && line == 12
                             ? "\tpanic(\"second\")"
                             : "";
                },
                Style()),
            R"text((1 line before the report)
panic: first  [recovered]
panic: second
    of two lines
  A panic, and nobody recovered it. A deferred call recovered the panic before it, then panicked itself.
  at app.clean.func1, /src/app.go:12
  12 | 	panic("second")
  3 goroutines with 2 different stacks

goroutine 7 [running] crashed
    panic                /goroot/panic.go:770
  > app.clean.func1      /src/app.go:12
    app.clean            /src/app.go:15
    created by app.main  /src/app.go:30

2 goroutines [chan receive, 2 to 5 minutes], ids 8, 9
    app.worker           /src/app.go:40
    created by app.main  /src/app.go:31

  | exit status 2
)text");
}

TEST(ExplainText, TenThousandGoroutinesAreFiveEntries) {
  std::string text = "fatal error: all goroutines are asleep - deadlock!\n";
  for (int id = 1; id <= 10'000; ++id) {
    text += "\ngoroutine " + std::to_string(id) +
            " [select]:\napp.f()\n\t/src/app.go:" + std::to_string(id % 5 + 1) +
            " +0x1\n";
  }
  const std::string shown = Explained(text);
  EXPECT_THAT(shown, HasSubstr("\n  10000 goroutines with 5 different stacks\n"
                               "\n2000 goroutines [select], ids 1, 6, 11, 16 "
                               "... 9996\n    app.f  /src/app.go:2\n\n"));
  EXPECT_LT(shown.size(), 600u);
}

TEST(ExplainText, ASignalAndTheFramesLeftOut) {
  EXPECT_EQ(Explained("SIGSEGV: segmentation violation\n"
                      "PC=0x55 m=0 sigcode=1 addr=0x0\n\n"
                      "goroutine 1 [running, locked to thread]:\n"
                      "app.f(...)\n\t/src/app.cc:1 +0x1\n"
                      "app.f(...)\n\t/src/app.cc:1 +0x1\n"
                      "...23 frames elided...\n"
                      "app.Main(...)\n\t/src/app.cc:9\n"),
            R"text(SIGSEGV: segmentation violation at address 0
  A memory fault near address 0: a null pointer, or a member of it.
  at app.f, /src/app.cc:1
  1 goroutine

goroutine 1 [running, locked to thread] crashed
  > app.f     /src/app.cc:1  2 times
    ... 23 frames left out
    app.Main  /src/app.cc:9
)text");
}

TEST(ExplainText, SeveralReportsAndLinesNotUnderstood) {
  const std::string one = "panic: x\n\ngoroutine 1 [running]:\n?\n";
  EXPECT_EQ(Explained(one + "\n" + one),
            R"text(Report 1 of 2
panic: x
  A panic, and nobody recovered it.
  1 goroutine

goroutine 1 [running] crashed

Report 2 of 2
panic: x
  A panic, and nobody recovered it.
  1 goroutine

goroutine 1 [running] crashed

2 lines of the report not understood:
  line 4: neither a frame nor anything else that belongs into a stack
  line 9: neither a frame nor anything else that belongs into a stack
)text");
}

TEST(ExplainText, ColourOnlyWhereItIsWanted) {
  EXPECT_THAT(Explained(kChain), Not(HasSubstr("\x1b")));
  EXPECT_THAT(Explained(kChain, Style{true}),
              HasSubstr("\x1b[31m  > \x1b[0m\x1b[1mapp.clean.func1"));
}

TEST(ExplainText, BytesOfAReportDoNotReachTheTerminal) {
  EXPECT_THAT(Explained("panic: \x1b[2J\n\ngoroutine 1 [\x1b]:\n"
                        "f\x1b()\n\t/\x1b.go:1 +0x1\n"),
              Not(HasSubstr("\x1b")));
}

TEST(ExplainText, LongValuesAreCut) {
  const std::string shown =
      Explained("panic: " + std::string(1000, 'x') + "\n\ty\n\ty\n\ty\n\ty\n" +
                "\ty\n\ty\n\ty\n\ty\n\ty\n\ty\n\n");
  EXPECT_THAT(shown, HasSubstr("xxx ... 700 bytes more\n    y\n"));
  EXPECT_THAT(shown, HasSubstr("\n    ... 1 lines more\n"));
}

TEST(ExplainText, NothingIsNoReport) {
  EXPECT_TRUE(ExplainCrashLog("hello\n").log.reports.empty());
  EXPECT_TRUE(ExplainCrashLog("").log.reports.empty());
}

TEST(ExplainText, AHexDumpIsOneLine) {
  EXPECT_EQ(Explained("fatal error: unknown caller pc\n"
                      "runtime: frame weird\n"
                      "0x000000c00003b788:  0x0000000000000000 "
                      " 0x000000000052fb20 \n"
                      "0x000000c00003b798: <0x000000c00003b7b8 "
                      " 0x00000000004c6e6f <main.f+0x000000000000002f> \n\n"
                      "goroutine 1 [running]:\nmain.f()\n\t/src/m.go:3 +0x1\n"),
            R"text(fatal error: unknown caller pc
  The runtime gave up: an error that no deferred call can recover.
  at main.f, /src/m.go:3
  1 goroutine
  runtime: frame weird
  (4 words of memory)

goroutine 1 [running] crashed
  > main.f  /src/m.go:3
)text");
}

}  // namespace
}  // namespace harness
