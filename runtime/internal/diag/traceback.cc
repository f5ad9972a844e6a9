// ASYNC-SIGNAL-SAFE: no malloc, no stdio, no locks but the unwinder's own.
#include "runtime/internal/diag/traceback.h"

#include <sched.h>
#include <sys/mman.h>
#include <time.h>
#include <unistd.h>

#include <algorithm>

#include "runtime/internal/base/futex.h"
#include "runtime/internal/base/sanitizer_build.h"
#include "runtime/internal/control/gate.h"
#include "runtime/internal/diag/json_report.h"
#include "runtime/internal/diag/report_part.h"
#include "runtime/internal/diag/stack_dump.h"
#include "runtime/internal/diag/symbolizer.h"
#include "runtime/internal/sched/ancestors.h"
#include "runtime/internal/sched/goroutine_table.h"
#include "runtime/internal/sched/in_jump.h"
#include "runtime/internal/sched/processor.h"
#include "runtime/internal/sched/scheduler.h"

namespace runtime::internal {
namespace {

constexpr int64_t kNsPerMinute = 60'000'000'000;
constexpr int64_t kNsPerMs = 1'000'000;
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

std::string_view StateText(const G* g) {
  switch (g->state.load(std::memory_order_relaxed)) {
    case GState::kIdle:
      return "idle";
    case GState::kRunnable:
      return "runnable";
    case GState::kRunning:
      return "running";
    case GState::kSyscall:
      // Who prints its own report has come back from it.
      return g == CurrentGOrNull() ? "running" : "syscall";
    case GState::kWaiting:
      return WaitReasonText(g->wait_reason.load(std::memory_order_relaxed));
  }
  return "?";
}

// What a section is about, as far as there is one.
struct Subject {
  const G* g = nullptr;
  const M* m = nullptr;
};

void PrintSubject(Printer& out, const Subject& subject) {
  if (subject.g == nullptr) {
    out.Str(" gp=nil");
  } else {
    out.Str(" gp=").Hex(reinterpret_cast<uintptr_t>(subject.g));
  }
  if (subject.m == nullptr) {
    out.Str(" m=nil");
  } else {
    out.Str(" m=").Dec(subject.m->id);
    out.Str(" mp=").Hex(reinterpret_cast<uintptr_t>(subject.m));
  }
}

void PrintHeader(Printer& out, const JsonReport::Header& header,
                 TracebackOptions options, const Subject& subject) {
  out.Str("\ngoroutine ").Udec(header.id);
  if (options.level >= TracebackLevel::kSystem) PrintSubject(out, subject);
  out.Str(" [").Str(header.state);
  if (header.minutes > 0) out.Str(", ").Dec(header.minutes).Str(" minutes");
  if (header.locked_to_thread) out.Str(", locked to thread");
  out.Str("]:\n");
  JsonOf(out).BeginGoroutine(header);
}

JsonReport::Header HeaderOf(const G* g) {
  const GState state = g->state.load();
  const bool waits = state == GState::kWaiting || state == GState::kSyscall;
  return {.id = g->id.load(std::memory_order_relaxed),
          .state = StateText(g),
          .minutes = waits ? MinutesWaiting(g) : 0,
          .locked_to_thread = g->locked_m != nullptr};
}

void PrintLocation(Printer& out, const Frame& frame) {
  out.Str("\n\t").Str(frame.file).Char(':').Dec(frame.line);
}

// Which frames a report shows: those the program wrote, from where it called
// Panic; a panic that is both a physical and an inlined frame is one.
class FrameFilter {
 public:
  explicit FrameFilter(TracebackOptions options)
      : show_all_(options.level >= TracebackLevel::kSystem) {}
  static FrameFilter OfAll() { return FrameFilter({TracebackLevel::kSystem}); }

  // Asked for each frame, innermost first.
  bool Shows(const Frame& frame) {
    const bool is_panic = frame.function == "panic";
    const bool hide = is_panic ? in_panic_ || !shown_any_ : frame.is_plumbing;
    in_panic_ = is_panic || (in_panic_ && frame.is_plumbing);
    if (hide && !show_all_) return false;
    shown_any_ = true;
    return true;
  }

