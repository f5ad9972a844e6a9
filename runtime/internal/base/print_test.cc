#include "runtime/internal/base/print.h"

#include <fcntl.h>
#include <gtest/gtest.h>
#include <poll.h>
#include <signal.h>
#include <sys/resource.h>
#include <sys/socket.h>
#include <unistd.h>

#include <cerrno>
#include <chrono>
#include <cmath>
#include <cstdint>
#include <limits>
#include <string>
#include <thread>
#include <vector>

namespace runtime::internal {
namespace {

using Clock = std::chrono::steady_clock;

// What the fake write does at its next calls; when used up it writes all.
struct Fake {
  std::string text;
  std::vector<ssize_t> plan;  // > 0: at most so many bytes; < 0: -errno
  size_t calls = 0;
  int always_errno = 0;
};
Fake* fake = nullptr;

ssize_t FakeWrite(int, const void* data, size_t size) {
  if (fake->always_errno != 0) {
    errno = fake->always_errno;
    return -1;
  }
  const size_t call = fake->calls++;
  if (call < fake->plan.size()) {
    const ssize_t step = fake->plan[call];
    if (step < 0) {
      errno = static_cast<int>(-step);
      return -1;
    }
    size = std::min(size, static_cast<size_t>(step));
  }
  fake->text.append(static_cast<const char*>(data), size);
  return static_cast<ssize_t>(size);
}

class PrintTest : public testing::Test {
 protected:
  PrintTest() { fake = &fake_; }
  ~PrintTest() override { fake = nullptr; }

  template <typename Fn>
  std::string Printed(Fn print, size_t buffer_size = 64) {
    std::vector<char> buffer(buffer_size);
    Printer out(buffer);
    out.set_write_for_test(FakeWrite);
    out.AddSink(null_);
    print(out);
    EXPECT_TRUE(out.Flush());
    return std::move(fake_.text);
  }

