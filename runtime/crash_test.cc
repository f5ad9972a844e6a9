// What ends the process: its report and its status. Each in a child, which
// starts in goroutine 1.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <cstdio>
#include <stdexcept>
#include <string>
#include <thread>

#include "runtime/chan.h"
#include "runtime/defer.h"
#include "runtime/go.h"
#include "runtime/internal/machine/sanitizer.h"
#include "runtime/panic.h"
#include "runtime/sync.h"

namespace runtime {
namespace {

using testing::AllOf;
using testing::ExitedWithCode;
using testing::HasSubstr;
using testing::Not;
using testing::StartsWith;

constexpr int kCrashed = 2;

// Not on GoogleTest's goroutine: it catches exceptions. Waits for the end of
// the process and not of the body, whose deferred calls run before its report
// (GoogleTest's child would leave by _exit when the statement returns).
template <class F>
[[noreturn]] void CrashInGoroutine(F body) {
  Go(body);
  for (;;) MakeChan<int>().Recv();
}

TEST(PanicReportTest, AnUnrecoveredPanicExitsWith2) {
  EXPECT_EXIT(Panic("crash"), ExitedWithCode(kCrashed),
              AllOf(StartsWith("panic: crash\n"),
                    HasSubstr("\ngoroutine 1 [running]:\n")));
  EXPECT_EXIT(CrashInGoroutine([] { Panic(93); }), ExitedWithCode(kCrashed),
              AllOf(StartsWith("panic: 93\n"), HasSubstr(" [running]:\n"),
                    Not(HasSubstr("goroutine 1 [running]"))));
}

TEST(PanicReportTest, DeferredCallsRunBeforeTheReport) {
  const auto crash = [] {
    Defer end([] { std::fputs("deferred\n", stderr); });
    Panic("crash");
  };
  EXPECT_EXIT(crash(), ExitedWithCode(kCrashed),
              StartsWith("deferred\npanic: crash\n"));
}

TEST(PanicReportTest, ANewlineInAValueIsIndented) {
  EXPECT_EXIT(Panic("one\ngoroutine 7 [running]:"), ExitedWithCode(kCrashed),
              StartsWith("panic: one\n\tgoroutine 7 [running]:\n"));
}

TEST(PanicReportTest, AChainIsPrintedOldestFirst) {
  const auto crash = [] {
    Defer third([] { Panic("third"); });
    Defer second([] {
      Recover();
      Panic("second");
    });
    Panic("first");
  };
  EXPECT_EXIT(crash(), ExitedWithCode(kCrashed),
              StartsWith("panic: first [recovered]\n\tpanic: second\n\tpanic: "
                         "third\n"));
}

TEST(PanicReportTest, TheSameValueAgainIsOneLine) {
  const auto crash = [] {
    Defer again([] { Panic(*Recover()); });
    Panic("message");
  };
  EXPECT_EXIT(
      crash(), ExitedWithCode(kCrashed),
      StartsWith("panic: message [recovered, repanicked]\n\ngoroutine "));
  const auto twice = [] {
    Defer third([] { Panic(*Recover()); });
    Defer second([] { Panic(*Recover()); });
    Panic("message");
  };
  EXPECT_EXIT(
      twice(), ExitedWithCode(kCrashed),
      StartsWith("panic: message [recovered, repanicked]\n\ngoroutine "));
  // Another value of the same text is another.
  const auto equal = [] {
    Defer again([] {
      Recover();
      Panic("message");
    });
    Panic("message");
  };
  EXPECT_EXIT(equal(), ExitedWithCode(kCrashed),
              StartsWith("panic: message [recovered]\n\tpanic: message\n"));
}

TEST(PanicReportTest, APanicThatGoexitAbortedIsNotReported) {
  const auto goexit = [] {
    WaitGroup wg;
    wg.Add(1);
    Go([&] {
      Defer done([&] { wg.Done(); });
      Defer g([] { Goexit(); });
      Panic("aborted");
    });
    wg.Wait();
    Exit(7);
  };
  EXPECT_EXIT(goexit(), ExitedWithCode(7), testing::IsEmpty());
}

TEST(PanicReportTest, ExitAfterRecoverExits) {
  const auto exits = [] {
    Defer r([] {
      if (Recover()) Exit(3);
    });
    Panic("x");
  };
  EXPECT_EXIT(exits(), ExitedWithCode(3), testing::IsEmpty());
}

TEST(PanicReportTest, ExitInADeferredCallOfAPanicReportsIt) {
  const auto exits = [] {
    Defer r([] { Exit(3); });
    Panic("not lost");
  };
  EXPECT_EXIT(exits(), ExitedWithCode(kCrashed),
              StartsWith("panic: not lost\n"));
}

TEST(PanicReportTest, ExitWaitsForAPanicElsewhere) {
  const auto exits = [] {
    WaitGroup panicking;
    panicking.Add(1);
    Go([&] {
      Defer slow([&] {
        panicking.Done();
        for (int i = 0; i < 100; ++i) Gosched();
      });
      Panic("elsewhere");
    });
    panicking.Wait();
    Exit(0);
  };
  EXPECT_EXIT(exits(), ExitedWithCode(kCrashed),
              StartsWith("panic: elsewhere\n"));
}

// Values that need the user's code. ------------------------------------------

struct PanicsInError {
  std::string Error() const { Panic("inside"); }
};
struct PanicsWithNumber {
  std::string String() const { Panic(7); }
};
struct ThrowsInError {
  std::string Error() const { throw std::runtime_error("thrown in Error"); }
};
struct RecoversInError {
  std::string Error() const {
    Protect([] {
      Defer r([] { Recover(); });
      Panic("inside");
    });
    return "recovered in Error";
  }
};

TEST(PanicValueReportTest, APanicInErrorIsFatal) {
  EXPECT_EXIT(Panic(PanicsInError()), ExitedWithCode(kCrashed),
              HasSubstr("fatal error: panic while printing panic value: "
                        "inside\n"));
  EXPECT_EXIT(
      Panic(PanicsWithNumber()), ExitedWithCode(kCrashed),
      HasSubstr("fatal error: panic while printing panic value: type int\n"));
}

TEST(PanicValueReportTest, APanicRecoveredInErrorIsNot) {
  EXPECT_EXIT(Panic(RecoversInError()), ExitedWithCode(kCrashed),
              StartsWith("panic: recovered in Error\n"));
}

TEST(PanicValueReportTest, AnExceptionInErrorIsFatalToo) {
  EXPECT_EXIT(
      CrashInGoroutine([] { Panic(ThrowsInError()); }),
      ExitedWithCode(kCrashed),
      AllOf(StartsWith("fatal error: panic while printing panic value: "),
            HasSubstr("thrown in Error")));
}

// C++ exceptions. ------------------------------------------------------------

struct NotAnException {};

TEST(UncaughtExceptionTest, IsReportedAsAPanic) {
  EXPECT_EXIT(CrashInGoroutine([] { throw std::runtime_error("what"); }),
              ExitedWithCode(kCrashed),
              AllOf(StartsWith("panic: std::runtime_error: what\n"),
                    HasSubstr("crash_test.cc:")));
  EXPECT_EXIT(CrashInGoroutine([] { throw NotAnException(); }),
              ExitedWithCode(kCrashed), HasSubstr("NotAnException) 0x"));
}

TEST(UncaughtExceptionTest, DeferredCallsRunFirst) {
  const auto crash = [] {
    Defer end([] { std::fputs("deferred\n", stderr); });
    throw std::runtime_error("what");
  };
  EXPECT_EXIT(CrashInGoroutine(crash), ExitedWithCode(kCrashed),
              StartsWith("deferred\npanic: std::runtime_error: what\n"));
}

TEST(UncaughtExceptionTest, OfAForeignThreadIsReported) {
  const auto crash = [] {
    std::thread([] { throw std::runtime_error("foreign"); }).join();
  };
  EXPECT_EXIT(crash(), ExitedWithCode(kCrashed),
              StartsWith("panic: std::runtime_error: foreign\n"));
}

TEST(UncaughtExceptionTest, InADeferredCallOfAPanicBothAreReported) {
  const auto crash = [] {
    Defer throws([] { throw std::runtime_error("second"); });
    Panic("first");
  };
  EXPECT_EXIT(CrashInGoroutine(crash), ExitedWithCode(kCrashed),
              StartsWith("panic: first\n\tpanic: std::runtime_error: "
                         "second\n"));
}

void PanicsInNoexcept() noexcept { Panic("x"); }

TEST(NoexceptTest, ARecoveryThatCrossesItIsFatal) {
  const auto crash = [] {
    Protect([] {
      Defer r([] { Recover(); });
      PanicsInNoexcept();
    });
  };
  EXPECT_EXIT(CrashInGoroutine(crash), ExitedWithCode(kCrashed),
              HasSubstr("fatal error: recovered panic crossed a noexcept "
                        "function\n"));
}

TEST(NoexceptTest, AnUnrecoveredPanicInsideIsReportedWhole) {
  EXPECT_EXIT(CrashInGoroutine([] { PanicsInNoexcept(); }),
              ExitedWithCode(kCrashed),
              AllOf(StartsWith("panic: x\n"), HasSubstr("PanicsInNoexcept")));
}

__attribute__((noinline)) void Throws() { throw std::runtime_error("x"); }
void ThrowsInNoexcept() noexcept { Throws(); }

TEST(NoexceptTest, AnExceptionThatReachesItCannotBeRecovered) {
  const auto crash = [] {
    Defer end(
        [] { std::fputs(Recover() ? "recovered\n" : "deferred\n", stderr); });
    ThrowsInNoexcept();
  };
  EXPECT_EXIT(CrashInGoroutine(crash), ExitedWithCode(kCrashed),
              AllOf(StartsWith("deferred\npanic: std::runtime_error: x\n"),
                    HasSubstr("runtime.Throws("),
                    HasSubstr("runtime.ThrowsInNoexcept(")));
}

struct ThrowsWhenDestroyed {
  ~ThrowsWhenDestroyed() { Throws(); }
};

TEST(NoexceptTest, AnExceptionInADestructorOfARecoveryIsReportedItself) {
  const auto crash = [] {
    Protect([] {
      Defer r([] { Recover(); });
      const ThrowsWhenDestroyed object;
      Panic("recovered");
    });
  };
  EXPECT_EXIT(CrashInGoroutine(crash), ExitedWithCode(kCrashed),
              AllOf(StartsWith("panic: std::runtime_error: x\n"),
                    HasSubstr("runtime.Throws(")));
}

// A program's own handler decides.
TEST(TerminateHandlerTest, OneOfTheProgramIsRespected) {
  const auto crash = [] {
    std::set_terminate([] { Exit(9); });
    throw std::runtime_error("x");
  };
  EXPECT_EXIT(CrashInGoroutine(crash), ExitedWithCode(9), testing::IsEmpty());
}

TEST(ForeignThreadTest, ARecoveryWithoutProtectIsFatal) {
  const auto crash = [] {
    std::thread([] {
      Defer r([] { Recover(); });
      Panic("x");
    }).join();
  };
  EXPECT_EXIT(crash(), ExitedWithCode(kCrashed),
              HasSubstr("fatal error: recovered panic has no frame to return "
                        "to: call runtime::Protect\n"));
}

TEST(ForeignThreadTest, GoexitIsFatal) {
  const auto crash = [] { std::thread([] { Goexit(); }).join(); };
  EXPECT_EXIT(crash(), ExitedWithCode(kCrashed),
              HasSubstr("fatal error: Goexit on a thread that is not a "
                        "goroutine\n"));
}

TEST(FatalTest, CannotBeRecoveredAndRunsNoDeferredCall) {
  const auto crash = [] {
    Defer r([] {
      std::fputs("deferred\n", stderr);
      Recover();
    });
    Fatal("beyond repair");
  };
  EXPECT_EXIT(crash(), ExitedWithCode(kCrashed),
              AllOf(StartsWith("fatal error: beyond repair\n"),
                    Not(HasSubstr("deferred"))));
}

void UseTheStack(int depth) {
  volatile char frame[1024];
  frame[0] = static_cast<char>(depth);
  if (depth != 0) UseTheStack(depth + 1);
  frame[1] = frame[0];
}

TEST(StackOverflowTest, IsReported) {
  if (internal::kSanitized) {
    GTEST_SKIP() << "the sanitizer's own handler reports it";
  }
  EXPECT_EXIT(CrashInGoroutine([] { UseTheStack(1); }),
              ExitedWithCode(kCrashed),
              AllOf(HasSubstr("goroutine stack exceeds 245760-byte limit\n"),
                    HasSubstr("fatal error: stack overflow\n")));
}

}  // namespace
}  // namespace runtime
