#include "runtime/internal/base/lock_rank.h"

#include "runtime/internal/base/check.h"

namespace runtime::internal {

constinit thread_local uint32_t locks_held = 0;

namespace {

// Locks of each rank held by this thread. They follow the thread, not the
// goroutine: one that is held across a switch is released on the same thread.
thread_local uint32_t held[kLockRanks] = {};

}  // namespace

// Not inlined: the caller may continue on another thread after a switch.
__attribute__((noinline)) void CheckLockRankAcquire(LockRank rank) {
  const auto index = static_cast<size_t>(rank);
  const size_t first_forbidden = rank == LockRank::kChannel ? index + 1 : index;
  for (size_t i = first_forbidden; i < kLockRanks; ++i) {
    if (held[i] != 0) Throw("lock taken out of rank");
  }
  ++held[index];
}

__attribute__((noinline)) void CheckLockRankRelease(LockRank rank) {
  // Code without the check may have taken what code with it releases.
  uint32_t& count = held[static_cast<size_t>(rank)];
  if (count != 0) --count;
}

}  // namespace runtime::internal
