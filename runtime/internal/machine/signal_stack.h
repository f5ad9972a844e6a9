// A stack for signal handlers, one a thread: a goroutine that has overflowed
// its own has nothing left to report from.

#ifndef LASTWORDS_RUNTIME_INTERNAL_MACHINE_SIGNAL_STACK_H_
#define LASTWORDS_RUNTIME_INTERNAL_MACHINE_SIGNAL_STACK_H_

#include <cstddef>

namespace runtime::internal {

// Room for a handler that prints a whole report.
inline constexpr size_t kSignalStackBytes = 192 * 1024;

// Gives the calling thread one in place of the one it may have, which may be
// too small, and notes where its own stack is (thread_stack.h). It is there for
// the destructors of what is local to the thread, too; then the thread has
// again what it had. Does nothing in a thread that has one of ours. Errors:
// fatal.
void InstallSignalStack();

// Whether the caller runs on a signal stack: in a handler. (A handler of the
// program's own that asked for no such stack cannot be told.)
// ASYNC-SIGNAL-SAFE.
bool OnSignalStack();

}  // namespace runtime::internal

#endif  // LASTWORDS_RUNTIME_INTERNAL_MACHINE_SIGNAL_STACK_H_
