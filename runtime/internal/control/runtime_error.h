// The errors the runtime itself panics with, recoverable like any other value.
#ifndef LASTWORDS_RUNTIME_INTERNAL_CONTROL_RUNTIME_ERROR_H_
#define LASTWORDS_RUNTIME_INTERNAL_CONTROL_RUNTIME_ERROR_H_

#include <concepts>
#include <cstdint>
#include <optional>
#include <string>

#include "runtime/internal/base/call_site.h"
#include "runtime/internal/control/panic_value.h"

namespace runtime {
namespace internal {

// An integer of any type, printed as what it is.
struct AnyInteger {
  constexpr AnyInteger() = default;
  template <std::integral T>
  constexpr AnyInteger(T number)  // NOLINT(google-explicit-constructor)
      : negative(number < 0), bits(static_cast<uint64_t>(number)) {}
  bool negative = false;
  uint64_t bits = 0;  // two's complement
};

}  // namespace internal

// What Recover()->As<RuntimeError>() finds after close of a closed channel, a
// nil dereference, an index out of range.
class RuntimeError {
 public:
  // In `format` %x and %y stand for the numbers.
  // Owns: nothing; `format` must live for ever.
  constexpr explicit RuntimeError(const char* format,
                                  internal::AnyInteger x = {},
                                  internal::AnyInteger y = {})
      : format_(format), x_(x), y_(y) {}

  std::string Error() const;
  void AppendTo(internal::TextSink& sink) const;

  // The error of a fault at `address`. `text` as above.
  static RuntimeError OfFault(const char* text, uintptr_t address) {
    RuntimeError error(text);
    error.address_ = address;
    return error;
  }

  // Where the fault was, if the panic is due to SetPanicOnFault
  // (runtime/debug.h).
  std::optional<uintptr_t> Addr() const { return address_; }

 private:
  const char* format_;
  internal::AnyInteger x_;
  internal::AnyInteger y_;
  std::optional<uintptr_t> address_;
};

namespace internal {

// Needs none of the user's code to print, and no memory.
template <>
inline constexpr ValueType kValueType<RuntimeError> = {
    .type = &typeid(RuntimeError),
    .render =
        [](const void* value, TextSink& sink) {
          static_cast<const RuntimeError*>(value)->AppendTo(sink);
        },
    .method = nullptr,
    .share = &Share<RuntimeError>,
};

// Said by the checks of checked.h and of a fault alike.
inline constexpr const char* kNilDereference =
    "runtime error: invalid memory address or nil pointer dereference";
inline constexpr const char* kDivideByZero =
    "runtime error: integer divide by zero";

// Panics with a RuntimeError. Cold: keeps the checks in front of it small.
[[noreturn]] LASTWORDS_OWN_CALL_SITE __attribute__((cold)) void
PanicRuntimeError(RuntimeError error);
[[noreturn]] LASTWORDS_OWN_CALL_SITE __attribute__((cold)) void
PanicRuntimeError(const char* text);

}  // namespace internal
}  // namespace runtime

#endif  // LASTWORDS_RUNTIME_INTERNAL_CONTROL_RUNTIME_ERROR_H_
