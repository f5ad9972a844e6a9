// ASYNC-SIGNAL-SAFE: reads atomics.
#include "runtime/internal/sched/in_jump.h"

#include "runtime/internal/sched/goroutine.h"
#include "runtime/internal/sched/processor.h"

namespace runtime::internal {

bool IsInJump(const void* worker) {
  const auto* const m = static_cast<const M*>(worker);
  const G* const g = m->current.load();
  return g == nullptr ? m->context.arriving() : g->context.arriving();
}

}  // namespace runtime::internal
