// ASYNC-SIGNAL-SAFE: formats only.
//
// The registers of an interrupted thread, in the report of a fatal signal.
//
// Source: Go's dumpregs (runtime/signal_amd64.go, signal_arm64.go).
#ifndef LASTWORDS_RUNTIME_INTERNAL_DIAG_REGISTERS_H_
#define LASTWORDS_RUNTIME_INTERNAL_DIAG_REGISTERS_H_

#include <ucontext.h>

#include "runtime/internal/base/print.h"

namespace runtime::internal {

// A blank line, then one register a line. Nothing at level none.
void PrintRegisters(Printer& out, const ucontext_t& context);

}  // namespace runtime::internal

#endif  // LASTWORDS_RUNTIME_INTERNAL_DIAG_REGISTERS_H_
