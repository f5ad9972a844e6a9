// A one-shot event a thread sleeps on: Clear, then any order of one Wakeup
// and one Sleep. A wake-up that comes first is kept.
//
// ASYNC-SIGNAL-SAFE: Wakeup may be called from a signal handler.
//
// Source: Go's note (runtime/lock_futex.go).
#ifndef LASTWORDS_RUNTIME_INTERNAL_BASE_NOTE_H_
#define LASTWORDS_RUNTIME_INTERNAL_BASE_NOTE_H_

#include "runtime/internal/base/futex.h"

namespace runtime::internal {

class Note {
 public:
  void Clear() { word_.store(0, std::memory_order_relaxed); }

  void Wakeup() {
    word_.store(1, std::memory_order_release);
    FutexWake(&word_, 1);
  }

  void Sleep() {
    while (word_.load(std::memory_order_acquire) == 0) FutexWait(&word_, 0);
  }

  // Sleeps until deadline_ns of MonotonicNs. True if woken.
  bool SleepUntil(int64_t deadline_ns) {
    while (word_.load(std::memory_order_acquire) == 0) {
      const int64_t left_ns = deadline_ns - MonotonicNs();
      if (left_ns <= 0) return false;
      FutexWait(&word_, 0, left_ns);
    }
    return true;
  }

 private:
  FutexWord word_{0};
};

}  // namespace runtime::internal

#endif  // LASTWORDS_RUNTIME_INTERNAL_BASE_NOTE_H_
