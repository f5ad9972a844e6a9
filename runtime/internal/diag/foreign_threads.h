// ASYNC-SIGNAL-SAFE: no malloc, no stdio, no locks but the symbolizer's.
//
// Threads that the runtime did not start: a program's own std::threads.
#ifndef LASTWORDS_RUNTIME_INTERNAL_DIAG_FOREIGN_THREADS_H_
#define LASTWORDS_RUNTIME_INTERNAL_DIAG_FOREIGN_THREADS_H_

#include "runtime/internal/base/print.h"
#include "runtime/internal/diag/traceback.h"

namespace runtime::internal {

// A section for each of them but the caller: goroutine 0, whose state is the
// thread's name. Each is stopped for its stack. Where there is a scheduler not
// below level all: who has goroutines did not ask for threads.
void PrintForeignThreads(Printer& out, TracebackOptions options);

}  // namespace runtime::internal

#endif  // LASTWORDS_RUNTIME_INTERNAL_DIAG_FOREIGN_THREADS_H_
