// The low layers must be able to die, and dying prints tracebacks: these are
// declared here and defined at the top, in diag/crash.cc (an upward seam, see
// ARCHITECTURE.md).
#ifndef LASTWORDS_RUNTIME_INTERNAL_BASE_FATAL_H_
#define LASTWORDS_RUNTIME_INTERNAL_BASE_FATAL_H_

namespace runtime::internal {

// The program broke a rule beyond repair (deadlock, unlock of an unlocked
// mutex): prints "fatal error: " and `message`, every goroutine, exits 2.
// Never recoverable.
//
// Safety: any thread, any stack; allocates nothing.
[[noreturn]] void Fatal(const char* message);

// Nothing can ever run again: as Fatal, and the report's extras say who waits
// for what.
[[noreturn]] void Deadlock(const char* message);

// The runtime itself is wrong: prints the same.
[[noreturn]] void Throw(const char* message);

// A failed system call the runtime cannot go on without. Prints
// "runtime: <message> (errno=<error>)" before the fatal error.
[[noreturn]] void ThrowErrno(const char* message, int error);

// As ThrowErrno: "runtime: failed to create new OS thread (have <have> already;
// errno=<error>)".
[[noreturn]] void ThrowNoThread(int have, int error);

// Prints "runtime: program exceeds <limit>-thread limit" before the fatal error
// "thread exhaustion".
[[noreturn]] void FatalThreadLimit(int limit);

}  // namespace runtime::internal

#endif  // LASTWORDS_RUNTIME_INTERNAL_BASE_FATAL_H_
