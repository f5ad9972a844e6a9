// ASYNC-SIGNAL-SAFE: no allocation, no locks.
//
// C++ symbol and type names in plain text, in pieces, without the malloc of
// abi::__cxa_demangle.
#ifndef LASTWORDS_RUNTIME_INTERNAL_BASE_DEMANGLE_H_
#define LASTWORDS_RUNTIME_INTERNAL_BASE_DEMANGLE_H_

#include <cstddef>

namespace runtime::internal {

// Calls back with the pieces of the name, in order. False, perhaps after some
// pieces, when `mangled` is not a mangled symbol or type.
//
// Safety: needs up to 90 KiB of stack for a name of 1,024 characters.
// Source: libstdc++'s own, which its terminate handler uses.
bool Demangle(const char* mangled,
              void (*piece)(const char* text, size_t size, void* opaque),
              void* opaque);

}  // namespace runtime::internal

#endif  // LASTWORDS_RUNTIME_INTERNAL_BASE_DEMANGLE_H_
