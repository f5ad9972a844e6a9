// Every G there is. Grows, never shrinks, never moves: a report reads it
// without a lock.
//
// Source: Go's allgs (runtime/proc.go).
#ifndef LASTWORDS_RUNTIME_INTERNAL_SCHED_GOROUTINE_TABLE_H_
#define LASTWORDS_RUNTIME_INTERNAL_SCHED_GOROUTINE_TABLE_H_

#include <cstddef>

#include "runtime/internal/sched/goroutine.h"

namespace runtime::internal {

// Address space is reserved for as many; memory is used as they come.
inline constexpr size_t kMaxGoroutines = size_t{1} << 26;

// Adds a new G. Fatal beyond kMaxGoroutines.
void RegisterGoroutine(G* g);

// ASYNC-SIGNAL-SAFE: reads only.
size_t GoroutineTableSize();
G* GoroutineAt(size_t index);

}  // namespace runtime::internal

#endif  // LASTWORDS_RUNTIME_INTERNAL_SCHED_GOROUTINE_TABLE_H_
