// Deferred calls, and the frame a recovered panic returns from.
//
//   runtime::Protect([&] {                   // a recovered panic ends here
//     runtime::Defer handler([&] {           // runs at the end of its scope,
//       if (auto value = runtime::Recover()) // or when something panics
//         std::printf("recovered: %s\n", value->String().c_str());
//     });
//     Work();
//   });
//
// Source: Go's defer statement. Differs: a deferred call belongs to its scope,
// not to its function, and a recovered panic returns from the innermost
// Protect around the Defer (or ends the goroutine), not from the function
// that deferred: the frames in between are left, and their destructors run.
#ifndef LASTWORDS_RUNTIME_DEFER_H_
#define LASTWORDS_RUNTIME_DEFER_H_

#include <utility>

#include "runtime/internal/control/defer_list.h"
#include "runtime/internal/control/protect.h"

namespace runtime {

// Calls `call` when its scope ends, however it ends: normally, by return, by a
// C++ exception that passes, by Goexit, or, before the frames above are left,
// by a panic. Calls run newest first. A panic inside one goes on outwards.
//
// A class that holds a Defer needs a destructor that is noexcept(false).
//
// Safety: belongs to the goroutine that made it, and ends there.
template <class F>
class [[nodiscard]] Defer : public internal::DeferGuard<F> {
 public:
  explicit Defer(F call) : internal::DeferGuard<F>(std::move(call)) {}
};
template <class F>
Defer(F) -> Defer<F>;

// Calls `body`. Returns true when body has returned, and false when a panic in
// it was recovered by a deferred call made inside. By then, in this order:
//
// 1. the deferred calls inside body have run, newest first, on top of the
//    panic; those after the one that recovered too;
// 2. the frames are left: destructors run, and a `catch (...)` is entered, but
//    at its end the recovery goes on. A noexcept function ends the process.
//
// In a crash nothing of 2 happens. C++ exceptions that have a handler further
// out pass through; those that have none are panics (panic.h).
//
// Every goroutine's first function, and every deferred call, is a protected
// body of its own already.
template <class F>
bool Protect(F&& body) {
  internal::ProtectFrame frame;
  return internal::RunProtected(&frame, body);
}

}  // namespace runtime

#endif  // LASTWORDS_RUNTIME_DEFER_H_
