// Knobs of the crash report, a report without a crash, and traps.
//
//   runtime::SetMaxStack(4 << 20);      // deep recursion ahead
//   runtime::SetTraceback("all");       // a panic shows every goroutine
//   runtime::SetPanicOnFault(true);     // mapped files may be truncated
//   if (confused) runtime::PrintStack();
//
// Source: Go's runtime/debug.
#ifndef LASTWORDS_RUNTIME_DEBUG_H_
#define LASTWORDS_RUNTIME_DEBUG_H_

#include <cstddef>
#include <string>
#include <string_view>

namespace runtime {

// Sets how much stack a goroutine may use, in bytes (rounded up to a page) and
// without the guard; more is the fatal error "stack overflow". Returns the
// limit before; 0, also as an argument, is the default: 240 KiB, main 8,176.
//
// It holds for goroutines started from now on: they get a stack of that size,
// which costs address space, and memory only as it is used; and at once for
// the caller, whose stack can shrink but not grow. A limit below 240 KiB counts
// as 240 KiB: a report needs room. Goroutines that run already keep theirs.
// Safety: any thread.
// Source: Go's debug.SetMaxStack. Differs: Go's stacks grow, and the limit is
// everybody's.
size_t SetMaxStack(size_t bytes);

// Reports are written to `fd` too, from now on: a log, a pipe to a watcher. It
// is duplicated, so that the program may close its own; what is set again
// replaces it, -1 ends it. Either sink gets the whole report, whatever becomes
// of the other. If the program closes descriptors by number, that of a file is
// opened again, that of a pipe or a socket is lost.
// Errors: returns 0, or the errno of what failed; then nothing has changed.
// Safety: any thread.
// Source: Go's debug.SetCrashOutput. LASTWORDS_REPORT=file is the same report
// as JSON, without a call (CRASH_FORMAT.md).
int SetCrashOutput(int fd);

// Sets how many threads the runtime may have started: workers, which are never
// fewer again but where a wired goroutine ends (LockOsThread), and one of its
// own. Goroutines that block their threads (Blocking, LockOsThread) take more
// of them. One too many is the fatal error "thread exhaustion". Returns the
// limit before, first 10,000.
// Safety: any thread.
// Source: Go's debug.SetMaxThreads.
int SetMaxThreads(int threads);

// Which goroutines and frames a report shows, as GOTRACEBACK says, which it
// cannot lower: "none", "single", "all", "system", "crash", or "0", "1", "2".
// Errors: panics at any other.
// Safety: any thread.
void SetTraceback(std::string_view level);

// The caller's section of a report, as text: header, frames, who created it.
// With `all` those of the other goroutines follow, one after the other: who
// runs is interrupted for its own and goes on, so no two are of the same
// moment. Safety: any thread. Source: Go's debug.Stack, runtime.Stack.
std::string Stack(bool all = false);

// Prints Stack() to standard error.
void PrintStack();

// What the calling goroutine's faults are, at addresses that are not near
// null: panics that can be recovered (true), or the end of the process (false,
// the default: such a fault is mostly a sign of corrupted memory). Returns the
// setting before. The value of the panic is a RuntimeError that has an Addr().
//
// Faults below address 0x1000 and divisions by zero are panics anyway. No fault
// is one in code of libc, the loader or the C++ library (memcpy of null), on a
// thread that is not a goroutine, or while the runtime holds a lock: deferred
// calls might wait for ever there.
// Safety: a goroutine's own setting, not inherited. Nothing on other threads.
// Source: Go's runtime/debug.SetPanicOnFault.
bool SetPanicOnFault(bool enabled);

// A breakpoint trap. Without a debugger: a report of every goroutine, status 2.
// Source: Go's runtime.Breakpoint.
void Breakpoint();

// Stops the program where it stands, with a trap: a report of every goroutine,
// status 2. Nothing recovers it, no deferred call runs. For a state so wrong
// that no more code of the program should run; its frame is runtime.abort.
// Source: Go's runtime.abort.
[[noreturn]] void Abort() __asm__("runtime.abort");

}  // namespace runtime

#endif  // LASTWORDS_RUNTIME_DEBUG_H_
