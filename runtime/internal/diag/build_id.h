// ASYNC-SIGNAL-SAFE: reads the program's own headers, already in memory.
#ifndef LASTWORDS_RUNTIME_INTERNAL_DIAG_BUILD_ID_H_
#define LASTWORDS_RUNTIME_INTERNAL_DIAG_BUILD_ID_H_

#include <span>

namespace runtime::internal {

// The build id that the linker gave to the program (ld --build-id): the bytes
// of its GNU note. Empty if there is none.
std::span<const unsigned char> BuildId();

}  // namespace runtime::internal

#endif  // LASTWORDS_RUNTIME_INTERNAL_DIAG_BUILD_ID_H_
