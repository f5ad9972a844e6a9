// The two futex calls everything that sleeps is built from.
//
// ASYNC-SIGNAL-SAFE: system calls only.
#ifndef LASTWORDS_RUNTIME_INTERNAL_BASE_FUTEX_H_
#define LASTWORDS_RUNTIME_INTERNAL_BASE_FUTEX_H_

#include <linux/futex.h>
#include <sys/syscall.h>
#include <time.h>
#include <unistd.h>

#include <atomic>
#include <cstdint>

namespace runtime::internal {

using FutexWord = std::atomic<uint32_t>;

inline constexpr int64_t kNoTimeout = -1;

// Sleeps while *word == expected, at most timeout_ns (kNoTimeout: for ever).
// May return early for no reason: callers loop.
inline void FutexWait(FutexWord* word, uint32_t expected,
                      int64_t timeout_ns = kNoTimeout) {
  timespec timeout;
  if (timeout_ns >= 0) {
    timeout.tv_sec = timeout_ns / 1'000'000'000;
    timeout.tv_nsec = timeout_ns % 1'000'000'000;
  }
  syscall(SYS_futex, word, FUTEX_WAIT_PRIVATE, expected,
          timeout_ns >= 0 ? &timeout : nullptr, nullptr, 0);
}

inline void FutexWake(FutexWord* word, int count) {
  syscall(SYS_futex, word, FUTEX_WAKE_PRIVATE, count, nullptr, nullptr, 0);
}

inline int64_t MonotonicNs() {
  timespec now;
  clock_gettime(CLOCK_MONOTONIC, &now);
  return static_cast<int64_t>(now.tv_sec) * 1'000'000'000 + now.tv_nsec;
}

}  // namespace runtime::internal

#endif  // LASTWORDS_RUNTIME_INTERNAL_BASE_FUTEX_H_
