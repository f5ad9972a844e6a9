#include "runtime/internal/control/runtime_error.h"

#include "runtime/internal/control/panic_state.h"

namespace runtime::internal {

void PanicRuntimeError(const char* text) {
  RuntimeError error(text);
  StartPanic({&kValueType<RuntimeError>, &error, nullptr});
}

}  // namespace runtime::internal
