#include "runtime/internal/sched/goroutine_table.h"

#include <errno.h>
#include <sys/mman.h>

#include <atomic>

#include "absl/base/thread_annotations.h"
#include "runtime/internal/base/fatal.h"
#include "runtime/internal/base/os_mutex.h"

namespace runtime::internal {
namespace {

// Goroutines in a chunk of the table. Chunks are mapped as they are needed,
// so that a limit on address space does not count the empty ones.
constexpr size_t kChunk = size_t{1} << 16;

struct Table {
  OsMutex mutex{LockRank::kGoroutineTable};
  std::atomic<G*>* chunks[kMaxGoroutines / kChunk] = {};
  std::atomic<size_t> size = 0;
};

constinit Table table;

}  // namespace

void RegisterGoroutine(G* g) {
  OsMutexLock lock(&table.mutex);
  const size_t index = table.size.load(std::memory_order_relaxed);
  if (index == kMaxGoroutines) Throw("too many goroutines");
  std::atomic<G*>*& chunk = table.chunks[index / kChunk];
  if (chunk == nullptr) {
    void* memory =
        mmap(nullptr, kChunk * sizeof(*chunk), PROT_READ | PROT_WRITE,
             MAP_PRIVATE | MAP_ANONYMOUS | MAP_NORESERVE, -1, 0);
    if (memory == MAP_FAILED) {
      ThrowErrno("cannot grow the goroutine table", errno);
    }
    chunk = static_cast<std::atomic<G*>*>(memory);
  }
  g->table_index = static_cast<uint32_t>(index);
  g->gate.record = g;
  chunk[index % kChunk].store(g, std::memory_order_relaxed);
  table.size.store(index + 1, std::memory_order_release);
}

size_t GoroutineTableSize() {
  return table.size.load(std::memory_order_acquire);
}

G* GoroutineAt(size_t index) {
  return table.chunks[index / kChunk][index % kChunk].load(
      std::memory_order_relaxed);
}

}  // namespace runtime::internal
