// ASYNC-SIGNAL-SAFE: no malloc, no stdio, no locks but the gate's print lock.
#include "runtime/internal/diag/fatal_signal.h"

#include <signal.h>
#include <ucontext.h>

#include "runtime/internal/base/end_process.h"
#include "runtime/internal/control/gate.h"
#include "runtime/internal/diag/crash.h"
#include "runtime/internal/diag/fault_panic.h"
#include "runtime/internal/diag/json_report.h"
#include "runtime/internal/diag/previous_handler.h"
#include "runtime/internal/diag/registers.h"
#include "runtime/internal/diag/report_output.h"
#include "runtime/internal/diag/rerun.h"
#include "runtime/internal/diag/sender.h"
#include "runtime/internal/diag/signal_text.h"
#include "runtime/internal/diag/source_snippet.h"
#include "runtime/internal/diag/traceback.h"
#include "runtime/internal/diag/wait_cycle.h"
#include "runtime/internal/machine/divide_error.h"
#include "runtime/internal/machine/thread_stack.h"
#include "runtime/internal/machine/unwind.h"
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

// The stack that has overflowed: the goroutine's or the thread's own. Or null.
const Stack* OverflowedStack(const Fault& fault) {
  if (!IsMemoryFault(fault.signal) || fault.code <= 0) return nullptr;
  const G* self = CurrentGOrNull();
  if (self != nullptr && self->stack.InGuard(fault.address)) {
    return &self->stack;
  }
  return ThreadStack().InGuard(fault.address) ? &ThreadStack() : nullptr;
}

void PrintOverflow(Printer& out, const Stack& stack, uintptr_t sp) {
  out.Str("runtime: ")
      .Str(&stack == &ThreadStack() ? "thread" : "goroutine")
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

void PrintUnexpectedFault(Printer& out, const Fault& fault) {
  out.Str("unexpected fault address ").Hex(fault.address);
  out.Str("\nfatal error: fault\n");
  JsonOf(out).AddFatal("fault");
  PrintFaultLine(out, fault);
}

[[noreturn]] void Report(const Fault& fault, FaultVerdict verdict,
                         const Sender& sender, const ucontext_t& context) {
  Gate().Overtake();
  Printer& out = BeginReport();
  const G* self = CurrentGOrNull();
  const Stack* const overflowed = OverflowedStack(fault);
  if (overflowed != nullptr) {
    PrintOverflow(out, *overflowed, fault.sp);
  } else if (verdict == FaultVerdict::kUnexpectedFault) {
    PrintUnexpectedFault(out, fault);
  } else {
    PrintSignal(out, fault);
  }
  out.Flush();
  const TracebackOptions options = CurrentTracebackOptions();
  static StackTrace trace;
  trace.Clear();
  UnwindContext(&context, &trace);
  if (self != nullptr) {
    PrintGoroutine(out, self, trace, options);
  } else {
    PrintThread(out, trace, options);
  }
  PrintOtherGoroutines(out, self, options);
  if (verdict == FaultVerdict::kSignal && overflowed == nullptr) {
    PrintRegisters(out, context);
  }
  PrintOtherThreads(out, options);
  PrintSender(out, sender);
  if (fault.signal == SIGQUIT) {
    PrintWaitCycles(out);
  } else {
    PrintSource(out, trace);
  }
  PrintOvertaken(out);
  PrintSwallowed(out, /*except=*/nullptr);
  PrintRerun(out);
  EndReport(out);
  EndAfterReport();
}

void OnFatalSignal(int number, siginfo_t* info, void* raw_context) {
  auto* context = static_cast<ucontext_t*>(raw_context);
  if (IsMemoryFault(number) && UnwindFaulted(context)) return;
  const Fault fault = FaultOf(*info, *context);
  FaultSite site;
  FaultVerdict verdict = FaultVerdict::kSignal;
  if (OverflowedStack(fault) == nullptr) {
    verdict = JudgeFault(fault, &site);
    if (verdict == FaultVerdict::kPanic) {
      return CallFromFault(context, fault, site, &SigPanic);
    }
    // After a handler of SIGABRT the program ends as after abort().
    if (CallPreviousHandler(number, info, context) && number != SIGABRT) return;
  }
  Report(fault, verdict, SenderOf(*info), *context);
}

// A quit is a request: a program that handles it itself keeps it. One that was
// started in the background ignores it, and is asked all the same, as by Go.
bool IsWanted(int number) { return number != SIGQUIT || !HasHandler(number); }

}  // namespace

void InstallFatalSignalHandlers() {
  for (const FatalSignal& signal : kFatalSignals) {
    if (IsWanted(signal.number)) TakeOverSignal(signal.number, &OnFatalSignal);
  }
}

}  // namespace runtime::internal
