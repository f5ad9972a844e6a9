// ASYNC-SIGNAL-SAFE: no malloc, no stdio, no locks. SigPanic runs when the
// handler has returned, as ordinary code.
#include "runtime/internal/diag/fault_panic.h"

#include <signal.h>

#include "runtime/internal/base/lock_rank.h"
#include "runtime/internal/control/panic_state.h"
#include "runtime/internal/control/runtime_error.h"
#include "runtime/internal/diag/report_output.h"
#include "runtime/internal/diag/system_library.h"
#include "runtime/internal/sched/scheduler.h"

namespace runtime::internal {
namespace {

// Below this address is no object: a null pointer, or a member of one.
constexpr uintptr_t kFirstUsableAddress = 0x1000;

// Whether the goroutine's deferred calls may run now: it was running its own
// code, on its own stack.
bool RunsProgramCode(const G* g, const FaultSite& site) {
  return g->state.load(std::memory_order_relaxed) == GState::kRunning &&
         locks_held == 0 && !ThisThreadReports() &&
         OwnerOf(site.pc) == CodeOwner::kProgram;
}

bool StackIsItsOwn(const G* g, uintptr_t sp) {
  return kCanCallFromFault && g != nullptr && g->thread_note == nullptr &&
         g->stack.Contains(sp) && g->stack.Contains(sp - kFaultFrameBytes);
}

// SI_KERNEL is what a non-canonical address gets: with it the kernel tells no
// address, and 0 is not null.
bool IsNil(const Fault& fault) {
  const bool has_address =
      fault.signal == SIGBUS
          ? fault.code == BUS_ADRERR
          : fault.code == SEGV_MAPERR || fault.code == SEGV_ACCERR;
  return has_address && fault.address < kFirstUsableAddress;
}

RuntimeError ErrorOf(const Fault& fault) {
  if (IsMemoryFault(fault.signal)) {
    if (IsNil(fault)) return RuntimeError(kNilDereference);
    return RuntimeError::OfFault(kNilDereference, fault.address);
  }
  if (fault.quotient_overflowed) {
    return RuntimeError("runtime error: integer overflow");
  }
  if (fault.code == FPE_INTDIV) return RuntimeError(kDivideByZero);
  return RuntimeError("runtime error: floating point error");
}

}  // namespace

FaultVerdict JudgeFault(const Fault& fault, FaultSite* site) {
  const bool may_panic = IsMemoryFault(fault.signal) || fault.signal == SIGFPE;
  const G* const g = CurrentGOrNull();
  if (!may_panic || fault.code <= 0 || !StackIsItsOwn(g, fault.sp) ||
      !FindFaultSite(fault, site) || !RunsProgramCode(g, *site)) {
    return FaultVerdict::kSignal;
  }
  if (fault.signal == SIGFPE || IsNil(fault) || g->panic_on_fault) {
    return FaultVerdict::kPanic;
  }
  return FaultVerdict::kUnexpectedFault;
}

void SigPanic(const Fault* fault) {
  RuntimeError error = ErrorOf(*fault);
  ValueRef value{&kValueType<RuntimeError>, &error};
  value.fault = fault;
  StartPanic(value);
}

}  // namespace runtime::internal
