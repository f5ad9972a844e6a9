// One report for each rule of the grammar, then rubbish.

#include "harness/crash/crash.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <string>

namespace harness {
namespace {

using ::testing::ElementsAre;
using ::testing::Field;
using ::testing::IsEmpty;
using ::testing::SizeIs;

constexpr char kPanic[] =
    "panic: crash\n"
    "\n"
    "goroutine 5 [running]:\n"
    "testprog.PanicRace.func1(...)\n"
    "\t/src/testprog/crash.cc:12 +0x25\n"
    "created by testprog.PanicRace in goroutine 1\n"
    "\t/src/testprog/crash.cc:8 +0x5f\n";

// The only report of a text that is understood altogether.
CrashReport Only(std::string_view text) {
  const CrashLog log = ParseCrashLog(text);
  EXPECT_THAT(log.reports, SizeIs(1)) << text;
  for (const Remark& odd : log.oddities) {
    ADD_FAILURE() << "line " << odd.at.line << ": " << odd.text;
  }
  return log.reports.empty() ? CrashReport() : log.reports[0];
}

TEST(Report, PanicOnAGoroutine) {
  const CrashReport report = Only(kPanic);
  EXPECT_TRUE(report.has_cause());
  ASSERT_THAT(report.panics, SizeIs(1));
  EXPECT_EQ(report.panics[0].value, "crash");
  EXPECT_FALSE(report.panics[0].recovered);
  ASSERT_THAT(report.goroutines, SizeIs(1));
  const Goroutine& goroutine = report.goroutines[0];
  EXPECT_EQ(goroutine.id, 5u);
  EXPECT_EQ(goroutine.state, "running");
  ASSERT_THAT(goroutine.stack.frames, SizeIs(1));
  EXPECT_EQ(goroutine.stack.frames[0].function, "testprog.PanicRace.func1");
  ASSERT_TRUE(goroutine.stack.created_by.has_value());
  EXPECT_EQ(goroutine.stack.created_by->function, "testprog.PanicRace");
  EXPECT_EQ(goroutine.stack.created_by->parent_id, 1u);
  EXPECT_EQ(goroutine.stack.created_by->file, "/src/testprog/crash.cc");
  EXPECT_EQ(goroutine.stack.created_by->line, 8);
  EXPECT_FALSE(report.extras.has_value());
}

TEST(Report, PositionsLeadBackToTheText) {
  const std::string before = "some output\nand more\n";
  const std::string text = before + kPanic;
  const CrashLog log = ParseCrashLog(text);
  EXPECT_EQ(log.text_before, before);
  ASSERT_THAT(log.reports, SizeIs(1));
  const CrashReport& report = log.reports[0];
  const auto at = [&text](ReportPlace position) {
    return text.substr(position.offset,
                       text.find('\n', position.offset) - position.offset);
  };
  EXPECT_EQ(at(report.begin), "panic: crash");
  EXPECT_EQ(report.begin.line, 3u);
  EXPECT_EQ(at(report.panics[0].at), "panic: crash");
  EXPECT_EQ(at(report.goroutines[0].at), "goroutine 5 [running]:");
  EXPECT_EQ(report.goroutines[0].at.line, 5u);
  const Stack& stack = report.goroutines[0].stack;
  EXPECT_EQ(at(stack.frames[0].at), "testprog.PanicRace.func1(...)");
  EXPECT_EQ(at(stack.created_by->at),
            "created by testprog.PanicRace in goroutine 1");
  EXPECT_EQ(report.end.offset, text.size());
}

TEST(Report, ChainOfPanics) {
  const CrashReport report = Only(
      "panic: first [recovered]\n"
      "\tpanic: second [recovered, repanicked]\n"
      "\tpanic: third\n"
      "\n"
      "goroutine 1 [running]:\n"
      "main.main()\n"
      "\t/src/main.go:1 +0x1\n");
  ASSERT_THAT(report.panics, SizeIs(3));
  EXPECT_EQ(report.panics[0].value, "first");
  EXPECT_TRUE(report.panics[0].recovered);
  EXPECT_FALSE(report.panics[0].repanicked);
  EXPECT_EQ(report.panics[1].value, "second");
  EXPECT_TRUE(report.panics[1].repanicked);
  EXPECT_EQ(report.panics[2].value, "third");
  EXPECT_FALSE(report.panics[2].recovered);
}

TEST(Report, AValueCannotForgeAHeader) {
  const CrashReport report = Only(
      "panic: x\n"
      "\t\n"
      "\tgoroutine 9 [running]:\n"
      "\tmain.fake() [recovered]\n"
      "\tpanic: y\n"
      "\n"
      "goroutine 1 [running]:\n"
      "main.main()\n"
      "\t/src/main.go:1 +0x1\n");
  ASSERT_THAT(report.panics, SizeIs(2));
  EXPECT_EQ(report.panics[0].value, "x\n\ngoroutine 9 [running]:\nmain.fake()");
  EXPECT_TRUE(report.panics[0].recovered);
  ASSERT_THAT(report.goroutines, SizeIs(1));
  EXPECT_EQ(report.goroutines[0].id, 1u);
}

TEST(Report, EmptyValue) {
  EXPECT_EQ(Only("panic: \n\ngoroutine 1 [running]:\n").panics[0].value, "");
}

TEST(Report, SignalOfAPanic) {
  const CrashReport report = Only(
      "panic: runtime error: integer divide by zero\n"
      "[signal SIGFPE: floating-point exception code=0x1 addr=0x4 pc=0x4]\n"
      "\n"
      "goroutine 1 [running]:\n"
      "main.main()\n"
      "\t/src/main.go:1 +0x1\n");
  ASSERT_TRUE(report.signal.has_value());
  EXPECT_EQ(report.signal->name, "SIGFPE");
  EXPECT_EQ(report.signal->at.line, 2u);
}

TEST(Report, SignalAsTheCauseWithRegisters) {
  const CrashReport report = Only(
      "SIGQUIT: quit\n"
      "PC=0x4723ce m=0 sigcode=0\n"
      "\n"
      "goroutine 0 gp=0x570040 m=0 mp=0x570f00 [idle]:\n"
      "runtime.netpoll(0xc000028290?)\n"
      "\t/goroot/netpoll.go:116 +0xd2 fp=0x7ffc sp=0x7ff0 pc=0x42f912\n"
      "\n"
      "rax    0x0\n"
      "r10    0x5d33\n");
  ASSERT_TRUE(report.signal.has_value());
  EXPECT_EQ(report.signal->name, "SIGQUIT");
  EXPECT_EQ(report.goroutines[0].id, 0u);
  ASSERT_THAT(report.registers, SizeIs(2));
  EXPECT_EQ(report.registers[1].name, "r10");
  EXPECT_EQ(report.registers[1].value, 0x5d33u);
  EXPECT_FALSE(report.extras.has_value());
}

TEST(Report, FatalErrorWithAllGoroutines) {
  const CrashReport report = Only(
      "fatal error: all goroutines are asleep - deadlock!\n"
      "\n"
      "goroutine 1 [chan receive, 2 minutes, locked to thread]:\n"
      "main.main()\n"
      "\t/src/main.go:1 +0x1\n"
      "\n"
      "goroutine 18 [select (no cases)]:\n"
      "main.main.func1()\n"
      "\t/src/main.go:2 +0x1\n"
      "created by main.main in goroutine 1\n"
      "\t/src/main.go:3 +0x1\n"
      "exit status 2\n");
  ASSERT_TRUE(report.fatal.has_value());
  EXPECT_EQ(report.fatal->text, "all goroutines are asleep - deadlock!");
  EXPECT_THAT(report.goroutines,
              ElementsAre(Field(&Goroutine::id, 1), Field(&Goroutine::id, 18)));
  EXPECT_EQ(report.goroutines[0].minutes, 2);
  EXPECT_TRUE(report.goroutines[0].locked_to_thread);
}

TEST(Report, NotesBeforeTheCauseAndWithin) {
  const CrashReport report = Only(
      "runtime: goroutine stack exceeds 1000000-byte limit\n"
      "runtime: sp=0xc0 stack=[0xc0, 0xc1]\n"
      "fatal error: stack overflow\n"
      "\n"
      "runtime stack:\n"
      "runtime.throw({0x1?, 0x2?})\n"
      "\t/goroot/panic.go:1 +0x48\n"
      "\n"
      "goroutine 1 [running]:\n"
      "main.f(0x1)\n"
      "\t/src/main.go:1 +0x1\n"
      "runtime: g 5: unexpected return pc for main.f called from 0xbad\n"
      "stack: frame={sp:0x1, fp:0x2} stack=[0x0,0x3)\n"
      "0x000000c00003b6a8:  0x0000000000434960 <f+0x0>  0x000000c000007340 \n"
      "...23 frames elided...\n"
      "main.main()\n"
      "\t/src/main.go:2 +0x1\n");
  EXPECT_THAT(report.notes, SizeIs(5));
  ASSERT_THAT(report.goroutines, SizeIs(2));
  EXPECT_EQ(report.goroutines[0].kind, Goroutine::Kind::kRuntimeStack);
  const Stack& stack = report.goroutines[1].stack;
  EXPECT_THAT(stack.frames, SizeIs(2));
  EXPECT_EQ(stack.elided_frames, 23u);
  EXPECT_EQ(stack.elided_before, 1u);
}

TEST(Report, Ancestors) {
  const CrashReport report = Only(
      "goroutine 20 [running]:\n"
      "main.f()\n"
      "\t/src/main.go:1 +0x1\n"
      "created by main.g in goroutine 19\n"
      "\t/src/main.go:2 +0x1\n"
      "[originating from goroutine 19]:\n"
      "main.g(...)\n"
      "\t/src/main.go:3 +0x1\n"
      "created by main.main\n"
      "\t/src/main.go:4 +0x1\n"
      "[originating from goroutine 1]:\n"
      "main.main(...)\n"
      "\t/src/main.go:5 +0x1\n");
  EXPECT_FALSE(report.has_cause());
  ASSERT_THAT(report.goroutines, SizeIs(1));
  EXPECT_EQ(report.goroutines[0].stack.created_by->parent_id, 19u);
  const auto& ancestors = report.goroutines[0].ancestors;
  ASSERT_THAT(ancestors,
              ElementsAre(Field(&Ancestor::id, 19), Field(&Ancestor::id, 1)));
  EXPECT_EQ(ancestors[0].stack.created_by->function, "main.main");
  EXPECT_FALSE(ancestors[1].stack.created_by.has_value());
}

TEST(Report, StackOfAnotherThreadAndOfNoGoroutine) {
  const CrashReport report = Only(
      "panic: x\n"
      "\n"
      "thread \"worker\" [running]:\n"
      "a.b()\n"
      "\t/src/a.cc:1 +0x1\n"
      "\n"
      "goroutine 3 [running]:\n"
      "\tgoroutine running on other thread; stack unavailable\n"
      "created by a.c in goroutine 1\n"
      "\t/src/a.cc:2 +0x1\n");
  ASSERT_THAT(report.goroutines, SizeIs(2));
  EXPECT_EQ(report.goroutines[0].name, "worker");
  EXPECT_FALSE(report.goroutines[0].stack_unavailable);
  EXPECT_TRUE(report.goroutines[1].stack_unavailable);
  EXPECT_TRUE(report.goroutines[1].stack.created_by.has_value());
}

TEST(Report, ExtrasAfterTheLastGoroutine) {
  const std::string text =
      std::string(kPanic) + "\nrerun: ./testprog PanicRace\nbuild-id 12\n";
  const CrashReport report = Only(text);
  ASSERT_TRUE(report.extras.has_value());
  EXPECT_EQ(report.extras->text, "rerun: ./testprog PanicRace\nbuild-id 12");
  EXPECT_EQ(report.extras->at.line, 9u);
  EXPECT_EQ(text.substr(report.extras->at.offset, 5), "rerun");
}

TEST(Report, CauseAlone) {
  const CrashReport report = Only("panic: quiet\n");
  EXPECT_EQ(report.panics[0].value, "quiet");
  EXPECT_THAT(report.goroutines, IsEmpty());
}

TEST(Log, ExitStatusOfGoRun) {
  EXPECT_EQ(ParseCrashLog(std::string(kPanic) + "exit status 2\n").exit_status,
            2);
  EXPECT_EQ(ParseCrashLog("exit status 1\n").exit_status, 1);
  EXPECT_FALSE(ParseCrashLog(kPanic).exit_status.has_value());
}

TEST(Log, SeveralReports) {
  const std::string one = kPanic;
  for (const std::string& text :
       // NOLINTNEXTLINE(performance-inefficient-string-concatenation)
       {one + one, one + "\n" + one, one + "between\n" + one}) {
    const CrashLog log = ParseCrashLog(text);
    ASSERT_THAT(log.reports, SizeIs(2)) << text;
    for (const CrashReport& report : log.reports) {
      EXPECT_THAT(report.panics, SizeIs(1));
      EXPECT_THAT(report.goroutines, SizeIs(1));
    }
  }
  const CrashLog log = ParseCrashLog(one + "\nbetween\n\n" + one);
  EXPECT_EQ(log.reports[0].extras->text, "between");
}

TEST(Log, OneReportForEachThread) {
  const std::string report =
      "SIGQUIT: quit\nPC=0x1 m=0 sigcode=0\n\ngoroutine 1 [running]:\n"
      "main.main()\n\t/src/main.go:1 +0x1\n\nrax    0x0\n";
  const CrashLog log = ParseCrashLog(report + "\n-----\n\n" + report);
  EXPECT_THAT(log.reports, SizeIs(2));
  EXPECT_THAT(log.oddities, IsEmpty());
  EXPECT_FALSE(log.reports[0].extras.has_value());
}

TEST(Log, NoReport) {
  for (const char* text : {"", "\n", "hello\n", "runtime: not a report\n",
                           "SIGQUIT: quit\nno PC\n", "a panic: b\n"}) {
    const CrashLog log = ParseCrashLog(text);
    EXPECT_THAT(log.reports, IsEmpty()) << text;
    EXPECT_EQ(log.text_before, text);
  }
}

TEST(Log, LineEndsOfATerminal) {
  std::string text;
  for (const char c : std::string(kPanic)) {
    if (c == '\n') text += '\r';
    text += c;
  }
  const CrashLog log = ParseCrashLog(text);
  ASSERT_THAT(log.reports, SizeIs(1));
  EXPECT_EQ(log.reports[0].panics[0].value, "crash");
  EXPECT_THAT(log.reports[0].goroutines[0].stack.frames, SizeIs(1));
  EXPECT_THAT(log.oddities, IsEmpty());
}

TEST(Oddity, OutputBetweenFrames) {
  const CrashLog log = ParseCrashLog(
      "panic: x\n"
      "a thread prints\n"
      "\n"
      "goroutine 1 [running]:\n"
      "main.f()\n"
      "\t/src/main.go:1 +0x1\n"
      "another line of output\n"
      "main.main()\n"
      "\t/src/main.go:2 +0x1\n");
  ASSERT_THAT(log.reports, SizeIs(1));
  EXPECT_THAT(log.reports[0].goroutines[0].stack.frames, SizeIs(2));
  ASSERT_THAT(log.oddities, SizeIs(2));
  EXPECT_EQ(log.oddities[0].at.line, 2u);
  EXPECT_EQ(log.oddities[1].at.line, 7u);
}

TEST(Oddity, MissingFile) {
  const CrashLog log = ParseCrashLog(
      "panic: x\n\ngoroutine 1 [running]:\nmain.f()\nmain.main()\n"
      "\t/src/main.go:2 +0x1\n");
  EXPECT_THAT(log.reports[0].goroutines[0].stack.frames, SizeIs(2));
  EXPECT_EQ(log.reports[0].goroutines[0].stack.frames[0].file, "");
  EXPECT_THAT(log.oddities, SizeIs(1));
}

TEST(Oddity, AreNotWithoutEnd) {
  std::string text = "panic: x\n\ngoroutine 1 [running]:\n";
  for (int i = 0; i < 10'000; ++i) text += "?\n";
  EXPECT_THAT(ParseCrashLog(text).oddities, SizeIs(CrashLog::kMaxOddities));
}

// Whatever is broken off or broken in, an answer comes, and it does not point
// outside of the text.
void ExpectSane(const std::string& text) {
  const CrashLog log = ParseCrashLog(text);
  EXPECT_LE(log.text_before.size(), text.size());
  std::size_t last = 0;
  for (const CrashReport& report : log.reports) {
    EXPECT_GE(report.begin.offset, last);
    EXPECT_LT(report.begin.offset, report.end.offset);
    EXPECT_LE(report.end.offset, text.size());
    last = report.end.offset;
  }
}

TEST(Rubbish, EveryPrefixOfAReport) {
  const std::string text = std::string("before\n") + kPanic + "\nextras\n";
  for (std::size_t size = 0; size <= text.size(); ++size) {
    ExpectSane(text.substr(0, size));
    ExpectSane(text.substr(size));
  }
}

TEST(Rubbish, EveryByteReplaced) {
  for (std::size_t at = 0; at < sizeof kPanic - 1; ++at) {
    for (const char c : {'\0', '\n', '\t', ' ', ')', '(', '0', '\xff'}) {
      std::string text = kPanic;
      text[at] = c;
      ExpectSane(text);
    }
  }
}

TEST(Rubbish, LongAndHostileTextsTakeLinearTime) {
  constexpr int kLines = 100'000;
  for (const std::string line :
       {"runtime: note\n", "panic: x\n", "\tpanic: x\n", "goroutine 1 [a]:\n",
        "f()\n", "\n", "((((((((\n", "))))))))\n", "rax 0x1\n", "-----\n"}) {
    std::string text = "panic: x\n\ngoroutine 1 [running]:\n";
    for (int i = 0; i < kLines; ++i) text += line;
    ExpectSane(text);
  }
  ExpectSane("panic: x\n\ngoroutine 1 [running]:\n" +
             std::string(5'000'000, ')'));
}

}  // namespace
}  // namespace harness
