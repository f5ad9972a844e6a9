// ASYNC-SIGNAL-SAFE: no malloc, no stdio, no locks but the unwinder's own.
#include "runtime/internal/diag/traceback.h"

#include <sys/mman.h>
#include <time.h>

#include <algorithm>

#include "runtime/internal/diag/symbolizer.h"
#include "runtime/internal/sched/goroutine_table.h"
#include "runtime/internal/sched/scheduler.h"

namespace runtime::internal {
namespace {

constexpr int64_t kNsPerMinute = 60'000'000'000;
// How long a goroutine that runs elsewhere has to hand over its stack.
constexpr int kStopTimeoutMs = 500;

int64_t MinutesWaiting(const G* g) {
  timespec now;
  clock_gettime(CLOCK_MONOTONIC_COARSE, &now);
  const int64_t now_ns =
      static_cast<int64_t>(now.tv_sec) * 1'000'000'000 + now.tv_nsec;
  return (now_ns - g->waiting_since_ns.load(std::memory_order_relaxed)) /
         kNsPerMinute;
}

void PrintHeader(Printer& out, const G* g) {
  out.Str("\ngoroutine ").Udec(g->id.load(std::memory_order_relaxed));
  out.Str(" [");
  const GState state = g->state.load(std::memory_order_relaxed);
  switch (state) {
    case GState::kIdle:
      out.Str("idle");
      break;
    case GState::kRunnable:
      out.Str("runnable");
      break;
    case GState::kRunning:
      out.Str("running");
      break;
    case GState::kWaiting:
      out.Str(WaitReasonText(g->wait_reason.load(std::memory_order_relaxed)));
      if (const int64_t minutes = MinutesWaiting(g); minutes > 0) {
        out.Str(", ").Dec(minutes).Str(" minutes");
      }
      break;
  }
  if (g->locked_m != nullptr) out.Str(", locked to thread");
  out.Str("]:\n");
}

void PrintLocation(Printer& out, const Frame& frame) {
  out.Str("\n\t").Str(frame.file).Char(':').Dec(frame.line);
}

// Prints the frames behind one program counter, innermost first; a panic that
// is both a physical and an inlined frame is one.
class FramePrinter {
 public:
  FramePrinter(Printer& out, TracebackOptions options)
      : out_(out), show_all_(options.level >= TracebackLevel::kSystem) {}

  void Print(uintptr_t traced_pc) {
    Frame frames[Symbolizer::kMaxInlined];
    const int count =
        Symbolizer::Symbolize(traced_pc, frames, Symbolizer::kMaxInlined);
    for (int i = 0; i < count; ++i) {
      PrintFrame(frames[i], PcAddress(traced_pc));
    }
  }

 private:
  void PrintFrame(const Frame& frame, uintptr_t pc) {
    const bool is_panic = frame.function == "panic";
    // The report begins where the program called Panic, not inside.
    const bool hide = is_panic ? in_panic_ || !shown_any_ : frame.is_plumbing;
    in_panic_ = is_panic || (in_panic_ && frame.is_plumbing);
    if (hide && !show_all_) return;
    shown_any_ = true;
    out_.Str(frame.function).Str("(...)");
    PrintLocation(out_, frame);
    if (!frame.is_inlined) out_.Str(" +").Hex(pc - frame.start);
    out_.Char('\n');
  }

  Printer& out_;
  const bool show_all_;
  bool shown_any_ = false;
  bool in_panic_ = false;
};

void PrintFrames(Printer& out, const StackTrace& trace,
                 TracebackOptions options) {
  FramePrinter printer(out, options);
  for (int i = 0; i < trace.size(); ++i) {
    if (i == StackTrace::kHead && trace.elided() != 0) {
      out.Str("...").Udec(trace.elided()).Str(" frames elided...\n");
    }
    printer.Print(trace.pc(i));
  }
}

void PrintCreatedBy(Printer& out, const G* g) {
  if (g->created_by_pc == 0 || g->parent_id == 0) return;
  Frame frames[Symbolizer::kMaxInlined];
  const int count =
      Symbolizer::Symbolize(g->created_by_pc, frames, Symbolizer::kMaxInlined);
  const Frame& physical = frames[count - 1];
  // Go itself is inlined into its caller, the creator.
  const Frame& creator = frames[frames[0].is_inlined ? 1 : 0];
  out.Str("created by ").Str(creator.function);
  out.Str(" in goroutine ").Udec(g->parent_id);
  PrintLocation(out, creator);
  out.Str(" +").Hex(g->created_by_pc - physical.start).Char('\n');
}

void PrintParked(Printer& out, const G* g, TracebackOptions options) {
  static StackTrace trace;
  trace.Clear();
  const GState state = g->state.load(std::memory_order_acquire);
  const pid_t thread = RunningThreadId(g);
  if (state == GState::kRunning || g->thread_note != nullptr) {
    if (thread != 0) UnwindThread(thread, &trace, kStopTimeoutMs);
  } else if (g->context.saved() != nullptr) {
    UnwindParked(g->context.saved(), &trace);
  }
  PrintGoroutine(out, g, trace, options);
}

}  // namespace

TracebackOptions CurrentTracebackOptions() { return {GetConfig().traceback}; }

void PrintGoroutine(Printer& out, const G* g, const StackTrace& trace,
                    TracebackOptions options) {
  if (options.level == TracebackLevel::kNone) return;
  PrintHeader(out, g);
  PrintFrames(out, trace, options);
  PrintCreatedBy(out, g);
  out.Flush();
}

void PrintThread(Printer& out, const StackTrace& trace,
                 TracebackOptions options) {
  if (options.level == TracebackLevel::kNone) return;
  out.Str("\ngoroutine 0 [running]:\n");
  PrintFrames(out, trace, options);
  out.Flush();
}

void PrintOtherGoroutines(Printer& out, const G* except,
                          TracebackOptions options) {
  const size_t size = GoroutineTableSize();
  if (size == 0 || options.level == TracebackLevel::kNone) return;
  // Sorted in memory of its own: malloc may be what has crashed.
  void* memory = mmap(nullptr, size * sizeof(uintptr_t), PROT_READ | PROT_WRITE,
                      MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
  if (memory == MAP_FAILED) {
    out.Str("\nruntime: no memory to list the other goroutines\n").Flush();
    return;
  }
  G** listed = static_cast<G**>(memory);
  size_t count = 0;
  for (size_t i = 0; i < size; ++i) {
    G* g = GoroutineAt(i);
    if (g == except || g->id.load() == 0) continue;
    if (g->state.load(std::memory_order_acquire) == GState::kIdle) continue;
    listed[count++] = g;
  }
  std::sort(listed, listed + count, [](const G* a, const G* b) {
    return a->id.load(std::memory_order_relaxed) <
           b->id.load(std::memory_order_relaxed);
  });
  for (size_t i = 0; i < count; ++i) PrintParked(out, listed[i], options);
  munmap(memory, size * sizeof(uintptr_t));
}

}  // namespace runtime::internal
