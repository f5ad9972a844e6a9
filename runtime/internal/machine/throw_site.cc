#include "runtime/internal/machine/throw_site.h"

#include <atomic>

namespace runtime::internal {
namespace {

//          TryClaim        Give
//   (any) ---------> busy ------> the exception's address
struct Entry {
  std::atomic<uintptr_t> key = 0;
  ThrowSite site;
};

constexpr uintptr_t kBusy = 1;  // no exception lies there
constexpr int kEntryBits = 8;
constinit Entry entries[1 << kEntryBits];

uintptr_t KeyOf(const _Unwind_Exception* exception) {
  return reinterpret_cast<uintptr_t>(exception);
}

// Fibonacci hashing: the allocator's addresses are multiples of 16 and near.
Entry& EntryOf(uintptr_t key) {
  constexpr uint64_t kGoldenRatio = 0x9E37'79B9'7F4A'7C15;
  return entries[(key * kGoldenRatio) >> (64 - kEntryBits)];
}

bool TryClaim(Entry& entry, uintptr_t key) {
  return key != kBusy && entry.key.compare_exchange_strong(
                             key, kBusy, std::memory_order_acquire);
}

void Give(Entry& entry, uintptr_t key) {
  entry.key.store(key, std::memory_order_release);
}

struct Walk {
  ThrowSite* site;
  int skip;
};

// Not guarded: the unwinder is about to read the same frames.
_Unwind_Reason_Code OnFrame(_Unwind_Context* context, void* argument) {
  auto& walk = *static_cast<Walk*>(argument);
  if (walk.skip-- > 0) return _URC_NO_REASON;
  const uintptr_t pc = _Unwind_GetIP(context);
  if (pc == 0) return _URC_END_OF_STACK;
  ThrowSite& site = *walk.site;
  site.frames[site.size++] = {pc, _Unwind_GetCFA(context)};
  return site.size == ThrowSite::kMaxFrames ? _URC_END_OF_STACK
                                            : _URC_NO_REASON;
}

}  // namespace

__attribute__((noinline)) void RecordThrow(const _Unwind_Exception* exception,
                                           int skip) {
  const uintptr_t key = KeyOf(exception);
  Entry& entry = EntryOf(key);
  if (!TryClaim(entry, entry.key.load(std::memory_order_relaxed))) return;
  entry.site.size = 0;
  Walk walk{&entry.site, skip + 1};
  _Unwind_Backtrace(&OnFrame, &walk);
  Give(entry, key);
}

bool FindThrow(const _Unwind_Exception* exception, ThrowSite* site) {
  const uintptr_t key = KeyOf(exception);
  Entry& entry = EntryOf(key);
  if (!TryClaim(entry, key)) return false;
  *site = entry.site;
  Give(entry, key);
  return site->size > 0;
}

void UnwindFromThrow(const ThrowSite& site, uintptr_t outer_sp,
                     StackTrace* trace) {
  trace->Clear();
  uintptr_t sp = 0;
  for (int i = 0; i < site.size && site.frames[i].sp <= outer_sp; ++i) {
    sp = site.frames[i].sp;
    trace->Add(site.frames[i].pc, sp);
  }
  UnwindBetween(sp, outer_sp, trace);
}

}  // namespace runtime::internal
