// Signal handlers that were there before Main. Each in a child, whose main()
// installs one first.
#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <setjmp.h>
#include <signal.h>
#include <sys/mman.h>
#include <unistd.h>

#include <cstdlib>
#include <cstring>
#include <thread>

#include "runtime/defer.h"
#include "runtime/go.h"
#include "runtime/internal/machine/sanitizer.h"
#include "runtime/internal/machine/sigpanic.h"
#include "runtime/internal/testing/main_in_child.h"
#include "runtime/panic.h"

namespace runtime {

// Not local to this file: the compiler must not know that it stays null.
int* volatile nil_of_signal_test = nullptr;

namespace {

using testing::AllOf;
using testing::ExitedWithCode;
using testing::HasSubstr;
using testing::IsEmpty;
using testing::Not;
using testing::StartsWith;

constexpr int kCrashed = 2;
constexpr size_t kPageBytes = 4096;

char* page = nullptr;

void Say(const char* text) {
  static_cast<void>(!write(STDERR_FILENO, text, std::strlen(text)));
}

class SignalTest : public MainInChild {};

// The child's main(): `handler` for `number`, then `body` as goroutine 1.
[[noreturn]] void RunAfter(int number, void (*handler)(int), int flags,
                           void (*body)()) {
  struct sigaction action = {};
  action.sa_handler = handler;
  action.sa_flags = flags;
  sigaction(number, &action, nullptr);
  page = static_cast<char*>(
      mmap(nullptr, kPageBytes, PROT_NONE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0));
  static char name[] = "program";
  static char* arguments[] = {name, nullptr};
  Main(1, arguments, body);
}

void SayAndLeave(int) {
  Say("asked\n");
  _exit(7);
}
void SayAndReturn(int) { Say("asked\n"); }
void OpenPage(int) {
  Say("asked\n");
  mprotect(page, kPageBytes, PROT_READ | PROT_WRITE);
}
void FaultItself(int) {
  Say("asked\n");
  *nil_of_signal_test = 1;
}

void TouchPage() {
  *static_cast<volatile char*>(page) = 1;
  Say("went on\n");
}

TEST_F(SignalTest, APanicIsNotTheirs) {
  if (!internal::kCanCallFromFault) GTEST_SKIP() << "x86-64 only";
  const auto body = [] {
    Protect([] {
      Defer handler([] { Recover(); });
      *nil_of_signal_test = 1;
    });
    Exit(9);
  };
  EXPECT_EXIT(RunAfter(SIGSEGV, &SayAndLeave, 0, body), ExitedWithCode(9),
              IsEmpty());
}

TEST_F(SignalTest, AFaultOfAnotherThreadIs) {
  const auto body = [] { std::thread([] { *nil_of_signal_test = 1; }).join(); };
  EXPECT_EXIT(RunAfter(SIGSEGV, &SayAndLeave, 0, body), ExitedWithCode(7),
              StartsWith("asked\n"));
}

TEST_F(SignalTest, OneThatMendsTheFaultGoesOn) {
  EXPECT_EXIT(RunAfter(SIGSEGV, &OpenPage, 0, &TouchPage), ExitedWithCode(0),
              StartsWith("asked\nwent on\n"));
}

TEST_F(SignalTest, OneForASingleTimeIsAskedOnce) {
  const auto body = [] {
    raise(SIGSYS);
    Say("went on\n");
    raise(SIGSYS);
  };
  EXPECT_EXIT(
      RunAfter(SIGSYS, &SayAndReturn, static_cast<int>(SA_RESETHAND), body),
      ExitedWithCode(kCrashed),
      StartsWith("asked\nwent on\nSIGSYS: bad system call\n"));
}

TEST_F(SignalTest, AFaultInOneIsReported) {
#if defined(LASTWORDS_TSAN)
  GTEST_SKIP() << "ThreadSanitizer blocks every signal in a handler";
#endif
  EXPECT_EXIT(
      RunAfter(SIGSEGV, &FaultItself, SA_NODEFER, &TouchPage),
      ExitedWithCode(kCrashed),
      AllOf(StartsWith("asked\nSIGSEGV: segmentation violation\n"),
            HasSubstr("runtime.FaultItself("), Not(HasSubstr("asked\nasked"))));
}

sigjmp_buf before_fault;
void JumpOut(int) { siglongjmp(before_fault, 1); }

TEST_F(SignalTest, OneMayJumpOut) {
  if (internal::kSanitized) GTEST_SKIP() << "sanitizers do not know our stacks";
  const auto body = [] {
    for (static int i = 0; i < 3; ++i) {
      if (sigsetjmp(before_fault, 1) == 0) TouchPage();
      Say("back\n");
    }
  };
  EXPECT_EXIT(RunAfter(SIGSEGV, &JumpOut, 0, body), ExitedWithCode(0),
              StartsWith("back\nback\nback\n"));
}

TEST_F(SignalTest, AbortIsReportedAllTheSame) {
  EXPECT_EXIT(RunAfter(SIGABRT, &SayAndReturn, 0, [] { std::abort(); }),
              ExitedWithCode(kCrashed), StartsWith("asked\nSIGABRT: abort\n"));
}

TEST_F(SignalTest, AQuitKeepsItsHandler) {
  const auto body = [] {
    raise(SIGQUIT);
    Say("went on\n");
  };
  EXPECT_EXIT(RunAfter(SIGQUIT, &SayAndReturn, 0, body), ExitedWithCode(0),
              StartsWith("asked\nwent on\n"));
}

TEST_F(SignalTest, AQuitThatWasIgnoredIsReported) {
  EXPECT_EXIT(RunAfter(SIGQUIT, SIG_IGN, 0, [] { raise(SIGQUIT); }),
              ExitedWithCode(kCrashed), StartsWith("SIGQUIT: quit\n"));
}

TEST_F(SignalTest, AHangUpThatWasIgnoredStaysSo) {
  const auto body = [] {
    raise(SIGHUP);
    Say("went on\n");
  };
  EXPECT_EXIT(RunAfter(SIGHUP, SIG_IGN, 0, body), ExitedWithCode(0),
              StartsWith("went on\n"));
}

// The compiler does not know which function it is.
int Deeper(int depth);
int (*volatile deeper)(int) = &Deeper;
int Deeper(int depth) {
  volatile char frame[1024];
  frame[0] = static_cast<char>(depth);
  return deeper(depth + 1) + frame[0];
}

TEST_F(SignalTest, AnOverflowIsNotTheirs) {
  EXPECT_EXIT(RunAfter(SIGSEGV, &SayAndLeave, 0, [] { Exit(Deeper(0)); }),
              ExitedWithCode(kCrashed),
              HasSubstr("fatal error: stack overflow\n"));
}

TEST_F(SignalTest, AThreadThatUsesTheRuntimeMayOverflowToo) {
  const auto body = [] {
    std::thread([] {
      Protect([] {});
      Exit(Deeper(0));
    }).join();
  };
  EXPECT_EXIT(RunAfter(SIGUSR1, &SayAndLeave, 0, body),
              ExitedWithCode(kCrashed),
              AllOf(StartsWith("runtime: thread stack exceeds "),
                    HasSubstr("\ngoroutine 0 [running]:\nruntime.Deeper("),
                    HasSubstr("frames elided...\n")));
}

}  // namespace
}  // namespace runtime
