#include "runtime/internal/machine/stack.h"

#include <errno.h>
#include <sys/mman.h>

#include <algorithm>
#include <atomic>

#include "absl/base/thread_annotations.h"
#include "runtime/internal/base/fatal.h"
#include "runtime/internal/base/os_mutex.h"
#include "runtime/internal/machine/sanitizer.h"

namespace runtime::internal {
namespace {

#ifndef MADV_GUARD_INSTALL
#define MADV_GUARD_INSTALL 102
#define MADV_GUARD_REMOVE 103
#endif

constexpr size_t kStacksPerSlab = 64;

// A free stack keeps its link in its own top words, which are in memory
// already: it was used.
struct FreeStackNode {
  FreeStackNode* next;
};

struct Pool {
  OsMutex mutex{LockRank::kStackPool};
  FreeStackNode* free ABSL_GUARDED_BY(mutex) = nullptr;
  // The part of the newest slab nobody has used yet.
  uintptr_t fresh ABSL_GUARDED_BY(mutex) = 0;
  uintptr_t fresh_end ABSL_GUARDED_BY(mutex) = 0;
};

constinit Pool pool;

uintptr_t Map(size_t size_bytes) {
  void* memory = mmap(nullptr, size_bytes, PROT_READ | PROT_WRITE,
                      MAP_PRIVATE | MAP_ANONYMOUS | MAP_NORESERVE, -1, 0);
  if (memory == MAP_FAILED) {
    ThrowErrno("cannot map a goroutine stack", errno);
  }
  return reinterpret_cast<uintptr_t>(memory);
}

// LeakSanitizer reads stacks as roots, and would fault on a guard that is not
// a mapping of its own.
constinit std::atomic<bool> guard_by_madvise = !kSanitized;

void InstallGuard(uintptr_t begin, uintptr_t end) {
  void* const guard = reinterpret_cast<void*>(begin);
  if (guard_by_madvise.load(std::memory_order_relaxed)) {
    if (madvise(guard, end - begin, MADV_GUARD_INSTALL) == 0) return;
    // EINVAL: an older kernel, or locked memory (mlockall).
    guard_by_madvise.store(false, std::memory_order_relaxed);
  }
  if (mprotect(guard, end - begin, PROT_NONE) != 0) {
    ThrowErrno("cannot guard a goroutine stack (limit: vm.max_map_count)",
               errno);
  }
}

// Whichever way it was installed. The kernel that does not know of the one has
// not done it.
void RemoveGuard(uintptr_t begin, uintptr_t end) {
  void* const guard = reinterpret_cast<void*>(begin);
  static_cast<void>(madvise(guard, end - begin, MADV_GUARD_REMOVE));
  if (mprotect(guard, end - begin, PROT_READ | PROT_WRITE) != 0) {
    ThrowErrno("cannot give back the guard of a goroutine stack", errno);
  }
}

Stack StackAt(uintptr_t base, size_t size_bytes) {
  return {base, base + kStackGuardBytes, base + size_bytes};
}

constexpr size_t kPageBytes = 4096;

size_t RoundUpToPage(size_t bytes) {
  return (bytes + kPageBytes - 1) & ~(kPageBytes - 1);
}

// 0: none is set.
constinit std::atomic<size_t> stack_limit_bytes = 0;

FreeStackNode* NodeOf(const Stack& stack) {
  return reinterpret_cast<FreeStackNode*>(stack.high) - 1;
}

uintptr_t TakeFresh() ABSL_EXCLUSIVE_LOCKS_REQUIRED(pool.mutex) {
  if (pool.fresh == pool.fresh_end) {
    pool.fresh = Map(kStacksPerSlab * kStackSizeBytes);
    pool.fresh_end = pool.fresh + kStacksPerSlab * kStackSizeBytes;
  }
  const uintptr_t base = pool.fresh;
  pool.fresh += kStackSizeBytes;
  return base;
}

}  // namespace

Stack AllocateStack() {
  const size_t limit = stack_limit_bytes.load(std::memory_order_relaxed);
  if (limit > kDefaultStackLimitBytes) {
    return MapStack(RoundUpToPage(limit) + kStackGuardBytes);
  }
  uintptr_t base = 0;
  {
    OsMutexLock lock(&pool.mutex);
    if (FreeStackNode* node = pool.free) {
      pool.free = node->next;
      const auto high = reinterpret_cast<uintptr_t>(node + 1);
      return StackAt(high - kStackSizeBytes, kStackSizeBytes);
    }
    base = TakeFresh();
  }
  InstallGuard(base, base + kStackGuardBytes);
  const Stack stack = StackAt(base, kStackSizeBytes);
  RegisterStackAsLeakRoot(stack);
  return stack;
}

Stack MapStack(size_t size_bytes) {
  const uintptr_t base = Map(size_bytes);
  InstallGuard(base, base + kStackGuardBytes);
  const Stack stack = StackAt(base, size_bytes);
  RegisterStackAsLeakRoot(stack);
  return stack;
}

size_t SetStackLimit(size_t bytes) {
  return stack_limit_bytes.exchange(bytes, std::memory_order_relaxed);
}

void LimitStack(Stack* stack, size_t bytes, uintptr_t sp) {
  // What the caller's callees are using, and the report of a panic.
  constexpr size_t kReserveBytes = kDefaultStackLimitBytes / 2;
  const uintptr_t lowest = stack->guard + kStackGuardBytes;
  const size_t whole = stack->high - lowest;
  const size_t limit = std::clamp(RoundUpToPage(bytes == 0 ? whole : bytes),
                                  kDefaultStackLimitBytes, whole);
  const uintptr_t in_use = (sp & ~(kPageBytes - 1)) - kReserveBytes;
  const uintptr_t low = std::max(lowest, std::min(stack->high - limit, in_use));
  if (low == stack->low) return;
  UnregisterStackAsLeakRoot(*stack);
  if (low > stack->low) {
    InstallGuard(stack->low, low);
  } else {
    RemoveGuard(low, stack->low);
  }
  stack->low = low;
  RegisterStackAsLeakRoot(*stack);
}

void FreeStack(const Stack& stack) {
  if (stack.high - stack.guard != kStackSizeBytes) {
    UnregisterStackAsLeakRoot(stack);
    munmap(reinterpret_cast<void*>(stack.guard), stack.high - stack.guard);
    return;
  }
  UnpoisonStack(stack);
  FreeStackNode* node = NodeOf(stack);
  OsMutexLock lock(&pool.mutex);
  node->next = pool.free;
  pool.free = node;
}

}  // namespace runtime::internal
