// ASYNC-SIGNAL-SAFE: no malloc, no locks but the exit gate's print lock. The
// one exception is said where it is: streams are flushed before the report of
// a panic, which runs on an ordinary stack.
#include "runtime/internal/diag/crash.h"

#include <limits.h>
#include <poll.h>
#include <stdio.h>
#include <stdio_ext.h>
#include <sys/stat.h>
#include <unistd.h>

#include <algorithm>
#include <string_view>

#include "runtime/internal/base/config.h"
#include "runtime/internal/base/end_process.h"
#include "runtime/internal/base/fatal.h"
#include "runtime/internal/base/print.h"
#include "runtime/internal/base/sanitizer_build.h"
#include "runtime/internal/base/vfork_child.h"
#include "runtime/internal/control/gate.h"
#include "runtime/internal/control/panic_state.h"
#include "runtime/internal/control/report.h"
#include "runtime/internal/control/swallowed.h"
#include "runtime/internal/diag/build_id.h"
#include "runtime/internal/diag/fatal_signal.h"
#include "runtime/internal/diag/foreign_threads.h"
#include "runtime/internal/diag/json_report.h"
#include "runtime/internal/diag/report_output.h"
#include "runtime/internal/diag/report_part.h"
#include "runtime/internal/diag/rerun.h"
#include "runtime/internal/diag/signal_text.h"
#include "runtime/internal/diag/source_snippet.h"
#include "runtime/internal/diag/symbolizer.h"
#include "runtime/internal/diag/throw_hook.h"
#include "runtime/internal/diag/traceback.h"
#include "runtime/internal/diag/wait_cycle.h"
#include "runtime/internal/machine/unwind.h"
#include "runtime/internal/sched/scheduler.h"
#include "runtime/internal/sched/timers.h"

namespace runtime::internal {
namespace {

class PrinterSink final : public TextSink {
 public:
  explicit PrinterSink(Printer& out) : out_(out) {}
  void Append(std::string_view text) override {
    out_.Indented(text);
    JsonOf(out_).AppendText(text);
  }

