// ASYNC-SIGNAL-SAFE: mmap only; under the symbolizer's lock.
//
// Where libbacktrace gets its memory, in place of its own mmap.c. That one maps
// page by page and searches a list of what was freed: a quarter of the time
// that the first report of a process takes. Here it is a mapping a quarter MiB
// and nothing is searched; what is freed is lost, but for the end of what was
// allocated last. Freed blocks are temporaries of a few hundred KiB a program.
//
// Source: libbacktrace's internal.h (GCC 12), which says what each has to do.

#include <algorithm>
#include <cerrno>
#include <cstddef>
#include <cstring>

#include "runtime/internal/diag/arena.h"

struct backtrace_state;

namespace {

constexpr size_t kFirstElements = 32;
constinit runtime::internal::Arena arena;

}  // namespace

extern "C" {

using ErrorCallback = void(void* data, const char* message, int error_number);

// An array that grows: `size` bytes are in use, and `alc` more are there.
struct backtrace_vector {  // NOLINT(readability-identifier-naming)
  char* base;
  size_t size;
  size_t alc;
};

void* lastwords_backtrace_alloc(backtrace_state*, size_t size,
                                ErrorCallback* error, void* data) {
  void* const memory = arena.Allocate(size);
  if (memory == nullptr && error != nullptr) error(data, "mmap", ENOMEM);
  return memory;
}

void lastwords_backtrace_free(backtrace_state*, void* memory, size_t size,
                              ErrorCallback*, void*) {
  arena.GiveBack(static_cast<const char*>(memory), size);
}

void* lastwords_backtrace_vector_grow(backtrace_state* state, size_t size,
                                      ErrorCallback* error, void* data,
                                      backtrace_vector* vector) {
  if (size > vector->alc) {
    const size_t more = std::max(
        {size, vector->size, kFirstElements * size * (vector->size == 0)});
    const size_t room = vector->size + vector->alc;
    if (arena.Extend(vector->base + room, more)) {
      vector->alc += more;
    } else {
      void* const base =
          lastwords_backtrace_alloc(state, room + more, error, data);
      if (base == nullptr) return nullptr;
      if (vector->size != 0) memcpy(base, vector->base, vector->size);
      *vector = {static_cast<char*>(base), vector->size, vector->alc + more};
    }
  }
  void* const added = vector->base + vector->size;
  vector->size += size;
  vector->alc -= size;
  return added;
}

// The next array begins where this one ends.
void* lastwords_backtrace_vector_finish(backtrace_state*,
                                        backtrace_vector* vector,
                                        ErrorCallback*, void*) {
  void* const finished = vector->base;
  *vector = {vector->base + vector->size, 0, vector->alc};
  return finished;
}

int lastwords_backtrace_vector_release(backtrace_state*,
                                       backtrace_vector* vector, ErrorCallback*,
                                       void*) {
  arena.GiveBack(vector->base + vector->size, vector->alc);
  vector->alc = 0;
  if (vector->size == 0) vector->base = nullptr;
  return 1;
}
}
