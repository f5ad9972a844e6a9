// ASYNC-SIGNAL-SAFE: no malloc, no stdio, no locks, no thread-locals. Only
// system calls, on the caller's buffer.
#include "runtime/internal/base/print.h"

#include <fcntl.h>
#include <limits.h>
#include <poll.h>
#include <signal.h>
#include <sys/ioctl.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>
#include <cmath>
#include <cstring>

#include "runtime/internal/base/futex.h"

namespace runtime::internal {
namespace {

constexpr int64_t kNsPerMs = 1'000'000;

// The longest single wait, and the most that one wait can cost: a process that
// was stopped (SIGSTOP) for a minute is charged for one slice.
constexpr int64_t kSliceNs = 100 * kNsPerMs;

// Blocks the signals a write can raise for the calling thread, and takes back
// those raised meanwhile. All three are sent to the writing thread itself.
class WriteSignals {
 public:
  WriteSignals() {
    sigemptyset(&set_);
    sigaddset(&set_, SIGPIPE);  // the reader is gone
    sigaddset(&set_, SIGXFSZ);  // RLIMIT_FSIZE
    sigaddset(&set_, SIGTTOU);  // blocked: a background job may write
    sigemptyset(&pending_before_);
    sigpending(&pending_before_);
    blocked_ = pthread_sigmask(SIG_BLOCK, &set_, &old_mask_) == 0;
  }
  WriteSignals(const WriteSignals&) = delete;
  WriteSignals& operator=(const WriteSignals&) = delete;

  ~WriteSignals() {
    if (!blocked_) return;
    sigset_t pending;
    sigemptyset(&pending);
    sigpending(&pending);
    TakeBack(SIGPIPE, pending);
    TakeBack(SIGXFSZ, pending);
    pthread_sigmask(SIG_SETMASK, &old_mask_, nullptr);
  }

 private:
  void TakeBack(int signo, const sigset_t& pending) {
    if (sigismember(&pending_before_, signo) == 1) return;
    if (sigismember(&pending, signo) != 1) return;
    sigset_t one;
    sigemptyset(&one);
    sigaddset(&one, signo);
    const timespec at_once = {};
    while (sigtimedwait(&one, nullptr, &at_once) < 0 && errno == EINTR) {
    }
  }

