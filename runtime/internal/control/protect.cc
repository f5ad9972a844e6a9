#include "runtime/internal/control/protect.h"

#include <cstddef>

#include "runtime/internal/base/check.h"
#include "runtime/internal/machine/call_site_gap.h"
#include "runtime/internal/machine/exception_globals.h"
#include "runtime/internal/machine/sanitizer.h"
#include "runtime/internal/sched/scheduler.h"

namespace runtime::internal {
namespace {

constexpr _Unwind_Exception_Class kRecoveryClass = 0x4C57'4F52'4453'5250;

// A C++ exception that passes on to an outer handler must not leave the frame
// in the list. Not a catch: that would hide the throw site of an exception
// nobody catches.
class FramePopper {
 public:
  explicit FramePopper(ProtectFrame* frame) : frame_(frame) {}
  FramePopper(const FramePopper&) = delete;
  FramePopper& operator=(const FramePopper&) = delete;
  ~FramePopper() { CurrentG()->protects = frame_->link; }

 private:
  ProtectFrame* const frame_;
};

// Must be a call: inlined into the function that sets the landing, the body's
// destructors would be that function's own, and the unwinding stops before
// them.
__attribute__((noinline)) void CallBody(void (*body)(void*), void* argument,
                                        ProtectFrame* frame) {
  const FramePopper popper(frame);
  body(argument);
}

LASTWORDS_NO_TSAN [[noreturn]] __attribute__((noinline)) void Land(
    const ProtectFrame* frame) {
#ifdef LASTWORDS_ASAN
  __asan_handle_no_return();
#endif
  lastwords_jump_to_landing(&frame->landing);
}

LASTWORDS_NO_TSAN _Unwind_Reason_Code StopAtTarget(int, _Unwind_Action actions,
                                                   _Unwind_Exception_Class,
                                                   _Unwind_Exception*,
                                                   _Unwind_Context* context,
                                                   void* target) {
  auto* frame = static_cast<ProtectFrame*>(target);
  if ((actions & _UA_END_OF_STACK) != 0) {
    Throw("unwound past the frame that recovers");
  }
  // The CFA of a context is the stack pointer of its frame.
  if (_Unwind_GetCFA(context) >= frame->landing.stack_pointer()) Land(frame);
  if (kFaultsAreInGaps && frame->after_fault) PassGap(context);
  return _URC_NO_REASON;
}

// A catch (...) has swallowed the unwinding and is at its end: go on.
void ContinueAfterCatchAll(_Unwind_Reason_Code, _Unwind_Exception* exception) {
  static_assert(offsetof(ProtectFrame, exception) == 0);
  auto* const frame = reinterpret_cast<ProtectFrame*>(exception);
  UnwindTo(frame, frame->after_fault);
}

}  // namespace

// Never inlined, and something follows the call, or it could be a tail call:
// the frame with the landing must be alive when the jump comes.
__attribute__((noinline)) bool RunProtected(ProtectFrame* frame,
                                            DeferRecord* call,
                                            void (*body)(void*),
                                            void* argument) {
  G* g = CurrentG();
  frame->link = g->protects;
  frame->deferred_call = call;
  frame->blocking_depth = g->blocking_depth;
  frame->recovering = g->recovering;
  frame->uncaught_exceptions = UncaughtExceptions();
  frame->caught_exceptions = ThreadExceptionGlobals()->caught_exceptions;
  g->protects = frame;
  if (lastwords_set_landing(&frame->landing) == 0) {
    CallBody(body, argument, frame);
    asm volatile("" ::: "memory");
    return true;
  }
  g = CurrentG();
  g->protects = frame->link;
  g->recovering = frame->recovering;
  // `throw;` in a catch (...) on the way counts the unwinding as one more.
  SetUncaughtExceptions(frame->uncaught_exceptions);
  ThreadExceptionGlobals()->caught_exceptions = frame->caught_exceptions;
  if (g->blocking_depth != frame->blocking_depth) {
    LeaveBlockingTo(frame->blocking_depth);
  }
  return false;
}

void UnwindTo(ProtectFrame* target, bool after_fault) {
  CurrentG()->recovering = true;
  target->after_fault = after_fault;
  // A catch (...) on the way is entered with a foreign exception, which
  // libstdc++ terminates on when another is being handled.
  while (ThreadExceptionGlobals()->caught_exceptions != nullptr &&
         ThreadExceptionGlobals()->caught_exceptions !=
             target->caught_exceptions) {
    abi::__cxa_end_catch();
  }
  ThreadExceptionGlobals()->caught_exceptions = nullptr;
  target->exception.exception_class = kRecoveryClass;
  target->exception.exception_cleanup = &ContinueAfterCatchAll;
  _Unwind_ForcedUnwind(&target->exception, &StopAtTarget, target);
  Throw("cannot unwind to the frame that recovers");
}

}  // namespace runtime::internal
