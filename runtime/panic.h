// Panic and Recover, and Fatal for what nothing can recover from.
//
//   runtime::Panic("crash");           // panic: crash
//   runtime::Panic(MyError{...});      // panic: whatever Error() says
//   if (auto value = runtime::Recover()) { ... value->As<MyError>() ... }
//
// clang-format off
// | call     | whose fault                  | recoverable | prints                   |
// | Panic(v) | the program's                | yes         | panic: v, this goroutine |
// | Fatal(m) | the program's, beyond repair | no          | fatal error: m, all      |
// clang-format on
//
// A C++ exception that nobody catches is a panic too: deferred calls run on top
// of the throw, Recover stops it, and its value is the exception.
//
// - One that has a handler, `catch (...)` included, goes to it. Deferred calls
//   on its way run as the destructors they are; Recover in them gives nothing.
// - One that leaves a deferred call of a panic is the next panic. Handlers
//   around the panic are not for it.
// - One that meets a noexcept function or destructor cannot be recovered.
// - std::terminate, where the program has set a handler, is the program's.
//
// Both end the process with status 2, and the report cannot be lost: a panic
// that began before the process was allowed to end is reported, whole, once
// (README, "The promise").
#ifndef LASTWORDS_RUNTIME_PANIC_H_
#define LASTWORDS_RUNTIME_PANIC_H_

#include <optional>
#include <string>
#include <type_traits>
#include <utility>

#include "runtime/internal/base/call_site.h"
#include "runtime/internal/control/panic_state.h"
#include "runtime/internal/control/panic_value.h"
#include "runtime/internal/control/runtime_error.h"

namespace runtime {

namespace internal {
struct PanicArgument;
}  // namespace internal

// The value of a recovered panic.
class Value {
 public:
  explicit Value(internal::RecoveredValue recovered)
      : recovered_(std::move(recovered)) {}

  // The text the report would have printed, without the newline TABs.
  // Runs the value's own Error(), String() or what(), if it has one.
  std::string String() const;

  // What `catch (const T&)` would find: the value, if it was given or thrown
  // as a T or as something derived from T; else null. The runtime's own errors,
  // and faults: As<RuntimeError>(). Strings: As<const char*>(),
  // As<std::string>() or As<std::string_view>(), as it was given. An exception
  // that nobody caught is an As<std::exception_ptr>() too.
  template <class T>
  const T* As() const {
    return static_cast<const T*>(
        internal::CatchAs(typeid(T), recovered_.type, recovered_.value.get()));
  }

 private:
  friend struct internal::PanicArgument;
  internal::RecoveredValue recovered_;
};

namespace internal {

// What Panic's argument becomes: the value itself, kept in Panic's frame, or,
// for one that was recovered before, the same value again.
struct PanicArgument {
  template <class T>
  static ValueRef Of(T& value) {
    return {&kValueType<T>, &value};
  }
  static ValueRef Of(Value& value) {
    void* again = const_cast<void*>(value.recovered_.value.get());
    return {value.recovered_.type, again, again, &value.recovered_.value};
  }
};

}  // namespace internal

// Runs the goroutine's deferred calls, newest first, on top of this frame. If
// one calls Recover, the panic ends and the innermost Protect around that
// Defer returns. If none does, prints the report and ends the process with
// status 2.
//
// A value prints as CRASH_FORMAT.md says: Error(), String(), what(), numbers,
// strings and Named types by their text, anything else by type and address.
// Errors: a panic in Error() or String() is fatal.
template <class T>
[[noreturn]] __attribute__((always_inline)) inline void Panic(T&& argument) {
  std::decay_t<T> value(std::forward<T>(argument));
  internal::StartPanic(internal::PanicArgument::Of(value));
}

// In a deferred call that runs because of a panic: stops it and returns its
// value. Anywhere else: nothing. It may be called by a function that the
// deferred call calls, but not from inside a Protect or another deferred call
// there: these are functions of their own, which nobody's panic runs. (Go: only
// by the deferred function itself.)
//
// From here on the panic does not hold up the end of the process: Exit(3) right
// after it exits with 3. A value panicked again is a new panic: if main has
// returned in between, it comes too late to be reported.
std::optional<Value> Recover();

// Prints "fatal error: ", the message and every goroutine; exits with 2.
// Deferred calls do not run.
[[noreturn]] LASTWORDS_OWN_CALL_SITE void Fatal(const char* message);

}  // namespace runtime

#endif  // LASTWORDS_RUNTIME_PANIC_H_
