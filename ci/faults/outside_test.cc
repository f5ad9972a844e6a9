// What others do to a process that prints its report: they send it signals,
// they do not read their terminal.
#include <fcntl.h>
#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <signal.h>
#include <stdlib.h>
#include <sys/ioctl.h>
#include <unistd.h>

#include <array>
#include <string>
#include <vector>

#include "ci/faults/cell.h"
#include "ci/faults/child.h"
#include "ci/faults/report.h"

namespace faults {
namespace {

constexpr int kHangMs = 60'000;
// More than a pipe or a terminal holds.
constexpr int kCrowd = 1500;

class FromOutside : public testing::Test {
 protected:
  void SetUp() override {
#if defined(__SANITIZE_ADDRESS__) || defined(__SANITIZE_THREAD__)
    GTEST_SKIP() << "sanitizers deliver signals late, and stacks take minutes";
#endif
  }

  static std::vector<std::string> Environment() {
    return {"GOTRACEBACK=all", "TESTPROG_CROWD=" + std::to_string(kCrowd)};
  }
  // RunCell has a crowd of its own, in front of which this one comes.
  static const Outcome& Undisturbed() {
    static const Outcome outcome =
        RunCell({.scenario = "ManyParked", .environment = Environment()});
    return outcome;
  }
  static std::vector<std::string> Environment(const std::string& deadline_ms) {
    std::vector<std::string> all = Environment();
    all.push_back("LASTWORDS_EXTRAS=0");
    all.push_back("GOMAXPROCS=1");
    all.push_back("LASTWORDS_REPORT_DEADLINE_MS=" + deadline_ms);
    return all;
  }
};

// Until the report has filled it, and waits.
void AwaitFull(const Pipe& pipe, const Child& child) {
  const int capacity = fcntl(pipe.reader.get(), F_GETPIPE_SZ);
  constexpr int kPageBytes = 4096;
  int unread = 0;
  while (unread <= capacity - kPageBytes && !child.HasEnded(/*within_ms=*/5)) {
    ASSERT_EQ(ioctl(pipe.reader.get(), FIONREAD, &unread), 0);
  }
}

std::string ReadAll(int fd) {
  std::string text;
  std::array<char, 4096> chunk;
  for (ssize_t n; (n = read(fd, chunk.data(), chunk.size())) > 0;) {
    text.append(chunk.data(), static_cast<size_t>(n));
  }
  return text;
}

class SignalFromOutside : public FromOutside,
                          public testing::WithParamInterface<int> {};

TEST_P(SignalFromOutside, DoesNotCutTheReport) {
  Pipe pipe = MakePipe();
  Child child({Testprog(), "ManyParked"}, Environment("30000"),
              {.error = pipe.writer.get()});
  pipe.writer.Reset();
  AwaitFull(pipe, child);
  for (int i = 0; i < 3; ++i) kill(child.pid(), GetParam());
  const std::string text = ReadAll(pipe.reader.get());
  ASSERT_TRUE(child.HasEnded(kHangMs));
  EXPECT_EQ(child.End(), "exit 2");
  const std::string whole = Normalized(Undisturbed().text);
  EXPECT_EQ(WholeSections(whole), kCrowd);
  EXPECT_EQ(Normalized(text).substr(0, whole.size()), whole);
}

INSTANTIATE_TEST_SUITE_P(, SignalFromOutside,
                         testing::Values(SIGHUP, SIGINT, SIGQUIT, SIGILL,
                                         SIGTRAP, SIGABRT, SIGFPE, SIGUSR1,
                                         SIGUSR2, SIGPIPE, SIGALRM, SIGTERM,
                                         SIGSYS, SIGXCPU, SIGXFSZ, SIGVTALRM,
                                         SIGPROF),
                         [](const auto& test) {
                           return "SIG" + std::string(sigabbrev_np(test.param));
                         });

TEST_F(FromOutside, ATerminalThatNobodyReadsEndsAtTheDeadline) {
  const Fd terminal(posix_openpt(O_RDWR | O_NOCTTY | O_CLOEXEC));
  ASSERT_EQ(grantpt(terminal.get()), 0);
  ASSERT_EQ(unlockpt(terminal.get()), 0);
  const Fd end(open(ptsname(terminal.get()), O_RDWR | O_NOCTTY | O_CLOEXEC));
  ASSERT_GE(end.get(), 0);
  const std::string file =
      testing::TempDir() + "terminal-" + std::to_string(getpid());
  std::vector<std::string> environment = Environment("300");
  environment.push_back("LASTWORDS_CRASH_OUTPUT=" + file);
  Child child({Testprog(), "ManyParked"}, environment, {.error = end.get()});
  ASSERT_TRUE(child.HasEnded(kHangMs));
  EXPECT_EQ(child.End(), "exit 2");
  const Fd kept(open(file.c_str(), O_RDONLY | O_CLOEXEC));
  EXPECT_EQ(Normalized(TextOf(kept)), Normalized(Undisturbed().text));
  unlink(file.c_str());
}

}  // namespace
}  // namespace faults
