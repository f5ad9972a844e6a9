#include "runtime/panic.h"

#include "runtime/internal/base/fatal.h"
#include "runtime/internal/control/panic_value.h"

namespace runtime {

std::string Value::String() const {
  return internal::ValueString(recovered_.type, recovered_.value.get());
}

std::optional<Value> Recover() {
  internal::RecoveredValue recovered = internal::RecoverPanic();
  if (recovered.type == nullptr) return std::nullopt;
  return Value(std::move(recovered));
}

void Fatal(const char* message) { internal::Fatal(message); }

}  // namespace runtime
