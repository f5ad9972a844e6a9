// The order in which the runtime's own locks are taken: a thread that holds a
// lock may only take one of a later rank. Checked in builds without NDEBUG.
//
// Two locks of one rank are never held together, but for channels: Select takes
// several, by address.
#ifndef LASTWORDS_RUNTIME_INTERNAL_BASE_LOCK_RANK_H_
#define LASTWORDS_RUNTIME_INTERNAL_BASE_LOCK_RANK_H_

#include <cstddef>
#include <cstdint>

#include "runtime/internal/base/sanitizer_build.h"

namespace runtime::internal {

enum class LockRank : uint8_t {
  kChannel,         // one channel, a wait group, a mutex's queue
  kTimers,          // the timer heap
  kScheduler,       // idle processors and workers, the global run queue
  kGoroutineTable,  // every goroutine there is
  kStackPool,       // free stacks
};
inline constexpr size_t kLockRanks =
    static_cast<size_t>(LockRank::kStackPool) + 1;

// Always defined: a program built without NDEBUG may link a library built with.
void CheckLockRankAcquire(LockRank rank);
void CheckLockRankRelease(LockRank rank);

// Locks of any rank this thread holds. While there are, a fault is no panic:
// deferred calls may want the lock. ASYNC-SIGNAL-SAFE.
extern constinit thread_local uint32_t locks_held
    __attribute__((tls_model("initial-exec")));

// Sanitizers take the counter's address, which must not be kept across a
// switch.
#if defined(LASTWORDS_ASAN) || defined(LASTWORDS_TSAN)
#define LASTWORDS_COUNTS_LOCKS __attribute__((noinline)) inline
#else
#define LASTWORDS_COUNTS_LOCKS inline
#endif

LASTWORDS_COUNTS_LOCKS void LockRankAcquire([[maybe_unused]] LockRank rank) {
#ifndef NDEBUG
  CheckLockRankAcquire(rank);
#endif
  ++locks_held;
}
LASTWORDS_COUNTS_LOCKS void LockRankRelease([[maybe_unused]] LockRank rank) {
#ifndef NDEBUG
  CheckLockRankRelease(rank);
#endif
  --locks_held;
}
#undef LASTWORDS_COUNTS_LOCKS

}  // namespace runtime::internal

#endif  // LASTWORDS_RUNTIME_INTERNAL_BASE_LOCK_RANK_H_
