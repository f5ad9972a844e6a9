// ASYNC-SIGNAL-SAFE: no malloc, no stdio, no locks.
#ifndef LASTWORDS_RUNTIME_INTERNAL_DIAG_ABSOLUTE_PATH_H_
#define LASTWORDS_RUNTIME_INTERNAL_DIAG_ABSOLUTE_PATH_H_

#include <string_view>

#include "runtime/internal/diag/arena.h"

namespace runtime::internal {

// Call at start-up.
void NoteStartDirectory();

// Absolute and without "." and "..", itself or in `arena`. A relative path is
// taken to start where the program was started.
std::string_view AbsolutePath(std::string_view file, Arena& arena);

}  // namespace runtime::internal

#endif  // LASTWORDS_RUNTIME_INTERNAL_DIAG_ABSOLUTE_PATH_H_
