// A C++ exception that nobody catches becomes a panic.
//
//   throw -> _Unwind_RaiseException (throw_hook.cc) records where
//     | has a handler: goes there, as ever
//     | has none: PanicIfUncaught, on top of the frames that threw. Recoverable
//     | meets noexcept: std::terminate -> OnTerminate. Not recoverable, and the
//     |   frames may be gone: the record has them
#ifndef LASTWORDS_RUNTIME_INTERNAL_DIAG_EXCEPTION_PANIC_H_
#define LASTWORDS_RUNTIME_INTERNAL_DIAG_EXCEPTION_PANIC_H_

#include <unwind.h>

namespace runtime::internal {

// Whether the frames that threw are still on the stack: not after a catch (...)
// that threw again.
enum class ThrowFrames : bool { kLeft, kThere };

// Panics with a C++ exception whose search for a handler has found none.
// Returns if it is not for the runtime to say: the exception is not C++'s, or
// the program has a terminate handler of its own.
void PanicIfUncaught(_Unwind_Exception* exception, ThrowFrames frames);

}  // namespace runtime::internal

#endif  // LASTWORDS_RUNTIME_INTERNAL_DIAG_EXCEPTION_PANIC_H_