 private:
  Printer& out_;
};

// Values whose method could not be run (another thread prints) are named.
void PrintValue(Printer& out, const PanicRecord& panic) {
  PrinterSink sink(out);
  if (panic.is_rendered) {
    sink.Append(panic.rendered);
  } else if (panic.value.type->render != nullptr) {
    panic.value.type->render(panic.value.value, sink);
  } else {
    RenderByAddress(*panic.value.type->type, panic.value.value, sink);
  }
}

void PrintPanic(Printer& out, const PanicRecord& panic) {
  out.Str("panic: ");
  JsonOf(out).BeginPanic();
  PrintValue(out, panic);
  JsonOf(out).EndPanic(panic.recovered, panic.repanicked);
  if (panic.repanicked) {
    out.Str(" [recovered, repanicked]");
  } else if (panic.recovered) {
    out.Str(" [recovered]");
  }
  out.Char('\n');
}

// Has a line of its own. The same value again has none: one speaks for both.
bool HasLine(const PanicRecord& panic) {
  const bool is_again = panic.link != nullptr && panic.link->repanicked;
  return !panic.is_goexit && !is_again;
}

// Oldest first. Not by recursion: a stack that nested panics have overflowed
// has more of them than the signal's stack has room for.
void PrintChain(Printer& out, const PanicRecord* newest) {
  constexpr size_t kEnd = 500;  // so many of the newest, and of the oldest
  static const PanicRecord* shown[2 * kEnd];  // the newest first
  size_t count = 0;
  for (const PanicRecord* panic = newest; panic != nullptr;
       panic = panic->link) {
    if (!HasLine(*panic)) continue;
    // The oldest so far are a ring.
    const size_t slot = count < kEnd ? count : kEnd + count % kEnd;
    shown[slot] = panic;
    ++count;
  }
  for (size_t i = count; i-- > 0;) {
    if (i >= kEnd && i + kEnd < count) {
      out.Str("\t...").Udec(i + 1 - kEnd).Str(" panics elided...\n");
      i = kEnd;
      continue;
    }
    if (i + 1 != count) out.Char('\t');
    PrintPanic(out, *shown[i < kEnd ? i : kEnd + i % kEnd]);
  }
}

// After all panic lines: the newest fault among them.
void PrintFaultOf(Printer& out, const PanicRecord* panic) {
  for (; panic != nullptr; panic = panic->link) {
    if (panic->value.fault != nullptr) {
      PrintFaultLine(out, *panic->value.fault);
      return;
    }
  }
}

void PrintPanics(Printer& out, const PanicRecord* newest) {
  PrintChain(out, newest);
  PrintFaultOf(out, newest);
}

const char* CauseNote(ReportCause cause) {
  switch (cause) {
    case ReportCause::kUnrecovered:
      return nullptr;
    case ReportCause::kExitInDeferredCall:
      return "exit was called in a deferred call of this panic";
    case ReportCause::kAsleep:
      return "deferred calls were asleep for ever at exit";
    case ReportCause::kGraceEnded:
      return "deferred calls still running at exit";
    case ReportCause::kExitInHandler:
      return "exit was called in a signal handler";
  }
  return nullptr;
}

// What the program has printed comes before its report, where that cannot hold
// up the report: the stream's lock is free, and a write neither blocks nor
// meets a reader that is gone. Never on a signal's path.
void FlushStreams() {
  if (InVforkChild()) return;
  if (ftrylockfile(stdout) != 0) return;
  const size_t pending = __fpending(stdout);
  pollfd output = {
      .fd = fileno_unlocked(stdout), .events = POLLOUT, .revents = 0};
  struct stat file;
  const bool whole = fstat(output.fd, &file) == 0 &&
                     (S_ISREG(file.st_mode) || pending <= PIPE_BUF);
  if (pending != 0 && whole && poll(&output, 1, 0) == 1 &&
      (output.revents & (POLLERR | POLLHUP | POLLNVAL)) == 0) {
    fflush_unlocked(stdout);
  }
  funlockfile(stdout);
}

// A line before the cause, with a number in it, or two.
struct FatalNote {
  const char* before;
  const char* between;
  int number;
  const char* after;
  int error = 0;
};

struct ErasedValue {
  const ValueType* type;
  const void* object;
};

void PrintFatal(Printer& out, std::string_view message,
                const ErasedValue* value) {
  out.Str("fatal error: ").Indented(message);
  JsonOf(out).BeginFatal();
  JsonOf(out).AppendText(message);
  if (value != nullptr) {
    PrinterSink sink(out);
    if (value->type->is_text) {
      value->type->render(value->object, sink);
    } else {
      sink.Append("type ");
      AppendTypeName(sink, *value->type->type, NameStyle::kGo);
    }
  }
  JsonOf(out).EndFatal();
  out.Char('\n');
}

// A fatal error's report. `note`, `value`, what the message is about, and
// `explain`, which prints extras, may be null.
[[noreturn]] void Die(const FatalNote* note, std::string_view message,
                      const ErasedValue* value,
                      void (*explain)(Printer& out) = nullptr) {
  if (InVforkChild()) EndVforkChild(message);
  Gate().Overtake();
  // There one may hold what ThreadSanitizer needs at the end.
  if (!kThreadSanitized) HoldWalkedThreads();
  Printer& out = BeginReport();
  if (note != nullptr) {
    out.Str("runtime: ").Str(note->before).Str(note->between);
    out.Dec(note->number).Str(note->after);
    if (note->error != 0) out.Dec(note->error).Char(')');
    out.Char('\n');
  }
  PrintPart(out, {"the fatal error"}, [&] { PrintFatal(out, message, value); });
  out.Flush();
  const TracebackOptions options = CurrentTracebackOptions();
  G* self = CurrentGOrNull();
  static StackTrace trace;
  trace.Clear();
  UnwindHere(/*skip=*/2, &trace);
  if (self != nullptr) {
    PrintGoroutine(out, self, trace, options);
  } else if (!OnWorkerThread() && !OnClockThread()) {
    PrintThread(out, trace, options);  // who has found a deadlock is nobody
  }
  if (!CrashedWhileCrashing()) {
    PrintOtherGoroutines(out, self, options);
    PrintIdleWorkers(out, options);
    PrintForeignThreads(out, options);
    if (explain != nullptr) {
      PrintPart(out, {"who waits for what"}, [&] { explain(out); });
    } else {
      PrintPart(out, {"the source"}, [&] { PrintSource(out, trace); });
    }
    PrintOtherPanics(out, /*except=*/nullptr);
    PrintBuildId(out);
    PrintRerun(out);
  }
  EndReport(out);
  EndAfterReport();
}

}  // namespace

void Fatal(const char* message) {
  FlushStreams();
  Die(nullptr, message, nullptr);
}
void Deadlock(const char* message) {
  FlushStreams();
  Die(nullptr, message, nullptr, &PrintDeadlock);
}
void Throw(const char* message) { Die(nullptr, message, nullptr); }

void ThrowErrno(const char* message, int error) {
  const FatalNote note{message, " (errno=", error, ")"};
  Die(&note, message, nullptr);
}

void ThrowNoThread(int have, int error) {
  constexpr char kMessage[] = "failed to create new OS thread";
  const FatalNote note{kMessage, " (have ", have, " already; errno=", error};
  Die(&note, kMessage, nullptr);
}

void FatalThreadLimit(int limit) {
  FlushStreams();
  const FatalNote note{"program exceeds ", "", limit, "-thread limit"};
  Die(&note, "thread exhaustion", nullptr);
}

namespace {

void PrintOvertaken(Printer& out) {
  constexpr std::string_view kList = "overtaken";
  for (size_t i = 0; i < GoroutineTableSize(); ++i) {
    G* g = GoroutineAt(i);
    if (!TheGate::InFlight(SlotOf(g)) || g->panics == nullptr) continue;
    out.Str("\npanic in flight, overtaken:\n");
    JsonOf(out).BeginOther(kList);
    PrintPanics(out, g->panics);
    PrintGoroutine(out, g, g->panics->trace, CurrentTracebackOptions());
    JsonOf(out).EndOther(kList);
  }
}

void PrintSwallowed(Printer& out, const G* except) {
  constexpr std::string_view kList = "swallowed";
  const size_t count = SwallowedCount();
  for (size_t i = 0; i < std::min(count, kMaxSwallowed); ++i) {
    const SwallowedPanics* const panics = SwallowedAt(i);
    if (panics == nullptr) continue;
    // Its Goexit has not ended yet, and its own report has the whole chain.
    if (except != nullptr && except->id == panics->goroutine_id) continue;
    out.Str("\npanic swallowed by Goexit:\n");
    JsonOf(out).BeginOther(kList);
    PrintPanics(out, panics->newest);
    PrintPastGoroutine(
        out, {panics->goroutine_id, panics->parent_id, panics->created_by_pc},
        panics->newest->trace, CurrentTracebackOptions());
    JsonOf(out).EndOther(kList);
  }
  if (count > kMaxSwallowed) {
    out.Str("\n... and ").Udec(count - kMaxSwallowed).Str(" more\n");
  }
}

}  // namespace

void PrintOtherPanics(Printer& out, const G* except) {
  if (!GetConfig().extras) return;
  if (except == nullptr) {
    PrintPart(out, {"the panics in flight"}, [&] { PrintOvertaken(out); });
  }
  PrintPart(out, {"the swallowed panics"},
            [&] { PrintSwallowed(out, except); });
}

void PrintPanicReport(G* g, ReportCause cause) {
  FlushStreams();
  Printer& out = BeginReport();
  const PanicRecord* newest = g->panics;
  PrintPart(out, {"the panic"}, [&] { PrintPanics(out, newest); });
  out.Flush();
  const TracebackOptions options = CurrentTracebackOptions();
  PrintGoroutine(out, g, newest->trace, options);
  if (options.level >= TracebackLevel::kAll) {
    PrintOtherGoroutines(out, g, options);
    PrintIdleWorkers(out, options);
    PrintForeignThreads(out, options);
  }
  if (GetConfig().extras) {
    if (const char* note = CauseNote(cause))
      out.Char('\n').Str(note).Char('\n');
  }
  PrintPart(out, {"the source"}, [&] { PrintSource(out, newest->trace); });
  if (cause == ReportCause::kAsleep) {
    PrintPart(out, {"who waits for what"}, [&] { PrintDeadlock(out); });
  }
  PrintOtherPanics(out, g);
  PrintBuildId(out);
  PrintRerun(out);
  EndReport(out);
}

constexpr std::string_view kFailedToRender =
    "panic while printing panic value: ";

void FailedToRender(const RecoveredValue& value) {
  const ErasedValue erased{value.type, value.value.get()};
  Die(nullptr, kFailedToRender, &erased);
}

void FailedToRender(const std::exception& exception) {
  const char* const what = exception.what();
  const ErasedValue erased{&kValueType<const char*>, &what};
  Die(nullptr, kFailedToRender, &erased);
}

void FailedToRender() {
  Die(nullptr, "panic while printing panic value: an exception", nullptr);
}

void InstallCrashHandlers() {
  KeepStandardError();
  Symbolizer::Init();
  UnwindInit();
  InitThrowHook();
  InstallFatalSignalHandlers();
}

}  // namespace runtime::internal
