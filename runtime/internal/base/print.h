// ASYNC-SIGNAL-SAFE: no malloc, no stdio, no locks, no thread-locals.
//
// The text sink of a crash report: formats into a caller's buffer and writes
// whole sections to up to kMaxSinks descriptors.
#ifndef LASTWORDS_RUNTIME_INTERNAL_BASE_PRINT_H_
#define LASTWORDS_RUNTIME_INTERNAL_BASE_PRINT_H_

#include <sys/types.h>

#include <cstddef>
#include <cstdint>
#include <span>
#include <string_view>

namespace runtime::internal {

inline constexpr char kHexDigits[] = "0123456789abcdef";

// Prints one report. Text is kept in `buffer` until Flush(); text that does not
// fit is written in pieces, never truncated.
//
// A sink dies when its reader is gone, its device fails or its share of
// `deadline_ms` is used up. Text for a dead sink is dropped; the others go on.
// Only time spent waiting for the reader counts, so a process stopped in
// mid-print loses nothing.
//
// Safety: one thread at a time. SIGPIPE, SIGXFSZ and SIGTTOU are blocked around
// each write and one that the write itself raised is consumed: the program's
// dispositions and its other threads are not touched, which ignoring SIGPIPE
// would do.
class Printer {
 public:
  // The seam for tests: has the contract of write(2).
  using WriteFn = ssize_t (*)(int fd, const void* data, size_t size);

  static constexpr int kMaxSinks = 4;
  static constexpr int64_t kDefaultDeadlineMs = 3000;

  // Owns: nothing; `buffer` must outlive the printer and not be empty.
  // Units: `deadline_ms` for each sink and the whole report; 0 never waits.
  explicit Printer(std::span<char> buffer,
                   int64_t deadline_ms = kDefaultDeadlineMs);
  Printer(const Printer&) = delete;
  Printer& operator=(const Printer&) = delete;

  // Adds a descriptor that gets all text flushed from now on; a negative one is
  // dead. `waited_ns` of its deadline is used up.
  // Errors: false when there are kMaxSinks already.
  bool AddSink(int fd, int64_t waited_ns = 0);

  Printer& Char(char c);
  Printer& Str(std::string_view text);
  // As Str, with a TAB after every newline, so that a value can not forge a
  // goroutine header. Source: printindented in go/src/runtime/error.go.
  Printer& Indented(std::string_view text);
  Printer& Dec(int64_t value);
  Printer& Udec(uint64_t value);
  Printer& Hex(uint64_t value);  // with 0x, no leading zeros
  // +3.500000e+000, +Inf, NaN. Source: printfloat in go/src/runtime/print.go.
  Printer& Float(double value);

  // What is buffered: all of it, of a printer without sinks that was given
  // room.
  std::string_view buffered() const { return {buffer_, used_}; }

  // Writes what is buffered, in one write where the sink has room for it.
  // Blocks: up to the deadline.
  // Errors: false when no sink is alive.
  bool Flush();

  // A newline, unless a line has just ended.
  Printer& EndLine();

  bool alive() const;
  bool alive(int sink) const { return !sinks_[sink].dead; }
  int64_t waited_ns(int sink) const { return sinks_[sink].waited_ns; }

  // For a handler that interrupts the printing thread: whether it is writing,
  // or waits for a reader.
  bool flushing() const { return flushing_; }

  void set_write_for_test(WriteFn fn) { write_ = fn; }

 private:
  struct Sink {
    int fd;
    bool dead;
    bool is_pipe;
    bool is_socket;
    bool may_block;  // a write to it can wait for a reader
    int64_t waited_ns;
  };

  bool WriteAll(Sink& sink);
  ssize_t WriteSome(const Sink& sink, const char* data, size_t size) const;
  bool PollForRoom(const Sink& sink) const;
  bool Charge(Sink& sink, int64_t since_ns);

  char* const buffer_;
  const size_t capacity_;
  const int64_t deadline_ns_;
  WriteFn write_;
  size_t used_ = 0;
  char last_flushed_ = '\n';
  volatile bool flushing_ = false;
  int sink_count_ = 0;
  Sink sinks_[kMaxSinks] = {};
};

}  // namespace runtime::internal

#endif  // LASTWORDS_RUNTIME_INTERNAL_BASE_PRINT_H_
