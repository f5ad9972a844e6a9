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
using testing::StartsWith;

// The last call before the panic, in DieByPanic.
constexpr char kLastBefore[] = "rt_sigaction(SIGUSR2";
// gettid cannot fail; of mmap there are hundreds: see EveryMmap.
constexpr char kCalls[] = "!exit_group,gettid,mmap";

// An injection at the n-th of these calls.
std::string At(const std::string& calls, const std::string& what, int n) {
  return calls + ":" + what + ":when=" + std::to_string(n);
}

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
                  {At("write", "error=" + GetParam(), n)}, environment);
    ASSERT_EQ(run.end, "exit 2") << n;
    ASSERT_EQ(Normalized(run.text), whole) << n;
    if (!WasInjected(run)) break;
  }
  EXPECT_GE(n - 1, 28) << "writes of a report of 27 sections";
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

// Fails the n-th call after the panic began, for every n there is.
void FailEach(const std::string& calls, const std::string& error, int step) {
  const int before = CallsUpTo(RunTraced("DieByPanic", calls).log, kLastBefore);
  ASSERT_GT(before, 0);
  int n = before + 1;
  for (;; n += step) {
    const Traced run =
        RunTraced("DieByPanic", calls, {At(calls, "error=" + error, n)});
    ASSERT_EQ(run.end, "exit 2") << n << "\n" << run.text << run.log;
    if (!WasInjected(run)) break;
    // Either sink fails alone.
    const bool reported = run.text.starts_with("panic: crash\n") ||
                          run.copy.starts_with("panic: crash\n") ||
                          run.text.find("fatal error: ") != run.text.npos;
    ASSERT_TRUE(reported) << n << "\n" << run.text << run.log;
  }
  EXPECT_GT(n - before, 20) << "calls for a report";
}

class CallInjection : public Injection,
                      public testing::WithParamInterface<std::string> {};

TEST_P(CallInjection, AtEveryCallAfterThePanic) {
  FailEach(kCalls, GetParam(), 1);
}

INSTANTIATE_TEST_SUITE_P(, CallInjection,
                         testing::Values("EINTR", "EAGAIN", "EIO", "ENOSPC",
                                         "ENOMEM"),
                         NameOf);

}  // namespace
}  // namespace faults
