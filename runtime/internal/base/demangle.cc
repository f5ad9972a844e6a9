// ASYNC-SIGNAL-SAFE: no allocation, no locks.
#include "runtime/internal/base/demangle.h"

#include <libiberty/demangle.h>

namespace runtime::internal {

bool Demangle(const char* mangled,
              void (*piece)(const char* text, size_t size, void* opaque),
              void* opaque) {
  return cplus_demangle_v3_callback(mangled,
                                    DMGL_PARAMS | DMGL_ANSI | DMGL_TYPES,
                                    piece, opaque) != 0;
}

}  // namespace runtime::internal
