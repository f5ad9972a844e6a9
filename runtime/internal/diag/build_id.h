// ASYNC-SIGNAL-SAFE: reads the program's own headers, already in memory.
#ifndef LASTWORDS_RUNTIME_INTERNAL_DIAG_BUILD_ID_H_
#define LASTWORDS_RUNTIME_INTERNAL_DIAG_BUILD_ID_H_

#include <link.h>

#include <cstdint>
#include <span>

#include "runtime/internal/base/print.h"

namespace runtime::internal {

// The build id that the linker gave to the program (ld --build-id): the bytes
// of its GNU note. Empty if there is none.
std::span<const unsigned char> BuildId();

// The same of any module, from its program headers and what relocation added to
// its addresses.
std::span<const unsigned char> BuildIdIn(std::span<const ElfW(Phdr)> headers,
                                         uintptr_t bias);

// The same, in extras: what a symbol server wants to know. Nothing if there is
// none.
void PrintBuildId(Printer& out);

}  // namespace runtime::internal

#endif  // LASTWORDS_RUNTIME_INTERNAL_DIAG_BUILD_ID_H_
