// Knobs of the crash report, and a report without a crash.
//
//   runtime::SetMaxStack(4 << 20);      // deep recursion ahead
//   runtime::SetTraceback("all");       // a panic shows every goroutine
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
// of the other.
// Errors: returns 0, or the errno of what failed; then nothing has changed.
// Safety: any thread.
// Source: Go's debug.SetCrashOutput. LASTWORDS_REPORT=file is the same report
// as JSON, without a call (CRASH_FORMAT.md).
int SetCrashOutput(int fd);

// Which goroutines and frames a report shows, as GOTRACEBACK says, which it
// cannot lower: "none", "single", "all", "system", "crash", or "0", "1", "2".
// Errors: panics at any other.
// Safety: any thread.
void SetTraceback(std::string_view level);

// The caller's section of a report, as text: header, frames, who created it.
// With `all` those of the other goroutines follow, which are not stopped.
// Safety: any thread.
// Source: Go's debug.Stack, runtime.Stack.
std::string Stack(bool all = false);

// Prints Stack() to standard error.
void PrintStack();

}  // namespace runtime

#endif  // LASTWORDS_RUNTIME_DEBUG_H_
