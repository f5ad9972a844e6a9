// Waits until somebody says that a condition may have come true.
//
//   runtime::MutexLock lock(&mutex);
//   while (queue.empty()) changed.Wait(&mutex);   // look again: it may be
//   Take(&queue);                                 // somebody else's by now
//   // elsewhere, after a push:  changed.Signal();
//
// Safety: every member, any thread, with or without the mutex. Nothing of it
// is touched after its last waiter was let go.
// Source: Go's sync.Cond. Differs: the mutex is Wait's argument, as with
// absl::CondVar, where the thread-safety analysis sees it.
#ifndef LASTWORDS_RUNTIME_COND_H_
#define LASTWORDS_RUNTIME_COND_H_

#include "absl/base/thread_annotations.h"
#include "runtime/internal/base/os_mutex.h"
#include "runtime/internal/sync/wait_queue.h"
#include "runtime/sync.h"

namespace runtime {

class Cond {
 public:
  Cond() = default;
  Cond(const Cond&) = delete;
  Cond& operator=(const Cond&) = delete;

  // Unlocks `mutex`, waits, locks it again. Never woken by nobody.
  // Blocks: until a Signal or Broadcast that came after the call.
  // Errors: fatal if it is not locked: "sync: unlock of unlocked mutex".
  void Wait(Mutex* mutex) ABSL_EXCLUSIVE_LOCKS_REQUIRED(mutex);

  // Wakes the one that has waited longest, if any; all of them.
  void Signal();
  void Broadcast();

 private:
  internal::OsMutex mutex_{internal::LockRank::kChannel};
  internal::WaitQueue waiters_ ABSL_GUARDED_BY(mutex_);
};

}  // namespace runtime

#endif  // LASTWORDS_RUNTIME_COND_H_
