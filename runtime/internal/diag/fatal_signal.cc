// ASYNC-SIGNAL-SAFE: no malloc, no stdio, no locks but the gate's print lock.
#include "runtime/internal/diag/fatal_signal.h"

#include <signal.h>
#include <ucontext.h>
#include <unistd.h>

#include "runtime/internal/control/gate.h"
#include "runtime/internal/diag/crash.h"
#include "runtime/internal/diag/json_report.h"
#include "runtime/internal/diag/report_output.h"
#include "runtime/internal/diag/traceback.h"
#include "runtime/internal/machine/unwind.h"
#include "runtime/internal/sched/scheduler.h"

namespace runtime::internal {
namespace {

struct FatalSignal {
  int number;
  const char* text;
  bool is_fault;  // si_addr is an address, when the kernel sent it
};

constexpr FatalSignal kFatalSignals[] = {
    {SIGSEGV, "SIGSEGV: segmentation violation", true},
    {SIGBUS, "SIGBUS: bus error", true},
    {SIGFPE, "SIGFPE: floating-point exception", true},
    {SIGILL, "SIGILL: illegal instruction", true},
    {SIGTRAP, "SIGTRAP: trace trap", false},
    {SIGABRT, "SIGABRT: abort", false},
    {SIGSYS, "SIGSYS: bad system call", false},
    {SIGQUIT, "SIGQUIT: quit", false},
};

const FatalSignal& Describe(int number) {
  for (const FatalSignal& known : kFatalSignals) {
    if (known.number == number) return known;
  }
  return kFatalSignals[0];
}

struct Registers {
  uintptr_t pc = 0;
  uintptr_t sp = 0;
};

Registers RegistersOf(const ucontext_t& context) {
#if defined(__x86_64__)
  const auto& registers = context.uc_mcontext.gregs;
  return {static_cast<uintptr_t>(registers[REG_RIP]),
          static_cast<uintptr_t>(registers[REG_RSP])};
#elif defined(__aarch64__)
  return {context.uc_mcontext.pc, context.uc_mcontext.sp};
#endif
}

void PrintOverflow(Printer& out, const Stack& stack, const Registers& at) {
  out.Str("runtime: goroutine stack exceeds ")
      .Udec(stack.size_bytes())
      .Str("-byte limit\nruntime: sp=")
      .Hex(at.sp)
      .Str(" stack=[")
      .Hex(stack.low)
      .Str(", ")
      .Hex(stack.high)
      .Str("]\nfatal error: stack overflow\n");
  JsonOf(out).BeginFatal();
  JsonOf(out).AppendText("stack overflow");
  JsonOf(out).EndFatal();
}

void PrintSignal(Printer& out, const siginfo_t& info, const Registers& at) {
  const FatalSignal& signal = Describe(info.si_signo);
  out.Str(signal.text).Str("\nPC=").Hex(at.pc).Str(" m=0 sigcode=");
  out.Dec(info.si_code);
  const auto address = reinterpret_cast<uintptr_t>(info.si_addr);
  const bool has_address = signal.is_fault && info.si_code > 0;
  if (has_address) out.Str(" addr=").Hex(address);
  out.Char('\n');
  JsonOf(out).AddSignal(info.si_signo, signal.text, info.si_code, at.pc,
                        has_address ? &address : nullptr);
}

void OnFatalSignal(int number, siginfo_t* info, void* raw_context) {
  const bool is_fault = number == SIGSEGV || number == SIGBUS;
  auto* interrupted = static_cast<ucontext_t*>(raw_context);
  if (is_fault && UnwindFaulted(interrupted)) return;
  const ucontext_t& context = *interrupted;
  Gate().Overtake();
  Printer& out = BeginReport();
  const Registers at = RegistersOf(context);
  const G* self = CurrentGOrNull();
  const auto address = reinterpret_cast<uintptr_t>(info->si_addr);
  if (is_fault && info->si_code > 0 && self != nullptr &&
      self->stack.InGuard(address)) {
    PrintOverflow(out, self->stack, at);
  } else {
    PrintSignal(out, *info, at);
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
  PrintOvertaken(out);
  EndReport(out);
  _exit(kExitCrashed);
}

}  // namespace

void InstallFatalSignalHandlers() {
  for (const FatalSignal& signal : kFatalSignals) {
    struct sigaction action = {};
    action.sa_sigaction = &OnFatalSignal;
    // A fault inside the handler must come through: it is the guard of the
    // stack walk, and the next crash level.
    action.sa_flags = SA_SIGINFO | SA_ONSTACK | SA_NODEFER;
    sigaction(signal.number, &action, nullptr);
  }
}

}  // namespace runtime::internal
