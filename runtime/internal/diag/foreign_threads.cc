// ASYNC-SIGNAL-SAFE: no malloc, no stdio, no locks but the symbolizer's.
#include "runtime/internal/diag/foreign_threads.h"

#include <fcntl.h>
#include <sys/syscall.h>
#include <unistd.h>

#include <charconv>
#include <cstddef>
#include <cstring>
#include <string_view>

#include "runtime/internal/base/futex.h"
#include "runtime/internal/base/sanitizer_build.h"
#include "runtime/internal/diag/private_fd.h"
#include "runtime/internal/diag/report_part.h"
#include "runtime/internal/machine/unwind.h"
#include "runtime/internal/sched/goroutine_table.h"
#include "runtime/internal/sched/processor.h"
#include "runtime/internal/sched/scheduler.h"
#include "runtime/internal/sched/timers.h"

namespace runtime::internal {
namespace {

// How long all of them together may let the report wait for their stacks.
constexpr int64_t kPatienceNs = 2'000'000'000;
constexpr int kPatienceOfOneMs = 500;

// One entry of a directory, as the kernel writes it. Source: getdents64(2).
struct Entry {
  uint64_t inode;
  int64_t offset;
  unsigned short size;
  unsigned char type;
  char name[256];  // up to its end only
};

pid_t ThreadOf(const Entry& entry) {
  pid_t thread = 0;  // "." and ".." are none
  std::from_chars(entry.name, entry.name + strlen(entry.name), thread);
  return thread;
}

bool IsWorker(pid_t thread) {
  for (const M* m = AllWorkers(); m != nullptr; m = m->next_of_all) {
    if (m->thread_id == thread) return true;
  }
  return false;
}

// Main's before Main, which is a goroutine with a section of its own.
bool IsGoroutine(pid_t thread) {
  for (size_t i = 0; i < GoroutineTableSize(); ++i) {
    const G* const g = GoroutineAt(i);
    if (g->thread_note != nullptr && g->thread_id == thread && g->id != 0 &&
        g->state.load() != GState::kIdle) {
      return true;
    }
  }
  return false;
}

bool IsForeign(pid_t thread) {
  return thread != 0 && thread != gettid() && thread != ClockThreadId() &&
         !IsWorker(thread) && !IsGoroutine(thread);
}

// A file of the thread's, as much of it as fits.
class ThreadFile {
 public:
  ThreadFile(pid_t thread, std::string_view name) {
    char path[64] = "/proc/self/task/";
    char* end = path + strlen(path);
    end = std::to_chars(end, path + sizeof(path) - name.size() - 2, thread).ptr;
    *end++ = '/';
    memcpy(end, name.data(), name.size());
    end[name.size()] = '\0';
    const int file = OpenSparing(AT_FDCWD, path, O_RDONLY);
    if (file < 0) return;
    const ssize_t size = read(file, text_, sizeof(text_));
    close(file);
    if (size > 0) size_ = static_cast<size_t>(size);
  }
  std::string_view text() const { return {text_, size_}; }

 private:
  char text_[2048];
  size_t size_ = 0;
};

// The signals that a thread blocks, the first as the lowest bit.
uint64_t BlockedSignals(pid_t thread) {
  const ThreadFile status(thread, "status");
  constexpr std::string_view kKey = "SigBlk:\t";
  const size_t at = status.text().find(kKey);
  if (at == std::string_view::npos) return 0;
  const std::string_view digits = status.text().substr(at + kKey.size());
  uint64_t mask = 0;
  std::from_chars(digits.data(), digits.data() + digits.size(), mask, 16);
  return mask;
}

bool Blocks(uint64_t mask, int signal) {
  return (mask >> (signal - 1) & 1) != 0;
}

// glibc's own; it lets nobody else block it.
constexpr int kLibcSignal = 32;

// Nothing that a reader of the header could take for its end.
class Name {
 public:
  explicit Name(pid_t thread) {
    const ThreadFile file(thread, "comm");
    Append("thread \"");
    for (const char c : file.text()) {
      if (c == '\n' || used_ + 2 > sizeof(text_)) break;
      const bool is_plain =
          c >= ' ' && c <= '~' && c != '"' && c != ',' && c != ']' && c != '[';
      text_[used_++] = is_plain ? c : '?';
    }
    Append("\"");
  }
  std::string_view text() const { return {text_, used_}; }

 private:
  void Append(std::string_view piece) {
    memcpy(text_ + used_, piece.data(), piece.size());
    used_ += piece.size();
  }
  char text_[64];
  size_t used_ = 0;
};

class Dump {
 public:
  Dump(Printer& out, TracebackOptions options) : out_(out), options_(options) {}

  void Print(pid_t thread) {
    const uint64_t blocked = BlockedSignals(thread);
    if (Blocks(blocked, kLibcSignal)) return;  // libc begins or ends it
    const bool is_deaf = Blocks(blocked, kUnwindSignal);
    if (is_deaf && kSanitized) return;  // the sanitizer's own
    out_.Flush();                       // it may be long in answering
    StackTrace trace;
    if (!is_deaf && left_ns_ > 0) Ask(thread, &trace);
    PrintOtherThread(out_, Name(thread).text(), /*m=*/nullptr, trace, options_);
  }

 private:
  void Ask(pid_t thread, StackTrace* trace) {
    const int64_t began_ns = MonotonicNs();
    UnwindThread(thread, trace, kPatienceOfOneMs);
    left_ns_ -= MonotonicNs() - began_ns;
  }

  Printer& out_;
  const TracebackOptions options_;
  int64_t left_ns_ = kPatienceNs;
};

}  // namespace

void PrintForeignThreads(Printer& out, TracebackOptions options) {
  const bool has_scheduler = WorkerCount() != 0;
  if (options.level == TracebackLevel::kNone) return;
  if (has_scheduler && options.level < TracebackLevel::kAll) return;
  const int tasks =
      OpenSparing(AT_FDCWD, "/proc/self/task", O_RDONLY | O_DIRECTORY);
  if (tasks < 0) return;
  Dump dump(out, options);
  alignas(Entry) char entries[4096];
  for (ssize_t size;
       (size = syscall(SYS_getdents64, tasks, entries, sizeof(entries))) > 0;) {
    for (const char* at = entries; at < entries + size;) {
      const auto& entry = *reinterpret_cast<const Entry*>(at);
      at += entry.size;
      const pid_t thread = ThreadOf(entry);
      if (!IsForeign(thread)) continue;
      PrintPart(out, {"thread ", static_cast<uint64_t>(thread)},
                [&] { dump.Print(thread); });
    }
  }
  close(tasks);
  out.Flush();
}

}  // namespace runtime::internal
