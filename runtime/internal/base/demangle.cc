// ASYNC-SIGNAL-SAFE: no allocation, no locks.
#include "runtime/internal/base/demangle.h"

// libstdc++'s __gcclibcxx_demangle_callback under a name of its own, see
// diag/private_libraries.cmake.
extern "C" int lastwords_demangle_callback(
    const char* mangled,
    void (*piece)(const char* text, size_t size, void* opaque), void* opaque);

namespace runtime::internal {

bool Demangle(const char* mangled,
              void (*piece)(const char* text, size_t size, void* opaque),
              void* opaque) {
  return lastwords_demangle_callback(mangled, piece, opaque) == 0;
}

}  // namespace runtime::internal
