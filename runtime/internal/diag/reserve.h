// ASYNC-SIGNAL-SAFE: mprotect only; under the symbolizer's lock.
//
// Address space set aside at start-up, for when nothing can be mapped: names
// need memory in the size of the program's debug information. Costs no memory
// until it is used.
#ifndef LASTWORDS_RUNTIME_INTERNAL_DIAG_RESERVE_H_
#define LASTWORDS_RUNTIME_INTERNAL_DIAG_RESERVE_H_

#include <cstddef>

namespace runtime::internal {

// Of a process whose address space is limited no more than an eighth is taken.
void SetReserveAside(size_t bytes);

// Whole pages. Errors: null when it is used up.
void* AllocateReserve(size_t bytes);

// Whether it was the reserve's. Does nothing with what was not allocated last.
bool GiveBackReserve(void* begin, size_t bytes);

}  // namespace runtime::internal

#endif  // LASTWORDS_RUNTIME_INTERNAL_DIAG_RESERVE_H_
