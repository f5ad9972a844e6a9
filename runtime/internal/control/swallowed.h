// Panics that a Goexit has swallowed: nobody reports them, but a report that is
// printed later, of whatever else, may want to name them.
//
//   KeepSwallowed(*g, newest);             // by the Goexit, before they are
//   gone
//   ...
//   for (size_t i = 0; i < SwallowedCount(); ++i) ... SwallowedAt(i)
//
// The first kMaxSwallowed are kept for ever, the others only counted.
#ifndef LASTWORDS_RUNTIME_INTERNAL_CONTROL_SWALLOWED_H_
#define LASTWORDS_RUNTIME_INTERNAL_CONTROL_SWALLOWED_H_

#include <cstddef>
#include <cstdint>

#include "runtime/internal/control/panic_state.h"

namespace runtime::internal {

// A chain, and whose it was.
struct SwallowedPanics {
  uint64_t goroutine_id = 0;
  uint64_t parent_id = 0;
  uintptr_t created_by_pc = 0;
  const PanicRecord* newest = nullptr;  // copies, without the values
};

inline constexpr size_t kMaxSwallowed = 16;

// Copies the chain from `newest` to the Goexit before, or its end. Allocates;
// runs none of the program's code: a value that needs it keeps its type and
// address only.
// Safety: the goroutine itself.
void KeepSwallowed(const G& g, const PanicRecord* newest);

// ASYNC-SIGNAL-SAFE.
size_t SwallowedCount();
// Null where it is not kept, or not yet.
// ASYNC-SIGNAL-SAFE.
const SwallowedPanics* SwallowedAt(size_t index);

}  // namespace runtime::internal

#endif  // LASTWORDS_RUNTIME_INTERNAL_CONTROL_SWALLOWED_H_
