#include "runtime/debug.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <string>

#include "runtime/chan.h"
#include "runtime/go.h"
#include "runtime/panic.h"

namespace runtime {
namespace {

using testing::ExitedWithCode;
using testing::HasSubstr;
using testing::MatchesRegex;
using testing::Not;
using testing::StartsWith;

TEST(StackTextTest, BeginsWithTheCaller) {
  EXPECT_THAT(Stack(), MatchesRegex("goroutine 1 \\[running\\]:\n"
                                    "runtime.StackTextTest_[^\n]*\n"
                                    "\t/[^\n]*debug_test.cc:[0-9]+ (.|\n)*"));
}

TEST(StackTextTest, AllShowsTheParkedToo) {
  auto done = MakeChan<int>();
  auto parked = MakeChan<int>();
  Go([=] {
    parked.Send(1);
    done.Recv();
  });
  parked.Recv();
  EXPECT_THAT(Stack(), Not(HasSubstr("created by")));
  const std::string all = Stack(/*all=*/true);
  EXPECT_THAT(all, StartsWith("goroutine 1 [running]:\n"));
  EXPECT_THAT(all, HasSubstr("created by runtime.StackTextTest_"));
  done.Send(1);
}

TEST(MaxStackTest, IsSetAndSetBack) {
  EXPECT_EQ(SetMaxStack(1 << 20), 0u);
  EXPECT_EQ(SetMaxStack(0), size_t{1} << 20);
  EXPECT_EQ(SetMaxStack(0), 0u);
}

TEST(SetTracebackTest, AnUnknownLevelPanics) {
  EXPECT_EXIT(SetTraceback("loud"), ExitedWithCode(2),
              StartsWith("panic: SetTraceback: unknown level loud\n"));
}

TEST(SetTracebackTest, AllShowsOtherGoroutines) {
  const auto crash = [] {
    SetTraceback("all");
    auto parked = MakeChan<int>();
    Go([=] {
      parked.Send(1);
      parked.Recv();
    });
    parked.Recv();
    Panic("crash");
  };
  EXPECT_EXIT(crash(), ExitedWithCode(2), HasSubstr("created by runtime."));
}

}  // namespace
}  // namespace runtime
