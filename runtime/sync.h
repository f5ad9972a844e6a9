// Locks and counters that park goroutines, not threads.
//
//   runtime::WaitGroup wg;
//   wg.Go([&] { Work(); });
//   wg.Wait();                       // and wg may be destroyed right after
//
// More of them: rw_mutex.h, cond.h, once.h.
//
// Safety: every member, any thread. Nothing of an object is touched after its
// last waiter was let go.
#ifndef LASTWORDS_RUNTIME_SYNC_H_
#define LASTWORDS_RUNTIME_SYNC_H_

#include <atomic>
#include <cstdint>
#include <type_traits>
#include <utility>

#include "absl/base/thread_annotations.h"
#include "runtime/go.h"
#include "runtime/internal/base/os_mutex.h"
#include "runtime/internal/control/defer_list.h"
#include "runtime/internal/sync/lock_record.h"
#include "runtime/internal/sync/wait_queue.h"

namespace runtime {

// Waits for a number of goroutines to finish.
// Source: Go's sync.WaitGroup. Differs: a group may be used again at once, and
// Add may race with Wait: whom Wait lets go never looks at the group again, so
// there is no misuse to panic about but a counter below zero.
class WaitGroup {
 public:
  WaitGroup() = default;
  WaitGroup(const WaitGroup&) = delete;
  WaitGroup& operator=(const WaitGroup&) = delete;

  // Errors: a counter below zero panics: "sync: negative WaitGroup counter".
  void Add(int64_t delta);
  void Done() { Add(-1); }

  // Add(1), and a new goroutine that calls `function` and then Done, however
  // the function ends.
  template <class F>
  __attribute__((always_inline)) inline void Go(F&& function) {
    Add(1);
    runtime::Go(
        [this, body = std::decay_t<F>(std::forward<F>(function))]() mutable {
          internal::DeferGuard done([this] { Done(); });
          body();
        });
  }

  // Blocks: until the counter is zero.
  void Wait();

 private:
  // First: where it is, is where a report says the wait group is.
  int64_t count_ ABSL_GUARDED_BY(mutex_) = 0;
  internal::OsMutex mutex_{internal::LockRank::kChannel};
  internal::WaitQueue waiters_ ABSL_GUARDED_BY(mutex_);
};

// Mutual exclusion. Handed to waiters in order. Not recursive, not owned: any
// goroutine may unlock it.
// Source: Go's sync.Mutex.
class ABSL_LOCKABLE Mutex {
 public:
  Mutex() = default;
  Mutex(const Mutex&) = delete;
  Mutex& operator=(const Mutex&) = delete;

  // Blocks: until the lock is free.
  void Lock() ABSL_EXCLUSIVE_LOCK_FUNCTION();
  bool TryLock() ABSL_EXCLUSIVE_TRYLOCK_FUNCTION(true);
  // Errors: fatal if it is not locked: "sync: unlock of unlocked mutex".
  void Unlock() ABSL_UNLOCK_FUNCTION();

 private:
  static constexpr uint32_t kFree = 0;
  static constexpr uint32_t kLocked = 1;
  static constexpr uint32_t kWaitedFor = 2;  // locked, and somebody waits

  friend class Cond;  // whose caller it is that locks, in a report

  // `pc` is where, in a report.
  bool TryLockAt(const void* pc);

  // First: where it is, is where a report says the mutex is.
  internal::LockRecord record_;
  std::atomic<uint32_t> state_ = kFree;
  internal::OsMutex queue_mutex_{internal::LockRank::kChannel};
  internal::WaitQueue waiters_ ABSL_GUARDED_BY(queue_mutex_);
};

// Holds a Mutex for a scope. A deferred call: a panic unlocks it in its turn,
// before the frames are left.
class ABSL_SCOPED_LOCKABLE MutexLock {
 public:
  // Inlined: it is the caller who locks, in a report.
  __attribute__((always_inline)) explicit MutexLock(Mutex* mutex)
      ABSL_EXCLUSIVE_LOCK_FUNCTION(mutex)
      : unlock_((mutex->Lock(), Unlock{mutex})) {}
  MutexLock(const MutexLock&) = delete;
  MutexLock& operator=(const MutexLock&) = delete;
  ~MutexLock() noexcept(false) ABSL_UNLOCK_FUNCTION() {}

 private:
  struct Unlock {
    Mutex* mutex;
    void operator()() const ABSL_NO_THREAD_SAFETY_ANALYSIS { mutex->Unlock(); }
  };
  internal::DeferGuard<Unlock> unlock_;
};

}  // namespace runtime

#endif  // LASTWORDS_RUNTIME_SYNC_H_
