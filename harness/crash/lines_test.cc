#include "harness/crash/lines.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <string>

namespace harness {
namespace {

using ::testing::ElementsAre;

constexpr char kFile[] = "\t/src/main.go:12 +0x34";

TEST(HeaderLine, PlainGoroutine) {
  const auto goroutine = ParseHeader("goroutine 7 [chan receive]:");
  ASSERT_TRUE(goroutine.has_value());
  EXPECT_EQ(goroutine->kind, Goroutine::Kind::kGoroutine);
  EXPECT_EQ(goroutine->id, 7u);
  EXPECT_EQ(goroutine->state, "chan receive");
  EXPECT_FALSE(goroutine->minutes.has_value());
  EXPECT_FALSE(goroutine->locked_to_thread);
}

TEST(HeaderLine, EverythingInTheBrackets) {
  const auto goroutine = ParseHeader(
      "goroutine 7 [select (no cases), 12 minutes, locked to thread, new]:");
  ASSERT_TRUE(goroutine.has_value());
  EXPECT_EQ(goroutine->state, "select (no cases)");
  EXPECT_EQ(goroutine->minutes, 12);
  EXPECT_TRUE(goroutine->locked_to_thread);
  EXPECT_THAT(goroutine->attributes, ElementsAre("new"));
}

TEST(HeaderLine, SystemLevel) {
  const auto goroutine =
      ParseHeader("goroutine 1 gp=0xc0000061c0 m=0 mp=0x5db980 [running]:");
  ASSERT_TRUE(goroutine.has_value());
  EXPECT_EQ(goroutine->id, 1u);
  EXPECT_EQ(goroutine->state, "running");
}

TEST(HeaderLine, RuntimeStackAndThread) {
  EXPECT_EQ(ParseHeader("runtime stack:")->kind,
            Goroutine::Kind::kRuntimeStack);
  const auto thread = ParseHeader("thread \"net [0]\" [running]:");
  ASSERT_TRUE(thread.has_value());
  EXPECT_EQ(thread->kind, Goroutine::Kind::kThread);
  EXPECT_EQ(thread->name, "net [0]");
  EXPECT_EQ(thread->state, "running");
}

TEST(HeaderLine, OtherLines) {
  for (const char* line :
       {"", "goroutine", "goroutine 7", "goroutine x [running]:",
        "goroutine 7 [running]", "goroutine -7 [running]:", "]:", " []:",
        "goroutine 99999999999999999999 [running]:", "thread [running]:",
        "\tgoroutine 7 [running]:", "[originating from goroutine 7]:"}) {
    EXPECT_FALSE(ParseHeader(line).has_value()) << line;
  }
}

TEST(FrameLine, FunctionAndArguments) {
  const auto frame = ParseFrame("main.(*T).f.func1(0x1, {0x2?, 0x3})", kFile);
  ASSERT_TRUE(frame.has_value());
  EXPECT_EQ(frame->function, "main.(*T).f.func1");
  EXPECT_EQ(frame->args, "0x1, {0x2?, 0x3}");
  EXPECT_EQ(frame->file, "/src/main.go");
  EXPECT_EQ(frame->line, 12);
  EXPECT_EQ(frame->offset, 0x34u);
  EXPECT_FALSE(frame->inlined);
}

TEST(FrameLine, Inlined) {
  const auto frame = ParseFrame("a.b(...)", "\t/src/main.go:12");
  ASSERT_TRUE(frame.has_value());
  EXPECT_TRUE(frame->inlined);
  EXPECT_FALSE(frame->offset.has_value());
}

TEST(FrameLine, SystemLevelWithAndWithoutAnOffset) {
  for (const char* file : {"\t/s/a b:c.go:5 +0x8 fp=0x1 sp=0x2 pc=0x3",
                           "\t/s/a b:c.go:5 fp=0x1 sp=0x2 pc=0x3"}) {
    const auto frame = ParseFrame("f()", file);
    ASSERT_TRUE(frame.has_value());
    EXPECT_EQ(frame->file, "/s/a b:c.go");
    EXPECT_EQ(frame->line, 5);
  }
}

TEST(FrameLine, TemplatesAndOperators) {
  EXPECT_EQ(ParseFrame("a.b<>.operator_div(...)", kFile)->function,
            "a.b<>.operator_div");
  EXPECT_EQ(ParseFrame("go.shape.f[...](0x1)", kFile)->function,
            "go.shape.f[...]");
}

TEST(FrameLine, WithoutItsFile) {
  EXPECT_EQ(ParseFrame("a.b(0x1)", "")->file, "");
  // A sentence is no frame then.
  EXPECT_FALSE(ParseFrame("what a pity (really)", "").has_value());
  for (const char* line : {"", ")", "()", "(a)", "f(", "f())", "\tf()"}) {
    EXPECT_FALSE(ParseFrame(line, kFile).has_value()) << line;
  }
}

TEST(FileLine, OtherLines) {
  for (const char* line : {"", "\t", "\t:1", "\t/a.go", "\t/a.go:", "/a.go:1",
                           "\t/a.go:x", "\t/a.go:1 +34", "\t/a.go:1 +0x34 b"}) {
    EXPECT_FALSE(IsFileLine(line)) << line;
  }
}

TEST(CreatedByLine, WithAndWithoutAParent) {
  const auto with = ParseCreatedBy("created by main.f in goroutine 3", kFile);
  ASSERT_TRUE(with.has_value());
  EXPECT_EQ(with->function, "main.f");
  EXPECT_EQ(with->parent_id, 3u);
  EXPECT_EQ(with->line, 12);
  const auto without = ParseCreatedBy("created by main.f", kFile);
  EXPECT_EQ(without->function, "main.f");
  EXPECT_FALSE(without->parent_id.has_value());
}

TEST(SignalLine, OfAPanic) {
  const auto signal = ParseSignalLine(
      "[signal SIGSEGV: segmentation violation code=0x1 addr=0x0 pc=0x49c2c2]");
  ASSERT_TRUE(signal.has_value());
  EXPECT_EQ(signal->name, "SIGSEGV");
  EXPECT_EQ(signal->description, "segmentation violation");
  EXPECT_EQ(signal->code, 1);
  EXPECT_EQ(signal->addr, 0u);
  EXPECT_EQ(signal->pc, 0x49c2c2u);
}

TEST(SignalLine, AsACause) {
  const auto signal =
      ParseSignalCause("SIGBUS: bus error", "PC=0x12 m=0 sigcode=-6");
  ASSERT_TRUE(signal.has_value());
  EXPECT_EQ(signal->name, "SIGBUS");
  EXPECT_EQ(signal->code, -6);
  EXPECT_EQ(signal->pc, 0x12u);
  EXPECT_FALSE(signal->addr.has_value());
  EXPECT_FALSE(ParseSignalCause("SIGBUS: bus error", "").has_value());
  EXPECT_FALSE(ParseSignalCause("SIG: x", "PC=0x12").has_value());
  EXPECT_FALSE(ParseSignalCause("SIGbus: x", "PC=0x12").has_value());
}

TEST(SmallLines, AreRead) {
  EXPECT_EQ(ParseAncestor("[originating from goroutine 19]:"), 19u);
  EXPECT_EQ(ParseElided("...23 frames elided..."), 23u);
  EXPECT_EQ(ParseExitStatus("exit status 2"), 2);
  EXPECT_EQ(ParseRegister("rax    0x4cb260")->value, 0x4cb260u);
  EXPECT_EQ(ParseRegister("r15 0x0")->name, "r15");
}

TEST(SmallLines, AreNotReadIntoOthers) {
  EXPECT_FALSE(ParseAncestor("[originating from goroutine ]:").has_value());
  EXPECT_FALSE(ParseElided("...x frames elided...").has_value());
  EXPECT_FALSE(ParseExitStatus("exit status two").has_value());
  EXPECT_FALSE(ParseExitStatus("exit status 2!").has_value());
  for (const char* line : {"", " 0x1", "rax", "rax ", "rax 12", "rax 0xg"}) {
    EXPECT_FALSE(ParseRegister(line).has_value()) << line;
  }
}

TEST(Marks, AreTakenOffTheEnd) {
  Panic panic;
  panic.value = "a [recovered]";
  TakeMarks(panic);
  EXPECT_EQ(panic.value, "a");
  EXPECT_TRUE(panic.recovered);
  EXPECT_FALSE(panic.repanicked);
  panic.value = "a [recovered, repanicked]";
  TakeMarks(panic);
  EXPECT_EQ(panic.value, "a");
  EXPECT_TRUE(panic.repanicked);
  panic.value = "a [recovered] b";
  TakeMarks(panic);
  EXPECT_EQ(panic.value, "a [recovered] b");
  EXPECT_FALSE(panic.recovered);
}

}  // namespace
}  // namespace harness
