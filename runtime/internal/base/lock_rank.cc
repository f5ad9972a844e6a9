#include "runtime/internal/base/lock_rank.h"

#ifndef NDEBUG

#include "runtime/internal/base/check.h"

namespace runtime::internal {
namespace {

// A bit for each rank held by this thread. Locks follow the thread, not the
// goroutine: one that is held across a switch is released on the same thread.
thread_local uint32_t held_ranks = 0;

}  // namespace

void LockRankAcquire(LockRank rank) {
  const uint32_t bit = 1U << static_cast<uint32_t>(rank);
  if (held_ranks >= bit) Throw("lock taken out of rank");
  held_ranks |= bit;
}

void LockRankRelease(LockRank rank) {
  held_ranks &= ~(1U << static_cast<uint32_t>(rank));
}

}  // namespace runtime::internal

#endif
