#include "runtime/internal/control/swallowed.h"

#include <algorithm>
#include <array>
#include <atomic>
#include <string>

#include "runtime/internal/machine/sigpanic.h"
#include "runtime/internal/sched/goroutine.h"

namespace runtime::internal {
namespace {

constinit std::array<std::atomic<const SwallowedPanics*>, kMaxSwallowed> kept =
    {};
std::atomic<size_t> count = 0;

std::string TextOf(const PanicRecord& panic) {
  if (panic.is_rendered) return panic.rendered;
  const ValueRef& value = panic.value;
  return value.type->method == nullptr
             ? ValueString(value.type, value.value)
             : ByAddressText(*value.type->type, value.value);
}

// Whatever of it lives on the goroutine's stack is left behind.
PanicRecord* Copy(const PanicRecord& panic) {
  auto* const copy = new PanicRecord;
  copy->rendered = TextOf(panic);
  copy->is_rendered = true;
  copy->recovered = panic.recovered;
  copy->repanicked = panic.repanicked;
  copy->trace = panic.trace;
  if (panic.value.fault != nullptr) {
    copy->value.fault = new Fault(*panic.value.fault);
  }
  return copy;
}

PanicRecord* CopyChain(const PanicRecord* newest) {
  if (newest == nullptr || newest->is_goexit) return nullptr;
  PanicRecord* const copy = Copy(*newest);
  PanicRecord* newer = copy;
  for (const PanicRecord* p = newest->link; p != nullptr && !p->is_goexit;
       p = p->link) {
    newer->link = Copy(*p);
    newer = newer->link;
  }
  return copy;
}

}  // namespace

void KeepSwallowed(const G& g, const PanicRecord* newest) {
  const size_t index = count.fetch_add(1);
  if (index >= kept.size()) return;
  kept[index].store(new SwallowedPanics{.goroutine_id = g.id,
                                        .parent_id = g.parent_id,
                                        .created_by_pc = g.created_by_pc,
                                        .newest = CopyChain(newest)});
}

size_t SwallowedCount() { return count.load(); }

const SwallowedPanics* SwallowedAt(size_t index) {
  return index < kept.size() ? kept[index].load() : nullptr;
}

}  // namespace runtime::internal
