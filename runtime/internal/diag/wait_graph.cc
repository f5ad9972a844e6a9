// ASYNC-SIGNAL-SAFE: works in the caller's memory.
#include "runtime/internal/diag/wait_graph.h"

#include <algorithm>

namespace runtime::internal {
namespace {

bool IsBefore(const Wait& a, const Wait& b) { return a.waiter < b.waiter; }

void MarkCycle(std::span<Wait> waits, size_t member) {
  size_t first = member;
  for (size_t i = waits[member].next; i != member; i = waits[i].next) {
    first = std::min(first, i);
  }
  size_t i = member;
  do {
    waits[i].cycle = first + 1;
    i = waits[i].next;
  } while (i != member);
}

// Every wait is walked over once, so all walks together are linear.
void WalkFrom(std::span<Wait> waits, size_t start) {
  const size_t walk = start + 1;
  size_t i = start;
  while (i != Wait::kNowhere && waits[i].walk == 0) {
    waits[i].walk = walk;
    i = waits[i].next;
  }
  if (i != Wait::kNowhere && waits[i].walk == walk) MarkCycle(waits, i);
}

}  // namespace

size_t FindWait(std::span<const Wait> waits, uint64_t waiter) {
  const auto found = std::lower_bound(waits.begin(), waits.end(),
                                      Wait{.waiter = waiter}, IsBefore);
  if (found == waits.end() || found->waiter != waiter) return Wait::kNowhere;
  return static_cast<size_t>(found - waits.begin());
}

void FindCycles(std::span<Wait> waits) {
  std::sort(waits.begin(), waits.end(), IsBefore);
  for (Wait& wait : waits) {
    wait.next =
        wait.holder == 0 ? Wait::kNowhere : FindWait(waits, wait.holder);
  }
  for (size_t i = 0; i < waits.size(); ++i) WalkFrom(waits, i);
}

}  // namespace runtime::internal
