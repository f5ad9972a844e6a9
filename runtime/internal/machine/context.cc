#include "runtime/internal/machine/context.h"

#include <errno.h>

#include <boost/context/detail/fcontext.hpp>

#include "runtime/internal/machine/exception_globals.h"
#include "runtime/internal/machine/sanitizer.h"
#include "runtime/internal/machine/thread_stack.h"

#ifdef LASTWORDS_ASAN
#include <sanitizer/common_interface_defs.h>
#endif
#ifdef LASTWORDS_TSAN
#include <sanitizer/tsan_interface.h>
#endif

namespace runtime::internal {

namespace fiber = boost::context::detail;

// Not inlined for the same reason as ThreadExceptionGlobals.
__attribute__((noinline)) int* ThreadErrno() {
  asm volatile("");
  return &errno;
}

// The annotated halves of a switch. Always inlined into functions that
// ThreadSanitizer does not instrument, see LASTWORDS_NO_TSAN.
struct ContextSwitcher {
  LASTWORDS_NO_TSAN static void SaveThreadState(Context* from) {
    const ExceptionGlobals* globals = ThreadExceptionGlobals();
    from->caught_exceptions_ = globals->caught_exceptions;
    from->uncaught_exceptions_ = globals->uncaught_exceptions;
    from->errno_ = *ThreadErrno();
  }

  LASTWORDS_NO_TSAN static void RestoreThreadState(const Context* to) {
    ExceptionGlobals* globals = ThreadExceptionGlobals();
    globals->caught_exceptions = to->caught_exceptions_;
    globals->uncaught_exceptions = to->uncaught_exceptions_;
    *ThreadErrno() = to->errno_;
  }

  LASTWORDS_NO_TSAN __attribute__((always_inline)) static inline void SetSaved(
      Context* context, void* fcontext) {
    context->fiber_.store(fcontext, std::memory_order_release);
  }

  // The stack it stands for changes from now on.
  LASTWORDS_NO_TSAN __attribute__((always_inline)) static inline void*
  TakeSaved(Context* to) {
    void* const fcontext = to->fiber_.load(std::memory_order_relaxed);
    to->fiber_.store(&Context::in_switch, std::memory_order_relaxed);
    return fcontext;
  }

  // In this order: a thread that is on the stack of `to` has left `from` whole.
  LASTWORDS_NO_TSAN __attribute__((always_inline)) static inline void End(
      Context* from, void* fcontext, Context* to) {
    SetSaved(from, fcontext);
    SetSaved(to, nullptr);
  }

  LASTWORDS_NO_TSAN __attribute__((always_inline)) static inline void Leave(
      [[maybe_unused]] Context* from, [[maybe_unused]] Context* to,
      [[maybe_unused]] bool forever) {
#ifdef LASTWORDS_ASAN
    __sanitizer_start_switch_fiber(forever ? nullptr : &from->asan_fake_stack_,
                                   reinterpret_cast<void*>(to->stack_.low),
                                   to->stack_.size_bytes());
#endif
#ifdef LASTWORDS_TSAN
    __tsan_switch_to_fiber(to->tsan_fiber_, 0);
#endif
  }

  LASTWORDS_NO_TSAN __attribute__((always_inline)) static inline void Arrive(
      [[maybe_unused]] Context* self) {
#ifdef LASTWORDS_ASAN
    __sanitizer_finish_switch_fiber(self->asan_fake_stack_, nullptr, nullptr);
#endif
  }

  // The first code on a new stack. What it needs is in the contexts, never on
  // the leaving stack: a flow that ends takes its fake frames with it.
  LASTWORDS_NO_TSAN static void Start(fiber::transfer_t transfer) {
    auto* from = static_cast<Context*>(transfer.data);
    Context* self = from->next_;
    End(from, transfer.fctx, self);
    Arrive(self);
    RestoreThreadState(self);
    self->entry_(from);
    __builtin_unreachable();
  }
};

LASTWORDS_NO_TSAN void Context::Make(const Stack& stack, Entry entry) {
  stack_ = stack;
  entry_ = entry;
  caught_exceptions_ = nullptr;
  uncaught_exceptions_ = 0;
  errno_ = 0;
  asan_fake_stack_ = nullptr;
  ContextSwitcher::SetSaved(
      this, fiber::make_fcontext(reinterpret_cast<void*>(stack.high),
                                 stack.size_bytes(), &ContextSwitcher::Start));
#ifdef LASTWORDS_TSAN
  tsan_fiber_ = __tsan_create_fiber(0);
#endif
}

void Context::AdoptThread() {
  NoteThreadStack();
  stack_ = ThreadStack();
#ifdef LASTWORDS_TSAN
  tsan_fiber_ = __tsan_get_current_fiber();
#endif
}

void Context::Destroy() {
#ifdef LASTWORDS_TSAN
  __tsan_destroy_fiber(tsan_fiber_);
  tsan_fiber_ = nullptr;
#endif
  ContextSwitcher::SetSaved(this, nullptr);
}

LASTWORDS_NO_TSAN Context* Context::SwitchTo(Context* to) {
  ContextSwitcher::SaveThreadState(this);
  next_ = to;
  ContextSwitcher::Leave(this, to, /*forever=*/false);
  const fiber::transfer_t transfer =
      fiber::jump_fcontext(ContextSwitcher::TakeSaved(to), this);
  auto* from = static_cast<Context*>(transfer.data);
  ContextSwitcher::End(from, transfer.fctx, this);
  ContextSwitcher::Arrive(this);
  ContextSwitcher::RestoreThreadState(this);
  return from;
}

LASTWORDS_NO_TSAN void Context::EndWith(Context* to) {
  next_ = to;
  ContextSwitcher::Leave(this, to, /*forever=*/true);
  fiber::jump_fcontext(ContextSwitcher::TakeSaved(to), this);
  __builtin_unreachable();
}

}  // namespace runtime::internal
