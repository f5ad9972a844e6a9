// Who holds a lock, and where it was locked: for reports, never for a decision.
//
//   record_.Locked(__builtin_return_address(0));  // the holder, once it has it
//   record_.Unlocked();                           // before it is given back
//
// Where a lock is handed over, the one who gets it says so itself when it runs.
//
// Safety: written by whoever holds the lock; read at any time. `holder` is 0
// where nobody has said yet that it holds the lock.
#ifndef LASTWORDS_RUNTIME_INTERNAL_SYNC_LOCK_RECORD_H_
#define LASTWORDS_RUNTIME_INTERNAL_SYNC_LOCK_RECORD_H_

#include <atomic>
#include <cstdint>

#include "runtime/internal/sched/scheduler.h"

namespace runtime::internal {

struct LockRecord {
  void Locked(const void* pc) {
    locked_at.store(reinterpret_cast<uintptr_t>(pc), std::memory_order_relaxed);
    holder.store(KeyOf(CurrentGOrNull()), std::memory_order_release);
  }
  void Unlocked() { holder.store(0, std::memory_order_relaxed); }

  std::atomic<uint64_t> holder = 0;  // a KeyOf
  std::atomic<uintptr_t> locked_at = 0;
};

// The same of a lock for many readers, who are only counted.
struct RWLockRecord {
  LockRecord writer;
  int64_t readers = 0;  // the lock's own count, which its own lock guards
};

}  // namespace runtime::internal

#endif  // LASTWORDS_RUNTIME_INTERNAL_SYNC_LOCK_RECORD_H_
