// ASYNC-SIGNAL-SAFE: works in the caller's memory.
//
// Who waits for a lock that who holds, and where that goes round in a circle.
// A goroutine waits for one lock at most, and a lock that can be part of a
// cycle has one holder: every node has one edge at most, so a walk along the
// edges ends, or comes back to where it has been.
//
//   Wait waits[] = {{.waiter = 1, .holder = 2}, {.waiter = 2, .holder = 1}};
//   FindCycles(waits);      // both .cycle == 1
#ifndef LASTWORDS_RUNTIME_INTERNAL_DIAG_WAIT_GRAPH_H_
#define LASTWORDS_RUNTIME_INTERNAL_DIAG_WAIT_GRAPH_H_

#include <cstddef>
#include <cstdint>
#include <span>

#include "runtime/internal/sched/goroutine.h"

namespace runtime::internal {

// One parked goroutine.
struct Wait {
  uint64_t waiter = 0;  // keys, see KeyOf in sched/goroutine.h
  uint64_t holder = 0;  // of the lock it waits for; 0: not a lock, or not known
  uintptr_t locked_at = 0;
  const void* object = nullptr;
  WaitReason reason = WaitReason::kNone;
  const G* g = nullptr;
  uint64_t parks = 0;  // of g, when the rest was read

  // FindCycles. `cycle` is 0 outside of any, else 1 + the index of the cycle's
  // first wait.
  static constexpr size_t kNowhere = static_cast<size_t>(-1);
  size_t next = kNowhere;  // the holder's own wait
  size_t walk = 0;
  size_t cycle = 0;
};

// Sorts by waiter, of which each must be there once, and sets `next` and
// `cycle`.
void FindCycles(std::span<Wait> waits);

// The index of the wait of `waiter`, in sorted waits, or kNowhere.
size_t FindWait(std::span<const Wait> waits, uint64_t waiter);

}  // namespace runtime::internal

#endif  // LASTWORDS_RUNTIME_INTERNAL_DIAG_WAIT_GRAPH_H_
