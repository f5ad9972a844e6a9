// ASYNC-SIGNAL-SAFE: no malloc, no stdio, no locks.
//
// Which hardware faults are panics, and which one. In the handler:
//
//   switch (JudgeFault(fault, &site)) {
//     case FaultVerdict::kPanic: CallFromFault(..., &SigPanic); return; ...
//
// Source: Go's canpanic and sigpanic (runtime/signal_unix.go). Differs: Go's
// own code is known by its stack, here the program's is all that is not in a
// library of the system.
#ifndef LASTWORDS_RUNTIME_INTERNAL_DIAG_FAULT_PANIC_H_
#define LASTWORDS_RUNTIME_INTERNAL_DIAG_FAULT_PANIC_H_

#include <cstdint>

#include "runtime/internal/machine/sigpanic.h"

namespace runtime::internal {

enum class FaultVerdict : uint8_t {
  kPanic,            // recoverable
  kUnexpectedFault,  // could be, but the address is not near null
  kSignal,           // deferred calls must not run: report the signal
};

// What a fault of the calling thread is, and where it stood (not for kSignal).
FaultVerdict JudgeFault(const Fault& fault, FaultSite* site);

// On the goroutine's stack: panics with the runtime error of the fault.
[[noreturn]] void SigPanic(const Fault* fault);

}  // namespace runtime::internal

#endif  // LASTWORDS_RUNTIME_INTERNAL_DIAG_FAULT_PANIC_H_
