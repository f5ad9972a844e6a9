// ASYNC-SIGNAL-SAFE: no malloc, no stdio, no locks.
//
// The handlers that were there before ours. Who may have one, and what it is
// asked, stands in runtime/go.h ("Signals").
#ifndef LASTWORDS_RUNTIME_INTERNAL_DIAG_PREVIOUS_HANDLER_H_
#define LASTWORDS_RUNTIME_INTERNAL_DIAG_PREVIOUS_HANDLER_H_

#include <signal.h>
#include <ucontext.h>

namespace runtime::internal {

using SignalHandler = void (*)(int number, siginfo_t* info, void* context);

// Makes `handler` that of the signal, and remembers the one before.
void TakeOverSignal(int number, SignalHandler handler);

// Hands the signal to the handler before. False if there is none to ask, or if
// what it interrupted is a handler: then the report must be ours.
bool CallPreviousHandler(int number, siginfo_t* info, ucontext_t* context);

// Whether the signal has a handler now.
bool HasHandler(int number);

}  // namespace runtime::internal

#endif  // LASTWORDS_RUNTIME_INTERNAL_DIAG_PREVIOUS_HANDLER_H_
