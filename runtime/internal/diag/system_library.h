// ASYNC-SIGNAL-SAFE: no malloc, no stdio, no locks.
#ifndef LASTWORDS_RUNTIME_INTERNAL_DIAG_SYSTEM_LIBRARY_H_
#define LASTWORDS_RUNTIME_INTERNAL_DIAG_SYSTEM_LIBRARY_H_

#include <cstdint>

namespace runtime::internal {

enum class CodeOwner : uint8_t {
  kNobody,     // no module is loaded there
  kProgram,    // the program and the libraries it brings
  kSystem,     // libc, the loader, the C++ library: may hold malloc's lock
  kSanitizer,  // a sanitizer's own library
};

// Whose code is at `pc`. Told by the file's name.
CodeOwner OwnerOf(uintptr_t pc);

}  // namespace runtime::internal

#endif  // LASTWORDS_RUNTIME_INTERNAL_DIAG_SYSTEM_LIBRARY_H_
