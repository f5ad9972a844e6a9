// The errors the runtime itself panics with, recoverable like any other value.
#ifndef LASTWORDS_RUNTIME_INTERNAL_CONTROL_RUNTIME_ERROR_H_
#define LASTWORDS_RUNTIME_INTERNAL_CONTROL_RUNTIME_ERROR_H_

#include <string>

#include "runtime/internal/control/panic_value.h"

namespace runtime {

// What Recover()->As<RuntimeError>() finds after close of a closed channel, a
// nil dereference, an index out of range.
class RuntimeError {
 public:
  // Owns: nothing; `text` must live for ever.
  explicit RuntimeError(const char* text) : text_(text) {}
  std::string Error() const { return text_; }
  const char* text() const { return text_; }

 private:
  const char* text_;
};

namespace internal {

// Needs none of the user's code to print.
template <>
inline constexpr ValueType kValueType<RuntimeError> = {
    .type = &typeid(RuntimeError),
    .render =
        [](const void* value, TextSink& sink) {
          sink.Append(static_cast<const RuntimeError*>(value)->text());
        },
    .method = nullptr,
    .share = &Share<RuntimeError>,
};

// Panics with a RuntimeError.
[[noreturn]] void PanicRuntimeError(const char* text);

}  // namespace internal
}  // namespace runtime

#endif  // LASTWORDS_RUNTIME_INTERNAL_CONTROL_RUNTIME_ERROR_H_
