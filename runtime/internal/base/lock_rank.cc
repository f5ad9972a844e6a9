#include "runtime/internal/base/lock_rank.h"

#ifndef NDEBUG

#include "runtime/internal/base/check.h"

namespace runtime::internal {
namespace {

// Locks of each rank held by this thread. They follow the thread, not the
// goroutine: one that is held across a switch is released on the same thread.
thread_local uint32_t held[kLockRanks] = {};

}  // namespace

// Not inlined: the caller may continue on another thread after a switch.
__attribute__((noinline)) void LockRankAcquire(LockRank rank) {
  const auto index = static_cast<size_t>(rank);
  const size_t first_forbidden = rank == LockRank::kChannel ? index + 1 : index;
  for (size_t i = first_forbidden; i < kLockRanks; ++i) {
    if (held[i] != 0) Throw("lock taken out of rank");
  }
  ++held[index];
}

__attribute__((noinline)) void LockRankRelease(LockRank rank) {
  --held[static_cast<size_t>(rank)];
}

}  // namespace runtime::internal

#endif
