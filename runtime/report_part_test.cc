// Parts that go wrong, of a report that goes on. Each in a child, which reports
// to GoogleTest's pipe.
#include "runtime/internal/diag/report_part.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <signal.h>
#include <unistd.h>

#include "runtime/go.h"
#include "runtime/internal/diag/report_output.h"
#include "runtime/internal/machine/sanitizer.h"
#include "runtime/internal/testing/main_in_child.h"

namespace runtime::internal {

// Not local to this file: the compiler must not know that it stays null.
const char* volatile nowhere_of_report_part_test = nullptr;

namespace {

using testing::ContainsRegex;
using testing::ExitedWithCode;
using testing::KilledBySignal;

constexpr int kDone = 7;

class ReportPartTest : public MainInChild {
 protected:
  void SetUp() override {
#if !defined(__x86_64__)
    GTEST_SKIP() << "no call is guarded here";
#endif
  }
};

template <void (*kPrint)(Printer& out), int kLimitMs>
void Report() {
  Printer& out = BeginReport();
  PrintPart(
      out, {"the first, number ", 5},
      [](void* arg) { kPrint(*static_cast<Printer*>(arg)); }, &out, kLimitMs);
  PrintPart(out, {"the second"}, [&] { out.Str("the second\n"); });
  EndReport(out);
  _exit(kDone);
}

template <void (*kPrint)(Printer& out), int kLimitMs = kPartLimitMs>
[[noreturn]] void RunReport() {
  static char name[] = "program";
  static char* arguments[] = {name, nullptr};
  Main(1, arguments, &Report<kPrint, kLimitMs>);
}

void Fine(Printer& out) { out.Str("the first\n"); }

LASTWORDS_UNINSTRUMENTED void Fault(Printer& out) {
  out.Str("half a line");
  out.Char(*nowhere_of_report_part_test);
}

LASTWORDS_UNINSTRUMENTED void Endless(Printer& out) {
  out.Str("a line\n").Flush();
  for (volatile bool for_ever = true; for_ever;) {
  }
}

// A line at a time, so that it is mostly the printer that runs.
LASTWORDS_UNINSTRUMENTED void Chatter(Printer& out) {
  for (int lines = 0;; ++lines) {
    if (lines < 3) out.Str("a line\n");
    out.Flush();
  }
}

TEST_F(ReportPartTest, OneThatGoesWellSaysNothingMore) {
  EXPECT_EXIT(RunReport<Fine>(), ExitedWithCode(kDone),
              "^the first\nthe second\n$");
}

TEST_F(ReportPartTest, AFaultEndsThePartOnALineOfItsOwn) {
  EXPECT_EXIT(RunReport<Fault>(), ExitedWithCode(kDone),
              ContainsRegex("^half a line\n"
                            "runtime: error while printing the first, number "
                            "5: SIGSEGV at pc=0x[0-9a-f]+\n"
                            "the second\n$"));
}

template <int kSignal>
void Raise(Printer& out) {
  raise(kSignal);
  out.Str("the first\n");
}

TEST_F(ReportPartTest, SignalsWaitForTheEndOfTheReport) {
  EXPECT_EXIT(RunReport<Raise<SIGTERM>>(), KilledBySignal(SIGTERM),
              "^the first\nthe second\n$");
  EXPECT_EXIT(RunReport<Raise<SIGQUIT>>(), ExitedWithCode(2),
              "^the first\nthe second\n\nSIGQUIT: quit\n");
}

TEST_F(ReportPartTest, OneThatDoesNotEndIsEnded) {
#if defined(LASTWORDS_TSAN)
  GTEST_SKIP() << "its signals come when the thread next calls into libc";
#endif
  EXPECT_EXIT((RunReport<Endless, 200>()), ExitedWithCode(kDone),
              "^a line\n"
              "runtime: error while printing the first, number 5: not done "
              "after 200 ms\n"
              "the second\n$");
  EXPECT_EXIT((RunReport<Chatter, 200>()), ExitedWithCode(kDone),
              "^a line\na line\na line\n"
              "runtime: error while printing the first, number 5: not done "
              "after 200 ms\n"
              "the second\n$");
}

}  // namespace
}  // namespace runtime::internal
