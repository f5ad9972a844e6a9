#include "runtime/internal/control/entry.h"

#include "runtime/internal/control/gate.h"
#include "runtime/internal/control/protect.h"
#include "runtime/internal/sched/scheduler.h"

namespace runtime::internal {
namespace {

// A goroutine ends when its function returns, when a panic in it was
// recovered by one of its own deferred calls, or by Goexit. Not noexcept and
// without a catch: an exception nobody catches must find the whole stack.
void RunGoroutine(G* self) {
  ProtectFrame frame;
  RunProtected(&frame, nullptr, self->closure_type->call, self->closure);
  FinishGoroutine();
}

void RunMainGoroutine(G* self) {
  ProtectFrame frame;
  const bool returned =
      RunProtected(&frame, nullptr, self->closure_type->call, self->closure);
  // Goexit ends only the goroutine. A recovered panic is a return.
  const bool ends = returned || !CurrentG()->goexiting;
  if (ends) ExitThroughGate(0);
  FinishGoroutine();
}

}  // namespace

__attribute__((noinline)) void StartGoroutine(const ClosureType* type,
                                              void* closure) {
  NewGoroutine(type, closure, &RunGoroutine,
               reinterpret_cast<uintptr_t>(__builtin_return_address(0)));
}

void RunMain(void (*main)()) {
  RunScheduler(&kClosureType<void (*)()>, &main, &RunMainGoroutine);
}

}  // namespace runtime::internal
