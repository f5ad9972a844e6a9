// One flow of control and the switch between two of them, on Boost.Context.
// All sanitizer fiber annotations are in context.cc.
//
//   context.Make(stack, entry);
//   self.SwitchTo(&context);   // runs entry(&self) on its stack
//
// What a switch moves: stack, callee-saved registers, and the two pieces of
// thread state that belong to a goroutine: errno and the C++ exception
// globals (two goroutines parked inside a catch block would otherwise rethrow
// each other's exception).
#ifndef LASTWORDS_RUNTIME_INTERNAL_MACHINE_CONTEXT_H_
#define LASTWORDS_RUNTIME_INTERNAL_MACHINE_CONTEXT_H_

#include <atomic>

#include "runtime/internal/machine/stack.h"

namespace runtime::internal {

class Context {
 public:
  // Runs first on the new stack, and never returns. `from` is the context
  // that switched here: its saved state is complete from now on.
  using Entry = void (*)(Context* from);

  Context() = default;
  Context(const Context&) = delete;
  Context& operator=(const Context&) = delete;

  // This context becomes a fresh flow on `stack`.
  void Make(const Stack& stack, Entry entry);
  // This context stands for the calling thread and its own stack.
  void AdoptThread();
  // Leaves this flow, which is running, and continues `to`. Returns when
  // somebody switches back, with the context that did; it may be on another
  // thread then, so no thread-local address may be kept across the call.
  Context* SwitchTo(Context* to);
  // As SwitchTo, for a flow that ends here.
  [[noreturn]] void EndWith(Context* to);
  // The flow has ended and will not be switched to again; its stack may be
  // used for another. Called from another flow.
  void Destroy();

  // For the unwinder. Where a flow that is not running was left; null while it
  // runs, and while it is being left or continued.
  void* saved() const {
    void* const fiber = fiber_.load(std::memory_order_acquire);
    return fiber == &in_switch ? nullptr : fiber;
  }
  // Some thread is on its way to it, from the stack of another.
  bool arriving() const {
    return fiber_.load(std::memory_order_acquire) == &in_switch;
  }

 private:
  friend struct ContextSwitcher;

  static inline char in_switch = 0;  // a mark by its address

  // While not running: the fcontext_t, or &in_switch.
  std::atomic<void*> fiber_ = nullptr;
  Context* next_ = nullptr;  // whom this flow has just switched to
  Entry entry_ = nullptr;
  Stack stack_;
  // __cxa_eh_globals: caught exceptions, and how many are in flight.
  void* caught_exceptions_ = nullptr;
  unsigned int uncaught_exceptions_ = 0;
  int errno_ = 0;
  [[maybe_unused]] void* tsan_fiber_ = nullptr;
  void* asan_fake_stack_ = nullptr;
};

// The calling thread's errno, which a flow must look up anew after a switch.
int* ThreadErrno();

}  // namespace runtime::internal

#endif  // LASTWORDS_RUNTIME_INTERNAL_MACHINE_CONTEXT_H_
