// System calls that fail, and crashes, at every point of a report.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <string>

#include "ci/faults/report.h"
#include "ci/faults/strace.h"

namespace faults {
namespace {

using testing::HasSubstr;
using testing::IsEmpty;
using testing::Not;
using testing::StartsWith;

// The last call before the panic, in DieByPanic.
constexpr char kLastBefore[] = "rt_sigaction(SIGUSR2";
// gettid cannot fail; the others come in hundreds, see below.
constexpr char kCalls[] = "!exit_group,gettid,futex,mmap";

std::string NameOf(const testing::TestParamInfo<std::string>& test) {
  return test.param;
}

class Injection : public testing::Test {
 protected:
  void SetUp() override {
#if defined(__SANITIZE_ADDRESS__) || defined(__SANITIZE_THREAD__)
    GTEST_SKIP() << "the sanitizer's own system calls would fail too";
#endif
    if (const std::string why = WhyNotStrace(); !why.empty()) {
      GTEST_SKIP() << why;
    }
  }
};

class WriteInjection : public Injection,
                       public testing::WithParamInterface<std::string> {};

TEST_P(WriteInjection, AtEveryWriteLosesNothing) {
  const std::vector<std::string> environment = {"TESTPROG_CROWD=26",
                                                "GOTRACEBACK=all"};
  const std::string whole =
      Normalized(RunTraced("ManyParked", "write", {}, environment).text);
  EXPECT_THAT(whole, StartsWith("panic: many wait\n"));
  EXPECT_EQ(WholeSections(whole), 26);
  int n = 1;
  for (;; ++n) {
    const Traced run =
        RunTraced("ManyParked", "write",
                  {At({"write", n}, "error=" + GetParam())}, environment);
    ASSERT_EQ(run.end, "exit 2") << n;
    ASSERT_EQ(Normalized(run.text), whole) << n;
    if (!WasInjected(run)) break;
  }
  EXPECT_GE(n - 1, 3) << "the panic, its goroutine, all that are parked";
}

TEST_P(WriteInjection, AtAllWritesEndsAtTheDeadline) {
  const std::string calls = "write:error=" + GetParam();
  const Traced run = RunTraced("DieByPanic", "write", {calls},
                               {"LASTWORDS_REPORT_DEADLINE_MS=200"});
  EXPECT_EQ(run.end, "exit 2");
  EXPECT_THAT(run.text, IsEmpty());
}

INSTANTIATE_TEST_SUITE_P(, WriteInjection, testing::Values("EINTR", "EAGAIN"),
                         NameOf);

// Fails each call after the panic began, one a run; there are so many at least.
void FailEach(const std::string& calls, const std::string& error,
              size_t at_least) {
  const std::vector<Call> all =
      CallsFrom(RunTraced("DieByPanic", calls).log, kLastBefore);
  ASSERT_GE(all.size(), at_least);
  size_t injected = 0;
  for (size_t i = 1; i < all.size(); ++i) {
    const std::string injection = At(all[i], "error=" + error);
    const Traced run = RunTraced("DieByPanic", all[i].name, {injection});
    ASSERT_EQ(run.end, "exit 2") << injection << "\n" << run.text;
    if (WasInjected(run)) ++injected;
    // Either sink fails alone.
    const bool reported = run.text.starts_with("panic: crash\n") ||
                          run.copy.starts_with("panic: crash\n") ||
                          run.text.find("fatal error: ") != run.text.npos;
    ASSERT_TRUE(reported) << injection << "\n" << run.text;
  }
  // A call more or less on the way to the panic shifts some of them.
  EXPECT_GT(injected, all.size() / 2);
}

class CallInjection : public Injection,
                      public testing::WithParamInterface<std::string> {};

TEST_P(CallInjection, AtEveryCallAfterThePanic) {
  FailEach(kCalls, GetParam(), 21);
}

INSTANTIATE_TEST_SUITE_P(, CallInjection,
                         testing::Values("EINTR", "EAGAIN", "EIO", "ENOSPC",
                                         "ENOMEM"),
                         NameOf);

TEST_F(Injection, AtEveryMmapAndFutexAfterThePanic) {
  FailEach("futex,mmap,rt_sigaction", "ENOMEM", 8);
}

// With a SIGSEGV at one of the calls of a report.
Traced CrashAt(const Call& call) {
  Traced run = RunTraced("DieByPanic", call.name, {At(call, "signal=SIGSEGV")});
  EXPECT_EQ(run.end, "exit 2") << call.name << call.number;
  EXPECT_THAT(run.log, HasSubstr("--- SIGSEGV"));
  EXPECT_THAT(run.copy, StartsWith("panic: crash\n"));
  return run;
}

TEST_F(Injection, CrashInThePrinter) {
  const std::string log = RunTraced("DieByPanic", "write").log;
  const std::vector<Call> writes = CallsFrom(log, "panic: crash");
  EXPECT_GE(writes.size(), 2u);
  // The report ends there, and the crash is reported.
  for (const Call& call : writes) {
    const Traced run = CrashAt(call);
    ASSERT_THAT(run.copy, HasSubstr("\npanic during panic\nSIGSEGV: "));
    ASSERT_THAT(run.copy, HasSubstr("\ngoroutine 2 [running"));
  }
}

TEST_F(Injection, CrashInTheSymbolizer) {
  const std::string log = RunTraced("DieByPanic", "openat").log;
  // The program's own file is open since the start.
  const std::vector<Call> calls = CallsFrom(log, "/.build-id/");
  EXPECT_GE(calls.size(), 1u);
  // The report goes on without names, says so, and is whole.
  for (const Call& call : calls) {
    const Traced run = CrashAt(call);
    ASSERT_THAT(run.copy,
                testing::ContainsRegex("^panic: crash\n\n"
                                       "goroutine 2 \\[running[^\n]*\\]:\n"
                                       "\\?\\(\\.\\.\\.\\)\n"));
    ASSERT_THAT(run.copy, HasSubstr("\nruntime: error while printing symbols: "
                                    "SIGSEGV at pc=0x"));
    ASSERT_THAT(run.copy, Not(HasSubstr("panic during panic")));
  }
}

TEST_F(Injection, CrashAfterCrashIsBounded) {
  const Traced run =
      RunTraced("DieByPanic", "write", {"write:signal=SIGSEGV:when=1+"});
  EXPECT_EQ(run.end, "exit 4");
  EXPECT_THAT(run.copy + run.text, HasSubstr("panic: crash\n"));
}

TEST_F(Injection, NoThreadCanBeMade) {
  for (int n = 1; n <= 4; ++n) {
    const Traced run = RunTraced("ThreadExhaustion", "clone3",
                                 {At({"clone3", n}, "error=EAGAIN")});
    EXPECT_EQ(run.end, "exit 2") << n;
    EXPECT_THAT(run.text,
                testing::ContainsRegex(
                    "runtime: failed to create new OS thread \\(have [0-9]+ "
                    "already; errno=11\\)\nfatal error: "))
        << n;
  }
}

// As kernels before 6.13 do it, and with no mapping left.
TEST_F(Injection, NoMappingIsLeftForAGuard) {
  const std::string old_kernel = "madvise:error=EINVAL";
  const std::vector<std::string> environment = {"TESTPROG_CROWD=5"};
  const std::string calls = "madvise,mprotect";
  const std::vector<Call> last =
      CallsFrom(RunTraced("ManyParked", calls, {old_kernel}, environment).log,
                ", 16384, PROT_NONE)");
  ASSERT_FALSE(last.empty());
  const Traced run =
      RunTraced("ManyParked", calls, {old_kernel, At(last[0], "error=ENOMEM")},
                environment);
  EXPECT_EQ(run.end, "exit 2");
  EXPECT_THAT(run.text, StartsWith("runtime: cannot guard a goroutine stack "
                                   "(limit: vm.max_map_count) (errno=12)\n"
                                   "fatal error: cannot guard"));
}

}  // namespace
}  // namespace faults
