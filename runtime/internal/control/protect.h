// The frame a recovered panic returns to, and the unwinding that leads there.
//
//   RunProtected(body, argument):   true: body returned; false: a panic (or a
//                                   Goexit) in it ended here.
//
// A panic runs deferred calls on top of the panicking frames; only when one
// has recovered, the frames down to the protecting one are left, by
// _Unwind_ForcedUnwind: destructors run, catch clauses for C++ exceptions do
// not. A `catch (...)` is entered, as forced unwinding does; when it ends
// without a throw, the unwinding goes on. A noexcept function in between ends
// the process ("recovered panic crossed a noexcept function").
//
// Each deferred call is a protecting frame too, and so are a goroutine's
// entry and Goexit's own loop.
#ifndef LASTWORDS_RUNTIME_INTERNAL_CONTROL_PROTECT_H_
#define LASTWORDS_RUNTIME_INTERNAL_CONTROL_PROTECT_H_

#include <unwind.h>

#include <cstdint>

#include "runtime/internal/base/call.h"
#include "runtime/internal/machine/landing.h"

namespace runtime::internal {

struct DeferRecord;
struct G;

struct ProtectFrame {
  _Unwind_Exception exception;
  Landing landing;
  ProtectFrame* link;          // the one outside
  DeferRecord* deferred_call;  // the call this frame protects, if it is one
  unsigned int uncaught_exceptions;
  void* caught_exceptions;
  int blocking_depth;  // Blocking calls around this frame
  bool recovering;     // around this frame, in a destructor
  bool after_fault;    // the unwinding to this frame passes one that faulted
};

// Runs body(argument) with `frame` as the innermost protecting one. `call` is
// the deferred call that body makes, or null.
bool RunProtected(ProtectFrame* frame, DeferRecord* call,
                  void (*body)(void* argument), void* argument);

// The same for a callable.
template <class F>
bool RunProtected(ProtectFrame* frame, F& body) {
  return RunProtected(
      frame, nullptr, [](void* f) { CallInOwnFrame(*static_cast<F*>(f)); },
      &body);
}

// Leaves every frame above `target`'s: the RunProtected of `target` returns
// false. `after_fault`: one of them has faulted.
[[noreturn]] void UnwindTo(ProtectFrame* target, bool after_fault);

// On one stack: `frame` or what lies at `address` is left when `target` is
// unwound to.
inline bool IsInside(const void* address, const ProtectFrame* target) {
  return address != nullptr &&  // null: outside of every protecting frame
         reinterpret_cast<uintptr_t>(address) <
             reinterpret_cast<uintptr_t>(target);
}

}  // namespace runtime::internal

#endif  // LASTWORDS_RUNTIME_INTERNAL_CONTROL_PROTECT_H_
