#include "runtime/internal/machine/stack.h"

#include <errno.h>
#include <sys/mman.h>

#include <atomic>

#include "absl/base/thread_annotations.h"
#include "runtime/internal/base/fatal.h"
#include "runtime/internal/base/os_mutex.h"
#include "runtime/internal/machine/sanitizer.h"

namespace runtime::internal {
namespace {

#ifndef MADV_GUARD_INSTALL
#define MADV_GUARD_INSTALL 102
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

void InstallGuard(uintptr_t address) {
  void* const guard = reinterpret_cast<void*>(address);
  if (guard_by_madvise.load(std::memory_order_relaxed)) {
    if (madvise(guard, kStackGuardBytes, MADV_GUARD_INSTALL) == 0) return;
    // EINVAL: an older kernel, or locked memory (mlockall).
    guard_by_madvise.store(false, std::memory_order_relaxed);
  }
  if (mprotect(guard, kStackGuardBytes, PROT_NONE) != 0) {
    ThrowErrno("cannot guard a goroutine stack (limit: vm.max_map_count)",
               errno);
  }
}

Stack StackAt(uintptr_t base, size_t size_bytes) {
  return {base, base + kStackGuardBytes, base + size_bytes};
}

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
  InstallGuard(base);
  const Stack stack = StackAt(base, kStackSizeBytes);
  RegisterStackAsLeakRoot(stack);
  return stack;
}

Stack MapStack(size_t size_bytes) {
  const uintptr_t base = Map(size_bytes);
  InstallGuard(base);
  const Stack stack = StackAt(base, size_bytes);
  RegisterStackAsLeakRoot(stack);
  return stack;
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
