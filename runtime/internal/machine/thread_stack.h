// Where the calling thread's own stack is, for a signal handler that must tell
// its overflow from another fault.
#ifndef LASTWORDS_RUNTIME_INTERNAL_MACHINE_THREAD_STACK_H_
#define LASTWORDS_RUNTIME_INTERNAL_MACHINE_THREAD_STACK_H_

#include "runtime/internal/machine/stack.h"

namespace runtime::internal {

// Asks for it, once a thread. Allocates.
void NoteThreadStack();

// Empty for a thread that has not called NoteThreadStack. Its guard is
// kThreadGuardBytes at least: main's has none, the kernel refuses to grow it.
// ASYNC-SIGNAL-SAFE.
inline constexpr size_t kThreadGuardBytes = 64 * 1024;
const Stack& ThreadStack();

}  // namespace runtime::internal

#endif  // LASTWORDS_RUNTIME_INTERNAL_MACHINE_THREAD_STACK_H_
