// ASYNC-SIGNAL-SAFE: mmap and mprotect only.
//
// Memory that is never given back, for a process that is about to end. Where
// nothing can be mapped it is the reserve's.
//
//   constinit Arena arena;
//   std::string_view name = arena.Keep(on_the_stack);
//
// Thread-safety: none of its own.

#ifndef LASTWORDS_RUNTIME_INTERNAL_DIAG_ARENA_H_
#define LASTWORDS_RUNTIME_INTERNAL_DIAG_ARENA_H_

#include <sys/mman.h>

#include <algorithm>
#include <cstddef>
#include <cstring>
#include <string_view>

#include "runtime/internal/diag/reserve.h"

namespace runtime::internal {

class Arena {
 public:
  static constexpr size_t kAlignment = alignof(std::max_align_t);

  constexpr Arena() = default;

  // Begins with `reserve`, which is aligned, for when nothing can be mapped.
  template <size_t kBytes>
  constexpr explicit Arena(char (&reserve)[kBytes])
      : next_(reserve), left_(kBytes) {}

  // Errors: null when there is no memory.
  void* Allocate(size_t size) {
    size = Rounded(size);
    if (size > left_ && !Map(size)) return nullptr;
    void* const place = next_;
    next_ += size;
    left_ -= size;
    return place;
  }

  // `more` bytes behind `end`, the end of a block. Errors: false when that is
  // not what was allocated last, or there is no room; nothing has changed then.
  bool Extend(const char* end, size_t more) {
    if (!IsLast(end)) return false;
    const auto spare = static_cast<size_t>(next_ - end);
    if (more > spare + left_) return false;
    if (more > spare) Allocate(more - spare);
    return true;
  }

  // Does nothing with what was not allocated last.
  void GiveBack(const char* begin, size_t size) {
    if (!IsLast(begin + size)) return;
    const size_t back = static_cast<size_t>(next_ - begin) & ~(kAlignment - 1);
    next_ -= back;
    left_ += back;
  }

  // A copy with a NUL behind it. Errors: "?" when there is no memory.
  std::string_view Keep(std::string_view text) {
    auto* const place = static_cast<char*>(Allocate(text.size() + 1));
    if (place == nullptr) return "?";
    std::copy_n(text.data(), text.size(), place);
    place[text.size()] = '\0';
    return {place, text.size()};
  }

 private:
  static constexpr size_t kChunkBytes = 256 * 1024;

  static constexpr size_t Rounded(size_t size) {
    return (size + kAlignment - 1) & ~(kAlignment - 1);
  }

  bool IsLast(const char* end) const {
    return end <= next_ && next_ - end < static_cast<ptrdiff_t>(kAlignment);
  }

  bool Map(size_t size) {
    const size_t chunk = std::max(size, kChunkBytes);
    void* memory = mmap(nullptr, chunk, PROT_READ | PROT_WRITE,
                        MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
    if (memory == MAP_FAILED) memory = AllocateReserve(chunk);
    if (memory == nullptr) return false;
    next_ = static_cast<char*>(memory);
    left_ = chunk;
    return true;
  }

  char* next_ = nullptr;
  size_t left_ = 0;
};

}  // namespace runtime::internal

#endif  // LASTWORDS_RUNTIME_INTERNAL_DIAG_ARENA_H_
