// ASYNC-SIGNAL-SAFE: no malloc, no stdio, no locks.
//
// What a report says of a signal (runtime/CRASH_FORMAT.md, "Signals").
#ifndef LASTWORDS_RUNTIME_INTERNAL_DIAG_SIGNAL_TEXT_H_
#define LASTWORDS_RUNTIME_INTERNAL_DIAG_SIGNAL_TEXT_H_

#include <signal.h>

#include <cstdint>

#include "runtime/internal/base/print.h"
#include "runtime/internal/machine/sigpanic.h"

namespace runtime::internal {

struct FatalSignal {
  int number;
  const char* text;
  bool is_fault;  // si_addr is an address, when the kernel sent it
};

// Every signal that ends the program with a report.
inline constexpr FatalSignal kFatalSignals[] = {
    {SIGSEGV, "SIGSEGV: segmentation violation", true},
    {SIGBUS, "SIGBUS: bus error", true},
    {SIGFPE, "SIGFPE: floating-point exception", true},
    {SIGILL, "SIGILL: illegal instruction", true},
    {SIGTRAP, "SIGTRAP: trace trap", false},
    {SIGABRT, "SIGABRT: abort", false},
    {SIGSYS, "SIGSYS: bad system call", false},
    {SIGQUIT, "SIGQUIT: quit", false},
};

constexpr const FatalSignal& DescribeSignal(int number) {
  for (const FatalSignal& known : kFatalSignals) {
    if (known.number == number) return known;
  }
  return kFatalSignals[0];
}

// SIGSEGV: segmentation violation
// PC=0x55804df45db7 m=0 sigcode=1 addr=0x0
void PrintSignal(Printer& out, const Fault& fault);

// [signal SIGSEGV: segmentation violation code=0x1 addr=0x0 pc=0x55804df45db7]
void PrintFaultLine(Printer& out, const Fault& fault);

}  // namespace runtime::internal

#endif  // LASTWORDS_RUNTIME_INTERNAL_DIAG_SIGNAL_TEXT_H_
