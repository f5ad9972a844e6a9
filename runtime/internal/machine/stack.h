// Stacks for goroutines: mapped in slabs, each with a guard below it, and kept
// for the next goroutine when one ends.
//
//   Stack stack = AllocateStack();
//   ... run on [stack.low, stack.high) ...
//   FreeStack(stack);
//
// Linux 6.13 and later mark guards inside one mapping (MADV_GUARD_INSTALL);
// earlier kernels need an mprotect, so a mapping, for each stack, and
// vm.max_map_count is then the limit.
//
// Errors: no memory or no mapping left is fatal, with the limit's name.
// Safety: any thread.
#ifndef LASTWORDS_RUNTIME_INTERNAL_MACHINE_STACK_H_
#define LASTWORDS_RUNTIME_INTERNAL_MACHINE_STACK_H_

#include <cstddef>
#include <cstdint>

#include "runtime/internal/base/sanitizer_build.h"

namespace runtime::internal {

struct Stack {
  uintptr_t guard = 0;  // lowest address mapped, not accessible up to `low`
  uintptr_t low = 0;
  uintptr_t high = 0;

  bool empty() const { return high == 0; }
  size_t size_bytes() const { return high - low; }
  bool Contains(uintptr_t address) const {
    return address >= low && address < high;
  }
  bool InGuard(uintptr_t address) const {
    return address >= guard && address < low;
  }
};

// Sanitizers need larger frames.
inline constexpr size_t kStackScale = kSanitized ? 4 : 1;

inline constexpr size_t kStackSizeBytes = 256 * 1024 * kStackScale;
inline constexpr size_t kMainStackSizeBytes = 8 * 1024 * 1024 * kStackScale;
inline constexpr size_t kStackGuardBytes = 16 * 1024;

// What a goroutine may use of its stack unless a limit is set.
inline constexpr size_t kDefaultStackLimitBytes =
    kStackSizeBytes - kStackGuardBytes;

// A stack of kStackSizeBytes, guard included, from the pool; where a larger
// limit is set, one mapped for it.
Stack AllocateStack();
// A stack of any size in bytes (a multiple of the page size), not
// pooled.
Stack MapStack(size_t size_bytes);
// Gives back a stack of either kind. Nothing may run on it.
void FreeStack(const Stack& stack);

// How much of it stacks allocated from now on may use, in bytes, without the
// guard; 0: kDefaultStackLimitBytes. Returns the limit before.
size_t SetStackLimit(size_t bytes);
// Makes all of `stack` but its upper `bytes` its guard, or as much of it as
// `sp`, where its owner is, leaves; 0: no more than a guard.
// Safety: the stack's owner.
void LimitStack(Stack* stack, size_t bytes, uintptr_t sp);

}  // namespace runtime::internal

#endif  // LASTWORDS_RUNTIME_INTERNAL_MACHINE_STACK_H_
