// ASYNC-SIGNAL-SAFE: system calls only.
//
// The last act of a process that has printed its report.
#ifndef LASTWORDS_RUNTIME_INTERNAL_BASE_END_PROCESS_H_
#define LASTWORDS_RUNTIME_INTERNAL_BASE_END_PROCESS_H_

namespace runtime::internal {

inline constexpr int kExitCrashed = 2;

// Dies by the signal, whatever its disposition and mask. Returns where nothing
// kills: in the init of a PID namespace.
void RaiseByDefault(int signal);

// The same, and exits with 128 + signal there.
[[noreturn]] void DieBySignal(int signal);

// Exits with 2, without exit handlers; at level crash dies by SIGABRT, whatever
// its disposition and mask, so that a core is written where the system wants
// one.
// Source: Go's crash (runtime/signal_unix.go).
[[noreturn]] void EndAfterReport();

}  // namespace runtime::internal

#endif  // LASTWORDS_RUNTIME_INTERNAL_BASE_END_PROCESS_H_
