// ASYNC-SIGNAL-SAFE: mprotect only; under the symbolizer's lock.
#include "runtime/internal/diag/reserve.h"

#include <sys/mman.h>
#include <sys/resource.h>
#include <unistd.h>

#include <algorithm>

namespace runtime::internal {
namespace {

// Of no use to the rest of the process from the start, so that it need not be
// committed.
constinit char* begin_of_all = nullptr;
constinit char* next = nullptr;
constinit char* end = nullptr;

size_t Rounded(size_t bytes) {
  const auto page = static_cast<size_t>(getpagesize());
  return (bytes + page - 1) & ~(page - 1);
}

}  // namespace

void SetReserveAside(size_t bytes) {
  constexpr rlim_t kShare = 8;
  rlimit limit;
  if (next != nullptr || getrlimit(RLIMIT_AS, &limit) != 0) return;
  if (limit.rlim_cur != RLIM_INFINITY) {
    bytes = std::min<size_t>(bytes, limit.rlim_cur / kShare);
  }
  bytes = Rounded(bytes);
  void* const memory = mmap(nullptr, bytes, PROT_NONE,
                            MAP_PRIVATE | MAP_ANONYMOUS | MAP_NORESERVE, -1, 0);
  if (memory == MAP_FAILED) return;
  begin_of_all = next = static_cast<char*>(memory);
  end = next + bytes;
}

void* AllocateReserve(size_t bytes) {
  bytes = Rounded(bytes);
  if (next == nullptr || bytes > static_cast<size_t>(end - next) ||
      mprotect(next, bytes, PROT_READ | PROT_WRITE) != 0) {
    return nullptr;
  }
  void* const memory = next;
  next += bytes;
  return memory;
}

bool GiveBackReserve(void* begin, size_t bytes) {
  char* const first = static_cast<char*>(begin);
  if (first < begin_of_all || first >= end) return false;
  if (first + Rounded(bytes) == next) next = first;
  return true;
}

}  // namespace runtime::internal
