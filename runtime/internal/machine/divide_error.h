// ASYNC-SIGNAL-SAFE: no malloc, no stdio, no locks.
//
// x86 has one fault for two errors of a division, and the kernel calls both a
// division by zero. The other one: the quotient has no room, as that of the
// least integer by -1.
#ifndef LASTWORDS_RUNTIME_INTERNAL_MACHINE_DIVIDE_ERROR_H_
#define LASTWORDS_RUNTIME_INTERNAL_MACHINE_DIVIDE_ERROR_H_

#include <ucontext.h>

namespace runtime::internal {

// Whether the instruction at the interrupted pc divides by something else than
// zero. False where it is no division that is understood.
// Safety: in the handler of the SIGFPE that it raised.
bool QuotientOverflowed(const ucontext_t& context);

}  // namespace runtime::internal

#endif  // LASTWORDS_RUNTIME_INTERNAL_MACHINE_DIVIDE_ERROR_H_