  sigset_t set_;
  sigset_t old_mask_;
  sigset_t pending_before_;
  bool blocked_;
};

char* PutDigits(uint64_t value, unsigned base, char* end) {
  do {
    *--end = kHexDigits[value % base];
    value /= base;
  } while (value != 0);
  return end;
}

// Scales a positive finite value to [1, 10), rounded to `digits` digits, as Go
// does (so that the last digit agrees), and returns the decimal exponent.
int Normalize(double* value, int digits) {
  int exponent = 0;
  for (; *value >= 10; *value /= 10) ++exponent;
  for (; *value < 1; *value *= 10) --exponent;
  double half = 5;
  for (int i = 0; i < digits; ++i) half /= 10;
  *value += half;
  if (*value >= 10) {
    ++exponent;
    *value /= 10;
  }
  return exponent;
}

}  // namespace

Printer::Printer(std::span<char> buffer, int64_t deadline_ms)
    : buffer_(buffer.data()),
      capacity_(buffer.size()),
      deadline_ns_(deadline_ms * kNsPerMs),
      write_(::write) {}

bool Printer::AddSink(int fd, int64_t waited_ns) {
  if (sink_count_ == kMaxSinks) return false;
  struct stat st;
  const bool known = fstat(fd, &st) == 0;
  const int flags = fcntl(fd, F_GETFL);
  Sink& sink = sinks_[sink_count_++];
  sink = {.fd = fd,
          .dead = fd < 0,
          .is_pipe = known && S_ISFIFO(st.st_mode),
          .is_socket = known && S_ISSOCK(st.st_mode),
          .may_block = known && !S_ISREG(st.st_mode) && flags != -1 &&
                       (flags & O_NONBLOCK) == 0,
          .waited_ns = waited_ns};
  return true;
}

Printer& Printer::Char(char c) {
  if (used_ == capacity_) Flush();
  buffer_[used_++] = c;
  return *this;
}

Printer& Printer::Str(std::string_view text) {
  while (!text.empty()) {
    if (used_ == capacity_) Flush();
    const size_t n = std::min(text.size(), capacity_ - used_);
    memcpy(buffer_ + used_, text.data(), n);
    used_ += n;
    text.remove_prefix(n);
  }
  return *this;
}

Printer& Printer::Indented(std::string_view text) {
  for (size_t newline; (newline = text.find('\n')) != text.npos;) {
    Str(text.substr(0, newline + 1)).Char('\t');
    text.remove_prefix(newline + 1);
  }
  return Str(text);
}

Printer& Printer::Dec(int64_t value) {
  if (value >= 0) return Udec(static_cast<uint64_t>(value));
  return Char('-').Udec(-static_cast<uint64_t>(value));
}

Printer& Printer::Udec(uint64_t value) {
  char digits[20];
  char* const end = digits + sizeof(digits);
  const char* const begin = PutDigits(value, 10, end);
  return Str({begin, static_cast<size_t>(end - begin)});
}

Printer& Printer::Hex(uint64_t value) {
  char digits[16];
  char* const end = digits + sizeof(digits);
  const char* const begin = PutDigits(value, 16, end);
  return Str("0x").Str({begin, static_cast<size_t>(end - begin)});
}

Printer& Printer::Float(double value) {
  constexpr int kDigits = 7;
  if (std::isnan(value)) return Str("NaN");
  if (std::isinf(value)) return Str(value > 0 ? "+Inf" : "-Inf");
  Char(std::signbit(value) ? '-' : '+');
  value = std::fabs(value);
  const int exponent = value == 0 ? 0 : Normalize(&value, kDigits);
  for (int i = 0; i < kDigits; ++i) {
    const int digit = static_cast<int>(value);
    Char(static_cast<char>('0' + digit));
    if (i == 0) Char('.');
    value = (value - digit) * 10;
  }
  const int e = std::abs(exponent);
  Char('e').Char(exponent < 0 ? '-' : '+');
  Char(static_cast<char>('0' + e / 100));
  Char(static_cast<char>('0' + e / 10 % 10));
  return Char(static_cast<char>('0' + e % 10));
}

Printer& Printer::EndLine() {
  const char last = used_ == 0 ? last_flushed_ : buffer_[used_ - 1];
  return last == '\n' ? *this : Char('\n');
}

bool Printer::Flush() {
  flushing_ = true;
  const WriteSignals quiet;
  for (int i = 0; i < sink_count_; ++i) {
    if (!sinks_[i].dead && !WriteAll(sinks_[i])) sinks_[i].dead = true;
  }
  if (used_ != 0) last_flushed_ = buffer_[used_ - 1];
  used_ = 0;
  flushing_ = false;
  return alive();
}

bool Printer::alive() const {
  for (int i = 0; i < sink_count_; ++i) {
    if (!sinks_[i].dead) return true;
  }
  return false;
}

bool Printer::WriteAll(Sink& sink) {
  const bool poll_first = sink.may_block && !sink.is_socket;
  for (size_t done = 0; done < used_;) {
    const int64_t began_ns = MonotonicNs();
    if (!poll_first || PollForRoom(sink)) {
      const ssize_t n = WriteSome(sink, buffer_ + done, used_ - done);
      if (n > 0) {
        done += static_cast<size_t>(n);
        continue;
      }
      if (n < 0 && errno != EINTR) {
        if (errno != EAGAIN && errno != EWOULDBLOCK) return false;
        PollForRoom(sink);
      }
    }
    if (!Charge(sink, began_ns)) return false;
  }
  return true;
}

// One write that can not wait for a reader.
ssize_t Printer::WriteSome(const Sink& sink, const char* data,
                           size_t size) const {
  if (sink.is_socket && write_ == ::write) {
    return send(sink.fd, data, size, MSG_DONTWAIT | MSG_NOSIGNAL);
  }
  if (sink.may_block) {
    // There is room for one page. An empty pipe takes all it can hold.
    size_t room = PIPE_BUF;
    int unread = 0;
    if (sink.is_pipe && ioctl(sink.fd, FIONREAD, &unread) == 0 && unread == 0) {
      const int capacity = fcntl(sink.fd, F_GETPIPE_SZ);
      if (capacity > 0) room = static_cast<size_t>(capacity);
    }
    size = std::min(size, room);
  }
  return write_(sink.fd, data, size);
}

// Waits a slice of the deadline for room. True if there is some, or an error
// that the write will tell.
bool Printer::PollForRoom(const Sink& sink) const {
  const int64_t left_ns = deadline_ns_ - sink.waited_ns;
  const int64_t slice_ns = std::clamp<int64_t>(left_ns, 0, kSliceNs);
  pollfd entry = {.fd = sink.fd, .events = POLLOUT, .revents = 0};
  return poll(&entry, 1, static_cast<int>(slice_ns / kNsPerMs)) > 0;
}

// Charges the time since `since_ns` to the sink's share of the deadline.
bool Printer::Charge(Sink& sink, int64_t since_ns) {
  const int64_t spent_ns = MonotonicNs() - since_ns;
  sink.waited_ns += std::clamp<int64_t>(spent_ns, 0, kSliceNs);
  return sink.waited_ns < deadline_ns_;
}

}  // namespace runtime::internal
