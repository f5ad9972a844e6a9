// A lock that many may hold to read, or one to write.
//
//   runtime::RWMutex mutex;
//   { runtime::ReaderLock lock(&mutex); Look(prices); }
//   { runtime::WriterLock lock(&mutex); prices["bread"] = 3; }
//
// Safety: every member, any thread. Nothing of it is touched after its last
// waiter was let go.
// Source: Go's sync.RWMutex.
#ifndef LASTWORDS_RUNTIME_RW_MUTEX_H_
#define LASTWORDS_RUNTIME_RW_MUTEX_H_

#include <cstdint>

#include "absl/base/thread_annotations.h"
#include "runtime/internal/base/os_mutex.h"
#include "runtime/internal/control/defer_list.h"
#include "runtime/internal/sync/lock_record.h"
#include "runtime/internal/sync/wait_queue.h"

namespace runtime {

// Nobody starves: while a writer waits new readers wait too, and a writer that
// leaves lets in all readers that have waited, before the next writer. So a
// goroutine must not read-lock twice: with a writer in between it would wait
// for itself. Not owned: any goroutine may unlock.
class ABSL_LOCKABLE RWMutex {
 public:
  RWMutex() = default;
  RWMutex(const RWMutex&) = delete;
  RWMutex& operator=(const RWMutex&) = delete;

  // Blocks: until nobody holds it.
  void Lock() ABSL_EXCLUSIVE_LOCK_FUNCTION();
  bool TryLock() ABSL_EXCLUSIVE_TRYLOCK_FUNCTION(true);
  // Errors: fatal if no writer holds it: "sync: Unlock of unlocked RWMutex".
  void Unlock() ABSL_UNLOCK_FUNCTION();

  // Blocks: until no writer holds it or waits.
  void RLock() ABSL_SHARED_LOCK_FUNCTION();
  bool TryRLock() ABSL_SHARED_TRYLOCK_FUNCTION(true);
  // Errors: fatal if no reader holds it: "sync: RUnlock of unlocked RWMutex".
  void RUnlock() ABSL_UNLOCK_FUNCTION();

 private:
  bool TakeToWrite() ABSL_EXCLUSIVE_LOCKS_REQUIRED(mutex_);
  bool TakeToRead() ABSL_EXCLUSIVE_LOCKS_REQUIRED(mutex_);

  // First: where it is, is where a report says the lock is.
  internal::RWLockRecord record_;
  internal::OsMutex mutex_{internal::LockRank::kChannel};
  bool writing_ ABSL_GUARDED_BY(mutex_) = false;
  internal::WaitQueue waiting_writers_ ABSL_GUARDED_BY(mutex_);
  internal::WaitQueue waiting_readers_ ABSL_GUARDED_BY(mutex_);
};

// Hold an RWMutex for a scope. Deferred calls: a panic unlocks it in its turn,
// before the frames are left. Inlined: it is the caller who locks, in a report.
class ABSL_SCOPED_LOCKABLE WriterLock {
 public:
  __attribute__((always_inline)) explicit WriterLock(RWMutex* mutex)
      ABSL_EXCLUSIVE_LOCK_FUNCTION(mutex)
      : unlock_((mutex->Lock(), Unlock{mutex})) {}
  WriterLock(const WriterLock&) = delete;
  WriterLock& operator=(const WriterLock&) = delete;
  ~WriterLock() noexcept(false) ABSL_UNLOCK_FUNCTION() {}

 private:
  struct Unlock {
    RWMutex* mutex;
    void operator()() const ABSL_NO_THREAD_SAFETY_ANALYSIS { mutex->Unlock(); }
  };
  internal::DeferGuard<Unlock> unlock_;
};

class ABSL_SCOPED_LOCKABLE ReaderLock {
 public:
  __attribute__((always_inline)) explicit ReaderLock(RWMutex* mutex)
      ABSL_SHARED_LOCK_FUNCTION(mutex)
      : unlock_((mutex->RLock(), Unlock{mutex})) {}
  ReaderLock(const ReaderLock&) = delete;
  ReaderLock& operator=(const ReaderLock&) = delete;
  ~ReaderLock() noexcept(false) ABSL_UNLOCK_FUNCTION() {}

 private:
  struct Unlock {
    RWMutex* mutex;
    void operator()() const ABSL_NO_THREAD_SAFETY_ANALYSIS { mutex->RUnlock(); }
  };
  internal::DeferGuard<Unlock> unlock_;
};

}  // namespace runtime

#endif  // LASTWORDS_RUNTIME_RW_MUTEX_H_
