// Whose child a goroutine is, and theirs, for GODEBUG=tracebackancestors=N:
// program counters only, recorded where each was started. Without N nothing is
// recorded, and nothing is spent.
//
// Units: N ancestors, at most kMaxAncestors, take 424 bytes each, in every
// goroutine.
// Source: Go's saveAncestors (runtime/proc.go). Differs: 50 frames each, not
// 100; copies, which a report may read while the goroutine ends.
#ifndef LASTWORDS_RUNTIME_INTERNAL_SCHED_ANCESTORS_H_
#define LASTWORDS_RUNTIME_INTERNAL_SCHED_ANCESTORS_H_

#include <cstddef>
#include <cstdint>
#include <span>

#include "runtime/internal/sched/goroutine.h"

namespace runtime::internal {

inline constexpr size_t kMaxAncestors = 64;

struct Ancestor {
  static constexpr int kMaxFrames = 50;

  uint64_t id = 0;
  uintptr_t created_by_pc = 0;
  int count = 0;
  uintptr_t pcs[kMaxFrames] = {};  // as traced, from the call of Go outwards
};

// Notes in `child`, which its parent, the caller's `parent`, is about to
// start, where that is, and the parent's own ancestors.
void RecordAncestors(G* child, const G* parent);

// The parent first.
// ASYNC-SIGNAL-SAFE.
std::span<const Ancestor> AncestorsOf(const G* g);

}  // namespace runtime::internal

#endif  // LASTWORDS_RUNTIME_INTERNAL_SCHED_ANCESTORS_H_
