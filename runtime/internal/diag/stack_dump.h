// ASYNC-SIGNAL-SAFE: no malloc, no stdio, no locks but the symbolizer's.
//
// What is said of a stack that could not be walked to its bottom: where it
// breaks, and the words around that place.
//
//   runtime: g 2: unexpected return pc for testprog.f called from 0xbad
//   stack: frame={sp:0x7f..30, fp:0x7f..50} stack=[0x7f..00,0x7f..00)
//   0x00007f0000000020:  0x0000000000000001  0x0000000000001234 <f+0x...02f>
//
// Source: gentraceback and tracebackHexdump of Go's runtime/traceback.go.
#ifndef LASTWORDS_RUNTIME_INTERNAL_DIAG_STACK_DUMP_H_
#define LASTWORDS_RUNTIME_INTERNAL_DIAG_STACK_DUMP_H_

#include <cstdint>

#include "runtime/internal/base/print.h"
#include "runtime/internal/machine/stack.h"
#include "runtime/internal/machine/unwind.h"

namespace runtime::internal {

// Nothing for a walk that reached the bottom. `stack` may be empty: then no
// words are shown.
void PrintStackBreak(Printer& out, uint64_t g_id, const Stack& stack,
                     const StackTrace& trace);

}  // namespace runtime::internal

#endif  // LASTWORDS_RUNTIME_INTERNAL_DIAG_STACK_DUMP_H_
