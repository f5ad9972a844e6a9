// ASYNC-SIGNAL-SAFE: no malloc, no stdio, no locks but the gate's print lock.
#include "runtime/internal/diag/fatal_signal.h"

#include <signal.h>
#include <ucontext.h>
#include <unistd.h>

#include "runtime/internal/base/end_process.h"
#include "runtime/internal/base/sanitizer_build.h"
#include "runtime/internal/base/vfork_child.h"
#include "runtime/internal/control/gate.h"
#include "runtime/internal/diag/build_id.h"
#include "runtime/internal/diag/crash.h"
#include "runtime/internal/diag/fault_panic.h"
#include "runtime/internal/diag/foreign_threads.h"
#include "runtime/internal/diag/json_report.h"
#include "runtime/internal/diag/previous_handler.h"
#include "runtime/internal/diag/registers.h"
#include "runtime/internal/diag/report_output.h"
#include "runtime/internal/diag/report_part.h"
#include "runtime/internal/diag/rerun.h"
#include "runtime/internal/diag/sender.h"
#include "runtime/internal/diag/signal_text.h"
#include "runtime/internal/diag/source_snippet.h"
#include "runtime/internal/diag/traceback.h"
#include "runtime/internal/diag/wait_cycle.h"
#include "runtime/internal/machine/call_on_stack.h"
#include "runtime/internal/machine/divide_error.h"
#include "runtime/internal/machine/thread_stack.h"
#include "runtime/internal/machine/unwind.h"
#include "runtime/internal/sched/processor.h"
#include "runtime/internal/sched/scheduler.h"

