// Stacks that are too small, or smashed.
#include <cstdint>

#include "runtime/debug.h"
#include "runtime/go.h"
#include "runtime/panic.h"
#include "runtime/select.h"
#include "testprog/registry.h"

namespace testprog {

constexpr size_t kLimitBytes = 1474560;

// Without end, 1 KiB a frame.
inline int UseStack(int depth) {
  volatile char buffer[1024];
  buffer[0] = static_cast<char>(depth);
  if (depth < 0) return 0;
  return UseStack(depth + 1) + buffer[0];
}

SCENARIO(StackOverflow) {
  runtime::SetMaxStack(kLimitBytes);
  UseStack(0);
}

SCENARIO(StackOverflowGoroutine) {
  runtime::SetMaxStack(kLimitBytes);
  runtime::Go([] { UseStack(0); });
  runtime::Select();
}

}  // namespace testprog
