// The runtime's own lock: blocks the thread, never the goroutine. Held for a
// few instructions. Unlike absl::Mutex it may be locked before a goroutine
// switch and unlocked after it (on the same thread), allocates nothing, and
// has a rank.
//
//   OsMutexLock lock(&pool.mutex);
//
// Source: U. Drepper, "Futexes Are Tricky", mutex2.
#ifndef LASTWORDS_RUNTIME_INTERNAL_BASE_OS_MUTEX_H_
#define LASTWORDS_RUNTIME_INTERNAL_BASE_OS_MUTEX_H_

#include "absl/base/thread_annotations.h"
#include "runtime/internal/base/futex.h"
#include "runtime/internal/base/lock_rank.h"

namespace runtime::internal {

class ABSL_LOCKABLE OsMutex {
 public:
  explicit constexpr OsMutex(LockRank rank) : rank_(rank) {}
  OsMutex(const OsMutex&) = delete;
  OsMutex& operator=(const OsMutex&) = delete;

  void Lock() ABSL_EXCLUSIVE_LOCK_FUNCTION() {
    LockRankAcquire(rank_);
    uint32_t expected = kFree;
    if (!state_.compare_exchange_strong(expected, kHeld,
                                        std::memory_order_acquire)) {
      LockSlow();
    }
  }

  void Unlock() ABSL_UNLOCK_FUNCTION() {
    LockRankRelease(rank_);
    if (state_.exchange(kFree, std::memory_order_release) == kContended) {
      FutexWake(&state_, 1);
    }
  }

 private:
  static constexpr uint32_t kFree = 0;
  static constexpr uint32_t kHeld = 1;
  static constexpr uint32_t kContended = 2;
  static constexpr int kSpins = 40;

  void LockSlow() {
    for (int i = 0; i < kSpins; ++i) {
      uint32_t expected = kFree;
      if (state_.load(std::memory_order_relaxed) == kFree &&
          state_.compare_exchange_weak(expected, kHeld,
                                       std::memory_order_acquire)) {
        return;
      }
#if defined(__x86_64__)
      __builtin_ia32_pause();
#endif
    }
    while (state_.exchange(kContended, std::memory_order_acquire) != kFree) {
      FutexWait(&state_, kContended);
    }
  }

  FutexWord state_{kFree};
  const LockRank rank_;
};

class ABSL_SCOPED_LOCKABLE OsMutexLock {
 public:
  explicit OsMutexLock(OsMutex* mutex) ABSL_EXCLUSIVE_LOCK_FUNCTION(mutex)
      : mutex_(mutex) {
    mutex_->Lock();
  }
  OsMutexLock(const OsMutexLock&) = delete;
  OsMutexLock& operator=(const OsMutexLock&) = delete;
  ~OsMutexLock() ABSL_UNLOCK_FUNCTION() { mutex_->Unlock(); }

 private:
  OsMutex* const mutex_;
};

}  // namespace runtime::internal

#endif  // LASTWORDS_RUNTIME_INTERNAL_BASE_OS_MUTEX_H_