namespace runtime::internal {
namespace {

Fault FaultOf(const siginfo_t& info, const ucontext_t& context) {
#if defined(__x86_64__)
  const auto& registers = context.uc_mcontext.gregs;
  const auto pc = static_cast<uintptr_t>(registers[REG_RIP]);
  const auto sp = static_cast<uintptr_t>(registers[REG_RSP]);
#elif defined(__aarch64__)
  const uintptr_t pc = context.uc_mcontext.pc;
  const uintptr_t sp = context.uc_mcontext.sp;
#endif
  return {.signal = info.si_signo,
          .code = info.si_code,
          .address = reinterpret_cast<uintptr_t>(info.si_addr),
          .pc = pc,
          .sp = sp,
          .quotient_overflowed = info.si_signo == SIGFPE &&
                                 info.si_code == FPE_INTDIV &&
                                 QuotientOverflowed(context)};
}

enum class StackKind : uint8_t { kNone, kGoroutine, kThread, kSignal };

constexpr const char* kStackKinds[] = {"", "goroutine", "thread", "signal"};

struct Overflow {
  StackKind kind = StackKind::kNone;
  Stack stack;
};

// That of this thread's handlers. The kernel begins it anew when it has
// overflowed: nothing of it was left, so no handler is said to run there.
Stack SignalStackIn(const ucontext_t& context) {
  if ((context.uc_stack.ss_flags & SS_DISABLE) != 0) return {};
  const auto low = reinterpret_cast<uintptr_t>(context.uc_stack.ss_sp);
  return {.guard = low - kStackGuardBytes,
          .low = low,
          .high = low + context.uc_stack.ss_size};
}

Overflow OverflowOf(const Fault& fault, const ucontext_t& context) {
  if (!IsMemoryFault(fault.signal) || fault.code <= 0) return {};
  const G* self = CurrentGOrNull();
  if (self != nullptr && self->stack.InGuard(fault.address)) {
    return {StackKind::kGoroutine, self->stack};
  }
  if (ThreadStack().InGuard(fault.address)) {
    return {StackKind::kThread, ThreadStack()};
  }
  const Stack stack = SignalStackIn(context);
  const bool is_at_its_end =
      stack.InGuard(fault.sp) || (fault.sp == stack.low && !stack.empty());
  return is_at_its_end && stack.InGuard(fault.address)
             ? Overflow{StackKind::kSignal, stack}
             : Overflow();
}

void PrintOverflow(Printer& out, const Overflow& overflow, uintptr_t sp) {
  const Stack& stack = overflow.stack;
  out.Str("runtime: ")
      .Str(kStackKinds[static_cast<int>(overflow.kind)])
      .Str(" stack exceeds ")
      .Udec(stack.size_bytes())
      .Str("-byte limit\nruntime: sp=")
      .Hex(sp)
      .Str(" stack=[")
      .Hex(stack.low)
      .Str(", ")
      .Hex(stack.high)
      .Str("]\nfatal error: stack overflow\n");
  JsonOf(out).AddFatal("stack overflow");
}

// Of a signal stack that begins anew the outermost frames are overwritten: by
// this handler, down to here and by what it calls to walk.
uintptr_t EndOfFrames(const Overflow& overflow) {
  constexpr uintptr_t kWalkBytes = 16 * 1024 * kStackScale;
  if (overflow.kind != StackKind::kSignal) return UINTPTR_MAX;
  return reinterpret_cast<uintptr_t>(__builtin_frame_address(0)) - kWalkBytes;
}

void PrintUnexpectedFault(Printer& out, const Fault& fault) {
  out.Str("unexpected fault address ").Hex(fault.address);
  out.Str("\nfatal error: fault\n");
  JsonOf(out).AddFatal("fault");
  PrintFaultLine(out, fault);
}

struct Crash {
  Fault fault;
  FaultVerdict verdict;
  Sender sender;
  const ucontext_t* context;
};

// Whose stack the signal came to. In a switch that is still the one's that is
// left, and the current one may not have begun.
const G* Interrupted(uintptr_t sp) {
  const G* const current = CurrentGOrNull();
  const M* const m = CurrentWorker();
  const G* const left = m == nullptr ? nullptr : m->left.load();
  if (left != nullptr &&
      (left->stack.Contains(sp) || left->stack.InGuard(sp))) {
    return left;
  }
  const bool is_to_come =
      current != nullptr && current->context.saved() != nullptr;
  return is_to_come ? nullptr : current;
}

// The caller has overtaken what was in flight.
[[noreturn]] void Report(const Fault& fault, FaultVerdict verdict,
                         const Sender& sender, const ucontext_t& context) {
  // There one may hold what ThreadSanitizer needs at the end.
  if (!kThreadSanitized) HoldWalkedThreads();
  Printer& out = BeginReport();
  const G* self = Interrupted(fault.sp);
  const Overflow overflow = OverflowOf(fault, context);
  const bool has_overflowed = overflow.kind != StackKind::kNone;
  if (has_overflowed) {
    PrintOverflow(out, overflow, fault.sp);
  } else if (verdict == FaultVerdict::kUnexpectedFault) {
    PrintUnexpectedFault(out, fault);
  } else {
    PrintSignal(out, fault);
  }
  out.Flush();
  const TracebackOptions options = CurrentTracebackOptions();
  static StackTrace trace;
  trace.Clear();
  UnwindContext(&context, &trace, EndOfFrames(overflow));
  if (self != nullptr) {
    PrintGoroutine(out, self, trace, options);
  } else {
    PrintThread(out, trace, options);
  }
  PrintOtherGoroutines(out, self, options);
  if (verdict == FaultVerdict::kSignal && !has_overflowed) {
    PrintRegisters(out, context);
  }
  PrintIdleWorkers(out, options);
  PrintForeignThreads(out, options);
  PrintSender(out, sender);
  if (fault.signal == SIGQUIT) {
    PrintPart(out, {"who waits for what"}, [&] { PrintWaitCycles(out); });
  } else {
    PrintPart(out, {"the source"}, [&] { PrintSource(out, trace); });
  }
  PrintOtherPanics(out, /*except=*/nullptr);
  PrintBuildId(out);
  PrintRerun(out);
  EndReport(out);
  EndAfterReport();
}

// What a report needs, names of a thousand characters included.
constexpr size_t kReportRoomBytes = 128 * 1024;

// For the report of a crash, and of a crash in that, where the program has
// given its thread a signal stack that is too small. Only one thread comes to
// them: who has overtaken the others.
alignas(16) constinit char report_stacks[2][2 * kReportRoomBytes] = {};
constinit int report_stacks_used = 0;

size_t RoomLeft(const ucontext_t& context) {
  const auto here = reinterpret_cast<uintptr_t>(__builtin_frame_address(0));
  const uintptr_t low = SignalStackIn(context).low;
  const bool is_on_it = here - low < context.uc_stack.ss_size;
  return is_on_it ? here - low : SIZE_MAX;
}

[[noreturn]] void ReportWithRoom(Crash* crash) {
  Gate().Overtake();
  const auto report = [](void* arg) {
    const Crash& it = *static_cast<Crash*>(arg);
    Report(it.fault, it.verdict, it.sender, *it.context);
  };
  // AddressSanitizer takes a stack that it does not know for an error.
  const bool has_room =
      kSanitized || RoomLeft(*crash->context) >= kReportRoomBytes;
  if (!has_room && report_stacks_used < 2) {
    auto& stack = report_stacks[report_stacks_used++];
    lastwords_call_on_stack(report, crash, stack + sizeof(stack));
  }
  report(crash);
  __builtin_unreachable();
}

bool WasSentByAnother(const siginfo_t& info) { return info.si_pid != getpid(); }

void OnFatalSignal(int number, siginfo_t* info, void* raw_context) {
  if (InVforkChild()) DieBySignal(number);
  auto* context = static_cast<ucontext_t*>(raw_context);
  // One that was sent is the program's, unless that only reports any more.
  const bool was_sent = info->si_code <= 0;
  if (was_sent && !IsMemoryFault(number) && WasSentByAnother(*info) &&
      IsReporting()) {
    return;  // somebody who has lost patience, or a watchdog
  }
  if ((!was_sent || ThisThreadReports()) && EndGuardedCall(number, context)) {
    return;
  }
  const Fault fault = FaultOf(*info, *context);
  FaultSite site;
  FaultVerdict verdict = FaultVerdict::kSignal;
  if (OverflowOf(fault, *context).kind == StackKind::kNone) {
    verdict = JudgeFault(fault, &site);
    if (verdict == FaultVerdict::kPanic) {
      return CallFromFault(context, fault, site, &SigPanic);
    }
    // After a handler of SIGABRT the program ends as after abort().
    if (CallPreviousHandler(number, info, context) && number != SIGABRT) return;
  }
  Crash crash = {fault, verdict, SenderOf(*info), context};
  ReportWithRoom(&crash);
}

// A quit is a request: a program that handles it itself keeps it. One that was
// started in the background ignores it, and is asked all the same, as by Go.
bool IsWanted(int number) { return number != SIGQUIT || !HasHandler(number); }

}  // namespace

void InstallReportHandlers() {
  TakeOverSignal(SIGSEGV, &OnFatalSignal);
  TakeOverSignal(SIGBUS, &OnFatalSignal);
  InstallUnwindHandler(/*restart=*/false);
}

void InstallFatalSignalHandlers() {
  for (const FatalSignal& signal : kFatalSignals) {
    if (IsWanted(signal.number)) TakeOverSignal(signal.number, &OnFatalSignal);
  }
}

}  // namespace runtime::internal
