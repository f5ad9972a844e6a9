// Programs of threads alone. Each in a child, whose main() asks for reports.
#include "runtime/crash_reports.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <pthread.h>
#include <signal.h>
#include <unistd.h>

#include <atomic>
#include <cstdlib>
#include <stdexcept>
#include <thread>

#include "runtime/debug.h"
#include "runtime/defer.h"
#include "runtime/internal/base/sanitizer_build.h"
#include "runtime/internal/testing/main_in_child.h"
#include "runtime/panic.h"
#include "runtime/sync.h"

namespace runtime {

// Not local to this file: the compiler must not know that it stays null.
int* volatile nil_of_crash_reports_test = nullptr;

namespace {

using testing::AllOf;
using testing::ContainsRegex;
using testing::ExitedWithCode;
using testing::HasSubstr;
using testing::IsEmpty;
using testing::KilledBySignal;
using testing::Not;
using testing::StartsWith;

constexpr int kCrashed = 2;

class CrashReportsTest : public MainInChild {};

// The child's main(): `body` on a thread of its own.
template <class F>
[[noreturn]] void OnAThread(F body) {
  InstallCrashReports();
  std::thread(body).join();
  std::exit(0);
}

TEST_F(CrashReportsTest, AnExceptionOfAThreadIsReported) {
  EXPECT_EXIT(OnAThread([] { throw std::runtime_error("no flour"); }),
              ExitedWithCode(kCrashed),
              AllOf(StartsWith("panic: std::runtime_error: no flour\n\n"
                               "goroutine 0 [running]:\n"),
                    HasSubstr("crash_reports_test.cc:")));
}

TEST_F(CrashReportsTest, APanicIs) {
  EXPECT_EXIT(OnAThread([] { Panic("crash"); }), ExitedWithCode(kCrashed),
              StartsWith("panic: crash\n\ngoroutine 0 [running]:\n"));
}

TEST_F(CrashReportsTest, AFaultIsASignal) {
  EXPECT_EXIT(OnAThread([] { *nil_of_crash_reports_test = 1; }),
              ExitedWithCode(kCrashed),
              AllOf(StartsWith("SIGSEGV: segmentation violation\nPC=0x"),
                    HasSubstr("\ngoroutine 0 [running]:\n")));
}

TEST_F(CrashReportsTest, AnAbortIs) {
  EXPECT_EXIT(OnAThread([] { std::abort(); }), ExitedWithCode(kCrashed),
              AllOf(StartsWith("SIGABRT: abort\n"),
                    HasSubstr("\ngoroutine 0 [running]:\n")));
}

TEST_F(CrashReportsTest, MainIsGoroutineOne) {
  const auto crash = [] {
    InstallCrashReports();
    Panic("crash");
  };
  EXPECT_EXIT(crash(), ExitedWithCode(kCrashed),
              StartsWith("panic: crash\n\ngoroutine 1 [running]:\n"));
}

TEST_F(CrashReportsTest, ARecoveredPanicIsNone) {
  EXPECT_EXIT(OnAThread([] {
                Protect([] {
                  Defer handler([] { Recover(); });
                  Panic("crash");
                });
              }),
              ExitedWithCode(0), IsEmpty());
}

// A thread panics; its deferred call lets main exit, then does `more`.
template <class F>
[[noreturn]] void ExitWhileAThreadPanics(F more) {
  InstallCrashReports();
  static WaitGroup let_go;
  let_go.Add(1);
  std::thread([more] {
    Defer done([more] {
      let_go.Done();
      more();
    });
    Panic("crash");
  }).detach();
  let_go.Wait();
  std::exit(0);
}

TEST_F(CrashReportsTest, AnExitWaitsForTheReport) {
  EXPECT_EXIT(ExitWhileAThreadPanics([] { std::this_thread::yield(); }),
              ExitedWithCode(kCrashed), StartsWith("panic: crash\n"));
}

// Without a scheduler the grace period has its clock all the same.
TEST_F(CrashReportsTest, AnExitWaitsForAGraceAtMost) {
  const auto endless = [] {
    setenv("LASTWORDS_EXIT_GRACE_MS", "50", 1);
    ExitWhileAThreadPanics([] {
      for (;;) pause();
    });
  };
  EXPECT_EXIT(endless(), ExitedWithCode(kCrashed),
              AllOf(StartsWith("panic: crash\n"),
                    HasSubstr("\ndeferred calls still running at exit\n")));
}

// The others follow, by name, wherever they wait.
TEST_F(CrashReportsTest, AFatalErrorShowsTheOtherThreads) {
  if (internal::kSanitized) {
    GTEST_SKIP() << "a thread that hears nothing is taken for the sanitizer's";
  }
  const auto fatal = [] {
    InstallCrashReports();
    static std::atomic<int> ready = 0;
    std::thread([] {
      pthread_setname_np(pthread_self(), "oven, [hot]");
      ++ready;
      for (;;) pause();
    }).detach();
    std::thread([] {
      sigset_t all;
      sigfillset(&all);
      pthread_sigmask(SIG_BLOCK, &all, nullptr);
      pthread_setname_np(pthread_self(), "deaf");
      ++ready;
      for (;;) pause();
    }).detach();
    while (ready < 2) std::this_thread::yield();
    Fatal("out of flour");
  };
  EXPECT_EXIT(
      fatal(), ExitedWithCode(kCrashed),
      AllOf(
          StartsWith("fatal error: out of flour\n\ngoroutine 1 [running]:\n"),
          ContainsRegex("\n\ngoroutine 0 \\[thread \"oven\\? \\?hot\\?\"\\]:\n"
                        "(.*\n)*.*crash_reports_test\\.cc:"),
          ContainsRegex("\n\ngoroutine 0 \\[thread \"deaf\"\\]:\n"
                        "\\?\\(\\.\\.\\.\\)\n\t\\?:0\n"),
          Not(HasSubstr("\n-----\n"))));
}

TEST_F(CrashReportsTest, TheRerunLineNeedsNoArguments) {
  EXPECT_EXIT(OnAThread([] { Panic("crash"); }), ExitedWithCode(kCrashed),
              ContainsRegex("\nrerun: \\(cd [^ ]+ && [^\n]*crash_reports_test "
                            "[^\n]*gtest"));
}

TEST_F(CrashReportsTest, WhatEndsAProcessEndsIt) {
  EXPECT_EXIT(OnAThread([] { raise(SIGTERM); }), KilledBySignal(SIGTERM),
              IsEmpty());
}

}  // namespace
}  // namespace runtime
