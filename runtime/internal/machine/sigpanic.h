// ASYNC-SIGNAL-SAFE: no malloc, no stdio, no locks.
//
// Turns a hardware fault into a call that the faulting instruction seems to
// have made, so that it can become a panic.
//
//   void OnSegv(int, siginfo_t*, void* context) {
//     CallFromFault(static_cast<ucontext_t*>(context), fault, &SigPanic);
//   }                             // its return "calls" SigPanic, on the stack
//                                 // that faulted
//
// The call is made by a few instructions whose unwind information says: my
// caller is what these words hold. So tracebacks show the exact line, and an
// unwinding passes through, also for a fault at the first instruction of a
// function, and in a leaf that keeps values below its stack pointer.
//
// Not a return address pushed by hand: the pc itself would be attributed to
// the instruction before, pc + 1 moves the frame.
//
// Source: Go's preparePanic (runtime/signal_amd64.go).
#ifndef LASTWORDS_RUNTIME_INTERNAL_MACHINE_SIGPANIC_H_
#define LASTWORDS_RUNTIME_INTERNAL_MACHINE_SIGPANIC_H_

#include <signal.h>
#include <ucontext.h>

#include <cstdint>

namespace runtime::internal {

// A fault, as the kernel tells it.
struct Fault {
  int signal = 0;
  int code = 0;
  uintptr_t address = 0;
  uintptr_t pc = 0;
  uintptr_t sp = 0;
  bool quotient_overflowed = false;  // divide_error.h
};

constexpr bool IsMemoryFault(int signal) {
  return signal == SIGSEGV || signal == SIGBUS;
}

// Where the program stood: the instruction, or the call of a bad pointer.
struct FaultSite {
  uintptr_t pc = 0;
  uintptr_t sp = 0;
  bool is_call = false;  // pc is a return address
};

#if defined(__x86_64__)
inline constexpr bool kCanCallFromFault = true;
#else
inline constexpr bool kCanCallFromFault = false;
#endif

// Of the stack of the interrupted code, what CallFromFault writes to.
inline constexpr uintptr_t kFaultFrameBytes = 128 + 192;

// Errors: false where no unwinding could start: there is no unwind information
// for the code.
// Safety: the words at the stack pointer must be readable.
bool FindFaultSite(const Fault& fault, FaultSite* site);

// Makes the return from the signal handler that was given `context` a call of
// `handler`, with a copy of `fault` that lives as long as the call.
// Safety: kFaultFrameBytes below the stack pointer must be there.
void CallFromFault(ucontext_t* context, const Fault& fault,
                   const FaultSite& site, void (*handler)(const Fault*));

}  // namespace runtime::internal

#endif  // LASTWORDS_RUNTIME_INTERNAL_MACHINE_SIGPANIC_H_