 private:
  bool show_all_;
  bool shown_any_ = false;
  bool in_panic_ = false;
};

// Where a frame is. Of one whose caller was not kept no `fp` is known: 0.
struct Place {
  uintptr_t pc = 0;
  uintptr_t sp = 0;
  uintptr_t fp = 0;
};

Place PlaceOf(const StackTrace& trace, int i) {
  Place place = {.pc = trace.pc(i), .sp = trace.sp(i)};
  const bool caller_is_gone = i + 1 == StackTrace::kHead && trace.elided() != 0;
  if (i + 1 == trace.size()) {
    place.fp = trace.next().sp;
  } else if (!caller_is_gone) {
    place.fp = trace.sp(i + 1);
  }
  return place;
}

// Calls fn(frame) for the shown frames behind one program counter.
template <class Fn>
void ForEachShown(FrameFilter& filter, uintptr_t traced_pc, Fn fn) {
  Frame frames[Symbolizer::kMaxInlined];
  const int count =
      Symbolizer::Symbolize(traced_pc, frames, Symbolizer::kMaxInlined);
  for (int i = 0; i < count; ++i) {
    if (filter.Shows(frames[i])) fn(frames[i]);
  }
}

void PrintFrame(Printer& out, const Frame& frame, const Place& place,
                TracebackOptions options) {
  out.Str(frame.function).Str("(...)");
  PrintLocation(out, frame);
  if (!frame.is_inlined) {
    const uintptr_t pc = PcAddress(place.pc);
    out.Str(" +").Hex(pc - frame.start);
    if (options.level >= TracebackLevel::kSystem && place.sp != 0) {
      out.Str(" fp=").Hex(place.fp).Str(" sp=").Hex(place.sp);
      out.Str(" pc=").Hex(pc);
    }
  }
  out.Char('\n');
  JsonOf(out).AddFrame(frame, PcAddress(place.pc));
}

// Calls fn(n, frame, i) for the shown frames of a stack, n counting those
// that were not kept too. Returns how many there are.
template <class Fn>
uint64_t ForEachShown(const StackTrace& trace, FrameFilter filter, Fn fn) {
  uint64_t n = 0;
  for (int i = 0; i < trace.size(); ++i) {
    if (i == StackTrace::kHead) n += trace.elided();
    ForEachShown(filter, trace.pc(i),
                 [&](const Frame& frame) { fn(n++, frame, i); });
  }
  return n;
}

// Of a stack that could not be had.
constexpr Frame kNoFrame = {
    .function = "?", .linkage = "?", .file = "?", .is_inlined = true};

// Source: printAllGoroutines' "if tracebackWithRuntime(false) == 0" in Go's
// traceback.go; tracebackInnerFrames and tracebackOuterFrames of Go's
// traceback.go.
void PrintFrames(Printer& out, const StackTrace& trace,
                 TracebackOptions options) {
  constexpr uint64_t kInner = 50;
  constexpr uint64_t kOuter = 50;
  const auto count = [&](FrameFilter filter) {
    return ForEachShown(trace, filter, [](uint64_t, const Frame&, int) {});
  };
  FrameFilter filter(options);
  uint64_t total = count(filter);
  if (total == 0) {
    // Parked in the runtime, or never run: other readers want a frame.
    filter = FrameFilter::OfAll();
    total = count(filter);
  }
  if (total == 0) PrintFrame(out, kNoFrame, {}, options);
  const auto is_printed = [total](uint64_t n) {
    return n < kInner || n + kOuter >= total;
  };
  uint64_t next = 0;
  ForEachShown(trace, filter, [&](uint64_t n, const Frame& frame, int i) {
    if (!is_printed(n)) return;
    if (n != next) {
      const uint64_t elided = n - next;
      out.Str("...").Udec(elided).Str(" frames elided...\n");
      JsonOf(out).Elide(elided);
    }
    next = n + 1;
    PrintFrame(out, frame, PlaceOf(trace, i), options);
  });
}

// The call of Go at `pc`; nothing for goroutine 1, which nobody called. The
// parent of an ancestor is the next one, so without number: 0.
void PrintCreatedBy(Printer& out, uintptr_t pc, uint64_t parent_id) {
  if (pc == 0) return;
  Frame frames[Symbolizer::kMaxInlined];
  const int count = Symbolizer::Symbolize(pc, frames, Symbolizer::kMaxInlined);
  const Frame& physical = frames[count - 1];
  // Go itself is inlined into its caller, the creator.
  const Frame& creator = frames[frames[0].is_inlined ? 1 : 0];
  out.Str("created by ").Str(creator.function);
  if (parent_id != 0) out.Str(" in goroutine ").Udec(parent_id);
  PrintLocation(out, creator);
  out.Str(" +").Hex(pc - physical.start).Char('\n');
  JsonOf(out).AddCreatedBy(creator, pc - physical.start, parent_id);
}

// Returns how many there were.
int PrintAncestorFrames(Printer& out, const Ancestor& ancestor,
                        FrameFilter filter, TracebackOptions options) {
  int printed = 0;
  for (int i = 0; i < ancestor.count; ++i) {
    const Place place = {.pc = ancestor.pcs[i]};
    ForEachShown(filter, place.pc, [&](const Frame& frame) {
      PrintFrame(out, frame, place, options);
      ++printed;
    });
  }
  return printed;
}

void PrintAncestors(Printer& out, const G* g, TracebackOptions options) {
  for (const Ancestor& ancestor : AncestorsOf(g)) {
    out.Str("[originating from goroutine ").Udec(ancestor.id).Str("]:\n");
    JsonOf(out).BeginAncestor(ancestor.id);
    if (PrintAncestorFrames(out, ancestor, FrameFilter(options), options) ==
        0) {
      PrintAncestorFrames(out, ancestor, FrameFilter::OfAll(), options);
    }
    if (ancestor.count == Ancestor::kMaxFrames) {
      out.Str("...additional frames elided...\n");
    }
    PrintCreatedBy(out, ancestor.created_by_pc, /*parent_id=*/0);
    JsonOf(out).EndAncestor();
  }
}

// The one whose thread is on the stack of `g`: it runs it, or has yet to leave
// it.
const M* WorkerOn(const G* g) {
  if (const M* m = g->running_on.load(std::memory_order_acquire)) return m;
  // On the way out it is mostly in ThreadSanitizer's own switch.
  if (kThreadSanitized) return nullptr;
  for (const M* m = AllWorkers(); m != nullptr; m = m->next_of_all) {
    if (m->left.load(std::memory_order_acquire) == g) return m;
  }
  return nullptr;
}

// By where the caller's frame begins, which may be the end of the stack.
bool IsFrameOf(const G* g, uintptr_t sp) {
  return sp > g->stack.guard && sp <= g->stack.high;
}

// What a goroutine has called since it was started, if it was not moved
// meanwhile.
bool TryTrace(const G* g, StackTrace* trace, int timeout_ms) {
  trace->Clear();
  if (g->thread_note != nullptr) {
    UnwindThread(g->thread_id, trace, timeout_ms);
    return true;
  }
  const uint32_t times_run = g->times_run.load(std::memory_order_acquire);
  void* const saved = g->context.saved();
  if (saved != nullptr) {
    UnwindParked(saved, trace);
  } else if (const M* m = WorkerOn(g)) {
    UnwindThread(m->thread_id, trace, timeout_ms, &IsInJump, m);
  }
  // The worker may have come to another: the outermost frame tells.
  if (saved == nullptr) {
    return trace->size() != 0 && IsFrameOf(g, trace->sp(trace->size() - 1));
  }
  return g->context.saved() == saved &&
         g->times_run.load(std::memory_order_acquire) == times_run;
}

void PrintSection(Printer& out, const G* g, const StackTrace& trace,
                  TracebackOptions options) {
  PrintHeader(out, HeaderOf(g), options, {g, g->running_on.load()});
  PrintFrames(out, trace, options);
  PrintStackBreak(out, g->id.load(std::memory_order_relaxed), g->stack, trace);
  if (g->parent_id != 0) PrintCreatedBy(out, g->created_by_pc, g->parent_id);
  PrintAncestors(out, g, options);
  JsonOf(out).EndGoroutine();
}

PartName NameOf(uint64_t goroutine_id) {
  return {goroutine_id == 0 ? "a thread" : "goroutine ", goroutine_id};
}

bool HasFrameOf(const G* g, const StackTrace& trace) {
  for (int i = 0; i < trace.size(); ++i) {
    if (IsFrameOf(g, trace.sp(i))) return true;
  }
  return false;
}

// Its worker may be with another each time, wait for a processor, or be deaf.
void TryTraceAgain(const G* g, StackTrace* trace) {
  constexpr int kTries = 100;
  constexpr int64_t kPatienceNs = 1'000'000'000;
  const int64_t deadline_ns = MonotonicNs() + kPatienceNs;
  for (int i = 0; i < kTries; ++i) {
    sched_yield();
    const int64_t left_ms = (deadline_ns - MonotonicNs()) / kNsPerMs;
    if (left_ms <= 0) break;
    if (TryTrace(g, trace, static_cast<int>(left_ms))) return;
  }
  // What a smashed stack shows is still its own, and better than nothing.
  if (!HasFrameOf(g, *trace)) trace->Clear();
}

// Not flushed: what is left in the buffer is printed even by a crash in here,
// and a flush costs more than all else that a parked goroutine does.
void PrintUnlessIdle(Printer& out, const G* g, TracebackOptions options) {
  // It may be long in answering, or never answer.
  if (RunningThreadId(g) != 0) out.Flush();
  StackTrace trace;
  if (!TryTrace(g, &trace, kStopTimeoutMs)) TryTraceAgain(g, &trace);
  if (g->state.load(std::memory_order_acquire) == GState::kIdle) return;
  PrintSection(out, g, trace, options);
}

}  // namespace

TracebackOptions CurrentTracebackOptions() { return {CurrentTracebackLevel()}; }

void PrintGoroutine(Printer& out, const G* g, const StackTrace& trace,
                    TracebackOptions options) {
  if (options.level == TracebackLevel::kNone) return;
  PrintPart(out, NameOf(g->id.load(std::memory_order_relaxed)),
            [&] { PrintSection(out, g, trace, options); });
  out.Flush();
}

void PrintPastGoroutine(Printer& out, const PastGoroutine& g,
                        const StackTrace& trace, TracebackOptions options) {
  if (options.level == TracebackLevel::kNone) return;
  PrintHeader(out, {.id = g.id, .state = "running"}, options, {});
  PrintFrames(out, trace, options);
  if (g.parent_id != 0) PrintCreatedBy(out, g.created_by_pc, g.parent_id);
  JsonOf(out).EndGoroutine();
  out.Flush();
}

void PrintThread(Printer& out, const StackTrace& trace,
                 TracebackOptions options) {
  if (options.level == TracebackLevel::kNone) return;
  // Main's before Main, as its own G would say.
  const bool is_main = WorkerCount() == 0 && gettid() == getpid();
  const uint64_t id = is_main ? 1 : 0;
  PrintPart(out, NameOf(id), [&] {
    PrintHeader(out, {.id = id, .state = "running"}, options,
                {nullptr, CurrentWorker()});
    PrintFrames(out, trace, options);
    PrintStackBreak(out, /*g_id=*/0, Stack(), trace);
    JsonOf(out).EndGoroutine();
  });
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
  for (size_t i = 0; i < count; ++i) {
    PrintPart(out, NameOf(listed[i]->id.load(std::memory_order_relaxed)),
              [&] { PrintUnlessIdle(out, listed[i], options); });
  }
  out.Flush();
  munmap(memory, size * sizeof(uintptr_t));
}

void PrintOtherThread(Printer& out, std::string_view state, const M* m,
                      const StackTrace& trace, TracebackOptions options) {
  if (options.level >= TracebackLevel::kCrash) out.Str("\n-----\n");
  PrintHeader(out, {.id = 0, .state = state}, options, {nullptr, m});
  PrintFrames(out, trace, options);
  JsonOf(out).EndGoroutine();
}

void PrintIdleWorkers(Printer& out, TracebackOptions options) {
  if (options.level < TracebackLevel::kCrash) return;
  const M* const self = CurrentWorker();
  for (const M* m = AllWorkers(); m != nullptr; m = m->next_of_all) {
    const bool is_idle =
        m->current.load() == nullptr && m->left.load() == nullptr;
    if (m == self || !is_idle || m->thread_id <= 0) continue;
    StackTrace trace;
    if (!UnwindThread(m->thread_id, &trace, kStopTimeoutMs, &IsInJump, m)) {
      continue;
    }
    PrintPart(out, NameOf(0),
              [&] { PrintOtherThread(out, "idle", m, trace, options); });
    out.Flush();
  }
}

}  // namespace runtime::internal
