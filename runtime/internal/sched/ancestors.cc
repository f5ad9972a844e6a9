#include "runtime/internal/sched/ancestors.h"

#include <algorithm>

#include "runtime/internal/base/config.h"
#include "runtime/internal/machine/unwind.h"

namespace runtime::internal {

namespace {

size_t Wanted() {
  return std::min<size_t>(static_cast<size_t>(GetConfig().traceback_ancestors),
                          kMaxAncestors);
}

// The caller's frames from the one with that pc outwards.
void TraceFrom(uintptr_t pc, Ancestor* ancestor) {
  constexpr int kOwnFrames = 8;
  uintptr_t pcs[kOwnFrames + Ancestor::kMaxFrames];
  uintptr_t* const end = pcs + UnwindHere(0, pcs, std::size(pcs));
  uintptr_t* const begin = std::find(pcs, end, pc);
  const auto count =
      std::min<std::ptrdiff_t>(end - begin, Ancestor::kMaxFrames);
  std::copy_n(begin, count, ancestor->pcs);
  ancestor->count = static_cast<int>(count);
}

}  // namespace

void RecordAncestors(G* child, const G* parent) {
  const size_t wanted = Wanted();
  if (wanted == 0) return;
  if (child->ancestors == nullptr) child->ancestors = new Ancestor[wanted];
  child->ancestor_count = 0;
  const uint64_t parent_id = parent->id.load(std::memory_order_relaxed);
  if (parent_id == 0) return;
  Ancestor& first = child->ancestors[0];
  first.id = parent_id;
  first.created_by_pc = parent->created_by_pc;
  TraceFrom(child->created_by_pc, &first);
  const size_t older = std::min(parent->ancestor_count, wanted - 1);
  std::copy_n(parent->ancestors, older, child->ancestors + 1);
  child->ancestor_count = older + 1;
}

std::span<const Ancestor> AncestorsOf(const G* g) {
  return {g->ancestors, g->ancestor_count};
}

}  // namespace runtime::internal
