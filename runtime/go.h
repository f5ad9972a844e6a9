// Goroutines: the program's first one, starting others, ending.
//
//   void Work() { runtime::Go([] { std::puts("hello"); }); ... }
//   RUNTIME_MAIN(Work)
//
// Environment: GOMAXPROCS, GOTRACEBACK, GODEBUG, LASTWORDS_* (README).
#ifndef LASTWORDS_RUNTIME_GO_H_
#define LASTWORDS_RUNTIME_GO_H_

#include <new>
#include <type_traits>
#include <utility>

#include "runtime/internal/base/fatal.h"
#include "runtime/internal/control/entry.h"

namespace runtime {

// Runs `function` in a new goroutine, which ends when it returns.
//
// Cooperative: a goroutine keeps its worker until it blocks, sleeps, yields or
// ends. Its stack is 256 KiB, 16 of them guard.
// Errors: an empty std::function or null pointer is fatal ("go of nil func
// value"); so is no memory for the stack.
// Safety: any thread.
template <class F>
__attribute__((always_inline)) inline void Go(F&& function) {
  using Function = std::decay_t<F>;
  Function moved(std::forward<F>(function));
  if constexpr (internal::MayBeNil<Function>) {
    if (!static_cast<bool>(moved)) internal::Fatal("go of nil func value");
  }
  internal::StartGoroutine(&internal::kClosureType<Function>, &moved);
}

// Lets other goroutines run first.
void Gosched();

// Ends the calling goroutine: runs its deferred calls, then leaves its frames
// (destructors run). From main: main ends, the others go on, and when all have
// ended that is a deadlock.
[[noreturn]] void Goexit();

// Ends the process with `status`, exit handlers and static destructors
// included. Waits while panics are in flight elsewhere, and once more after the
// exit handlers: their reports come first, with status 2 (README, "The
// promise"). Deferred calls do not run.
// Called while the caller's own panic is in flight: its report, status 2.
// exit() and quick_exit() do the same; _exit() does not.
// Blocks: at most LASTWORDS_EXIT_GRACE_MS (2 s).
[[noreturn]] void Exit(int status);

// Wires the calling goroutine to its thread, until as many calls of
// UnlockOsThread. No other goroutine runs on that thread meanwhile, and if the
// goroutine ends wired, the thread ends too (main's runs nothing any more).
void LockOsThread();
void UnlockOsThread();

// Goroutines that have not ended.
int NumGoroutine();

// The number of processors goroutines run on at once.
int MaxProcs();

// Runs `main` as goroutine 1; when it returns, exits as Exit(0) does. Call
// once, from main(). Objects of the caller's frame are not destroyed.
//
// Signals. From here on SIGSEGV, SIGBUS, SIGFPE, SIGILL, SIGTRAP, SIGABRT,
// SIGSYS and SIGQUIT end the process with a report, and null dereferences and
// divisions by zero are panics (runtime/debug.h: SetPanicOnFault).
// - A handler that was there before is asked first about all that is no panic
//   and no stack overflow, on the signal stack, where there is one. If it
//   returns, so do we: the program goes on. But SIGABRT is then reported.
// - SIGQUIT, and what else ends a process (SIGTERM, SIGINT, SIGHUP, SIGPIPE,
//   SIGALRM, SIGUSR1, SIGUSR2, SIGPROF, SIGVTALRM, SIGXCPU, SIGXFSZ): one that
//   has a handler keeps it; but for SIGQUIT, one that is ignored stays so. The
//   others end the process as they would, once no panic is in flight.
// - A handler installed later wins. It may pass on what is not its own to ours,
//   which sigaction has returned; so faults become panics even then. If it does
//   not, the report of that signal is lost, of panics and fatal errors it is
//   not; a call of abort() in it is reported.
// - The program must not block these signals in a thread: one that is blocked
//   when it faults ends the process without a report.
[[noreturn]] void Main(int argc, char** argv, void (*main)());

// The program's arguments, from Main on.
int ArgCount();
const char* Arg(int index);

}  // namespace runtime

// Defines main() to run `function`, a void(), as goroutine 1.
#define RUNTIME_MAIN(function) \
  int main(int argc, char** argv) { ::runtime::Main(argc, argv, (function)); }

#endif  // LASTWORDS_RUNTIME_GO_H_