  Fake fake_;
  const int null_ = open("/dev/null", O_WRONLY | O_NONBLOCK | O_CLOEXEC);
};

std::string ReadAll(int fd) {
  std::string text;
  char chunk[4096];
  for (ssize_t n; (n = read(fd, chunk, sizeof(chunk))) > 0;) {
    text.append(chunk, static_cast<size_t>(n));
  }
  return text;
}

int64_t MsSince(Clock::time_point start) {
  return std::chrono::duration_cast<std::chrono::milliseconds>(Clock::now() -
                                                               start)
      .count();
}

TEST_F(PrintTest, Integers) {
  EXPECT_EQ(Printed([](Printer& p) {
              p.Dec(0).Char(' ').Dec(-7).Char(' ').Dec(
                  std::numeric_limits<int64_t>::min());
            }),
            "0 -7 -9223372036854775808");
  EXPECT_EQ(
      Printed([](Printer& p) { p.Udec(std::numeric_limits<uint64_t>::max()); }),
      "18446744073709551615");
  EXPECT_EQ(Printed([](Printer& p) {
              p.Hex(0).Char(' ').Hex(0xdeadBEEF).Char(' ').Hex(~uint64_t{0});
            }),
            "0x0 0xdeadbeef 0xffffffffffffffff");
}

// The expected texts were printed by go1.19's println.
TEST_F(PrintTest, FloatsAsGoPrintsThem) {
  const struct {
    double value;
    const char* text;
  } cases[] = {
      {0.0, "+0.000000e+000"},
      {-0.0, "-0.000000e+000"},
      {3.5, "+3.500000e+000"},
      {-1.0, "-1.000000e+000"},
      {93.0, "+9.300000e+001"},
      {0.1, "+1.000000e-001"},
      {1.0 / 3, "+3.333333e-001"},
      {9.9999995, "+1.000000e+001"},
      {123456789.0, "+1.234568e+008"},
      {1e100, "+1.000000e+100"},
      {-2.5e-7, "-2.500000e-007"},
      {std::numeric_limits<double>::max(), "+1.797693e+308"},
      {std::numeric_limits<double>::denorm_min(), "+4.940656e-324"},
      {std::numeric_limits<double>::infinity(), "+Inf"},
      {-std::numeric_limits<double>::infinity(), "-Inf"},
      {std::nan(""), "NaN"},
  };
  for (const auto& c : cases) {
    EXPECT_EQ(Printed([&](Printer& p) { p.Float(c.value); }), c.text);
  }
}

TEST_F(PrintTest, IndentedTextCanNotForgeAHeader) {
  EXPECT_EQ(
      Printed([](Printer& p) { p.Indented("a\n\ngoroutine 1 [running]:\n"); }),
      "a\n\t\n\tgoroutine 1 [running]:\n\t");
  EXPECT_EQ(Printed([](Printer& p) { p.Indented(""); }), "");
}

TEST_F(PrintTest, OneSectionIsOneWrite) {
  Printed([](Printer& p) { p.Str("one ").Dec(2).Str(" three"); });
  EXPECT_EQ(fake_.calls, 1u);
}

TEST_F(PrintTest, LongTextIsWrittenInPiecesNeverTruncated) {
  std::string text;
  for (int i = 0; i < 1000; ++i) text += std::to_string(i) + "\n";
  for (size_t size : {size_t{1}, size_t{2}, size_t{7}, size_t{64}}) {
    EXPECT_EQ(Printed([&](Printer& p) { p.Str(text); }, size), text);
    EXPECT_EQ(Printed([](Printer& p) { p.Hex(0xabcdef).Float(3.5); }, size),
              "0xabcdef+3.500000e+000");
  }
}

TEST_F(PrintTest, ShortWritesAndInterruptionsAtEveryByteLoseNothing) {
  const std::string text = "panic: crash\n\ngoroutine 18 [running]:\n";
  for (size_t at = 1; at < text.size(); ++at) {
    fake_.calls = 0;
    fake_.plan = {static_cast<ssize_t>(at), -EINTR, -EAGAIN, 1, -EINTR};
    EXPECT_EQ(Printed([&](Printer& p) { p.Str(text); }), text);
    EXPECT_EQ(fake_.calls, at + 1 < text.size() ? 6u : 4u) << at;
  }
}

TEST_F(PrintTest, AWriteThatIsInterruptedForEverEndsAtTheDeadline) {
  fake_.always_errno = EINTR;
  char buffer[16];
  Printer out(buffer, 30);
  out.set_write_for_test(FakeWrite);
  out.AddSink(null_);
  const auto start = Clock::now();
  EXPECT_FALSE(out.Str("lost").Flush());
  EXPECT_GE(MsSince(start), 29);
  EXPECT_LT(MsSince(start), 2000);
}

TEST_F(PrintTest, ErrorsKillTheSinkAndDropLaterText) {
  for (int error : {EPIPE, EBADF, EIO, ENOSPC, EFBIG, ENOMEM}) {
    fake_ = {};
    fake_.plan = {2, -error};
    char buffer[16];
    Printer out(buffer);
    out.set_write_for_test(FakeWrite);
    out.AddSink(null_);
    EXPECT_TRUE(out.alive());
    EXPECT_FALSE(out.Str("abc").Flush());
    EXPECT_FALSE(out.Str("much more text than the buffer holds").Flush());
    EXPECT_EQ(fake_.text, "ab");
    EXPECT_EQ(fake_.calls, 2u);
  }
}

TEST_F(PrintTest, SinksAreLimited) {
  char buffer[16];
  Printer out(buffer);
  EXPECT_FALSE(out.Flush()) << "no sink at all";
  for (int i = 0; i < Printer::kMaxSinks; ++i) EXPECT_TRUE(out.AddSink(null_));
  EXPECT_FALSE(out.AddSink(null_));
}

TEST(PrinterFdTest, AClosedDescriptorIsDead) {
  const int fd = open("/dev/null", O_WRONLY | O_CLOEXEC);
  close(fd);
  char buffer[16];
  Printer out(buffer);
  out.AddSink(fd);
  EXPECT_FALSE(out.Str("x").Flush());
}

TEST(PrinterFdTest, AReaderThatWentAwayDoesNotKillUs) {
  int ends[2];
  ASSERT_EQ(pipe2(ends, O_CLOEXEC), 0);
  close(ends[0]);
  int file[2];
  ASSERT_EQ(pipe2(file, O_CLOEXEC), 0);
  char buffer[16];
  Printer out(buffer);
  out.AddSink(ends[1]);
  out.AddSink(file[1]);
  EXPECT_TRUE(out.Str("still ").Flush());
  EXPECT_TRUE(out.Str("here").Flush());
  EXPECT_FALSE(out.alive(0));
  EXPECT_TRUE(out.alive(1));
  close(ends[1]);
  close(file[1]);
  EXPECT_EQ(ReadAll(file[0]), "still here");
  close(file[0]);

  sigset_t mask, pending;
  pthread_sigmask(SIG_BLOCK, nullptr, &mask);
  EXPECT_EQ(sigismember(&mask, SIGPIPE), 0) << "the mask is put back";
  sigpending(&pending);
  EXPECT_EQ(sigismember(&pending, SIGPIPE), 0);
}

TEST(PrinterFdTest, ASigpipeThatWasPendingBeforeStaysPending) {
  sigset_t block, old_mask, pending;
  sigemptyset(&block);
  sigaddset(&block, SIGPIPE);
  pthread_sigmask(SIG_BLOCK, &block, &old_mask);
  raise(SIGPIPE);
  int ends[2];
  ASSERT_EQ(pipe2(ends, O_CLOEXEC), 0);
  close(ends[0]);
  char buffer[16];
  Printer out(buffer);
  out.AddSink(ends[1]);
  EXPECT_FALSE(out.Str("x").Flush());
  close(ends[1]);
  sigpending(&pending);
  EXPECT_EQ(sigismember(&pending, SIGPIPE), 1);
  const timespec at_once = {};
  sigtimedwait(&block, nullptr, &at_once);
  pthread_sigmask(SIG_SETMASK, &old_mask, nullptr);
}

TEST(PrinterFdTest, TheFileSizeLimitDoesNotKillUs) {
  char path[] = "/tmp/print_test.XXXXXX";
  const int fd = mkstemp(path);
  ASSERT_GE(fd, 0);
  unlink(path);
  rlimit old_limit;
  getrlimit(RLIMIT_FSIZE, &old_limit);
  const rlimit limit = {3, old_limit.rlim_max};
  setrlimit(RLIMIT_FSIZE, &limit);
  char buffer[16];
  Printer out(buffer);
  out.AddSink(fd);
  const bool written = out.Str("abcdef").Flush();
  setrlimit(RLIMIT_FSIZE, &old_limit);
  EXPECT_FALSE(written);
  lseek(fd, 0, SEEK_SET);
  EXPECT_EQ(ReadAll(fd), "abc");
  close(fd);
}

// Whether the pipe blocks or not, nothing that is never read hangs us.
class PipeTest : public testing::TestWithParam<int> {};

TEST_P(PipeTest, AnUnreadPipeEndsAtTheDeadline) {
  int ends[2];
  ASSERT_EQ(pipe2(ends, O_CLOEXEC), 0);
  fcntl(ends[1], F_SETFL, GetParam());
  std::vector<char> buffer(1 << 20);
  Printer out(buffer, 150);
  out.AddSink(ends[1]);
  const std::string text(buffer.size() - 1, 'x');
  const auto start = Clock::now();
  EXPECT_FALSE(out.Str(text).Flush());
  EXPECT_GE(MsSince(start), 149);
  EXPECT_LT(MsSince(start), 2000);
  close(ends[1]);
  EXPECT_GE(ReadAll(ends[0]).size(), 60'000u) << "what fits is kept";
  close(ends[0]);
}

TEST_P(PipeTest, ALateAndSlowReaderGetsEverything) {
  int ends[2];
  ASSERT_EQ(pipe2(ends, O_CLOEXEC), 0);
  fcntl(ends[1], F_SETFL, GetParam());
  std::string got;
  std::thread reader([&] {
    std::this_thread::sleep_for(std::chrono::milliseconds(100));
    got = ReadAll(ends[0]);
  });
  std::string text;
  for (int i = 0; i < 50'000; ++i) text += std::to_string(i) + "\n";
  char buffer[5000];
  Printer out(buffer);
  out.AddSink(ends[1]);
  EXPECT_TRUE(out.Str(text).Flush());
  close(ends[1]);
  reader.join();
  EXPECT_TRUE(got == text) << got.size() << " of " << text.size();
  close(ends[0]);
}

INSTANTIATE_TEST_SUITE_P(BlockingOrNot, PipeTest,
                         testing::Values(0, O_NONBLOCK));

TEST(PrinterFdTest, AnUnreadBlockingSocketEndsAtTheDeadline) {
  int ends[2];
  ASSERT_EQ(socketpair(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0, ends), 0);
  std::vector<char> buffer(4 << 20);
  Printer out(buffer, 100);
  out.AddSink(ends[1]);
  const std::string text(buffer.size() - 1, 'x');
  const auto start = Clock::now();
  EXPECT_FALSE(out.Str(text).Flush());
  EXPECT_LT(MsSince(start), 2000);
  close(ends[0]);
  close(ends[1]);
}

}  // namespace
}  // namespace runtime::internal
