// Main: from the program's main() to its end. Each in a child; GoogleTest's
// frames stand outside of goroutine 1 here.
#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <stdlib.h>

#include <cstdio>
#include <semaphore>
#include <stdexcept>
#include <string_view>
#include <thread>

#include "runtime/chan.h"
#include "runtime/defer.h"
#include "runtime/go.h"
#include "runtime/internal/testing/main_in_child.h"
#include "runtime/panic.h"

namespace runtime {
namespace {

using testing::AllOf;
using testing::ExitedWithCode;
using testing::HasSubstr;
using testing::IsEmpty;
using testing::StartsWith;

constexpr int kCrashed = 2;

class MainTest : public MainInChild {};

[[noreturn]] void RunMain(void (*main)()) {
  static char name[] = "program";
  static char argument[] = "argument";
  static char* arguments[] = {name, argument, nullptr};
  Main(2, arguments, main);
}

TEST_F(MainTest, ItsReturnExitsWith0) {
  EXPECT_EXIT(RunMain([] {}), ExitedWithCode(0), IsEmpty());
}

TEST_F(MainTest, ExitChoosesTheStatusAndSkipsDeferredCalls) {
  const auto main = [] {
    Defer end([] { std::fputs("deferred", stderr); });
    Exit(9);
  };
  EXPECT_EXIT(RunMain(main), ExitedWithCode(9), IsEmpty());
}

TEST_F(MainTest, ExitOfLibcIsExit) {
  EXPECT_EXIT(RunMain([] { exit(9); }), ExitedWithCode(9), IsEmpty());
  EXPECT_EXIT(RunMain([] { quick_exit(9); }), ExitedWithCode(9), IsEmpty());
}

TEST_F(MainTest, ExitHandlersRunAtTheEnd) {
  const auto main = [] {
    atexit([] { std::fputs("handler\n", stderr); });
    std::fputs("main\n", stderr);
  };
  EXPECT_EXIT(RunMain(main), ExitedWithCode(0), "main\nhandler\n");
}

bool thread_panics_at_the_end = false;

// Runs after the handlers of atexit, whatever their order.
__attribute__((destructor)) void PanicInAThread() {
  if (!thread_panics_at_the_end) return;
  static std::binary_semaphore let_go(0);
  std::thread([] {
    Defer done([] {
      let_go.release();
      std::this_thread::yield();
    });
    Panic("late");
  }).detach();
  let_go.acquire();
}

TEST_F(MainTest, APanicOfAThreadHoldsUpTheEndOfTheLastDestructor) {
  EXPECT_EXIT(RunMain([] { thread_panics_at_the_end = true; }),
              ExitedWithCode(kCrashed), StartsWith("panic: late\n"));
}

TEST_F(MainTest, RunsGoroutine1WithTheProgramsArguments) {
  const auto main = [] {
    if (ArgCount() == 2 && Arg(1) == std::string_view("argument")) {
      Panic("right");
    }
  };
  EXPECT_EXIT(RunMain(main), ExitedWithCode(kCrashed),
              AllOf(StartsWith("panic: right\n"),
                    HasSubstr("\ngoroutine 1 [running]:\n")));
}

TEST_F(MainTest, APanicItRecoversIsAReturn) {
  const auto main = [] {
    Defer recover([] { Recover(); });
    Panic("x");
  };
  EXPECT_EXIT(RunMain(main), ExitedWithCode(0), IsEmpty());
}

TEST_F(MainTest, AnExceptionNobodyCatchesIsReported) {
  EXPECT_EXIT(RunMain([] { throw std::runtime_error("what"); }),
              ExitedWithCode(kCrashed),
              AllOf(StartsWith("panic: std::runtime_error: what\n"),
                    HasSubstr("\ngoroutine 1 [running]:\n")));
}

TEST_F(MainTest, GoexitRunsItsDeferredCallsAndLetsTheOthersGoOn) {
  const auto main = [] {
    static const auto main_has_ended = MakeChan<int>();
    Defer end([] {
      std::fputs("deferred\n", stderr);
      main_has_ended.Close();
    });
    Go([] {
      main_has_ended.Recv();
      for (int i = 0; i < 100; ++i) Gosched();
      std::fputs("the other\n", stderr);
      Exit(5);
    });
    Goexit();
  };
  EXPECT_EXIT(RunMain(main), ExitedWithCode(5), "deferred\nthe other\n");
}

TEST_F(MainTest, GoexitAndTheEndOfAllOthersIsADeadlock) {
  const auto main = [] {
    Go([] { Gosched(); });
    Goexit();
  };
  EXPECT_EXIT(RunMain(main), ExitedWithCode(kCrashed),
              StartsWith("fatal error: no goroutines (main called "
                         "runtime.Goexit) - deadlock!\n"));
}

}  // namespace
}  // namespace runtime
