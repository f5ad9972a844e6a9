// Which exit gate the build runs: the right one, or with the test-only option
// LASTWORDS_WRONG_GATE one of the three that lose reports.

#ifndef LASTWORDS_RUNTIME_INTERNAL_CONTROL_SELECTED_GATE_H_
#define LASTWORDS_RUNTIME_INTERNAL_CONTROL_SELECTED_GATE_H_

#ifndef LASTWORDS_WRONG_GATE
#define LASTWORDS_WRONG_GATE 0
#endif

#if LASTWORDS_WRONG_GATE == 0
#include "runtime/internal/control/exit_gate.h"
#else
#include "runtime/internal/control/wrong_gates.h"
#endif

namespace runtime::internal {

#if LASTWORDS_WRONG_GATE == 0
template <class Env>
using SelectedExitGate = ExitGate<Env>;
#elif LASTWORDS_WRONG_GATE == 1
template <class Env>
using SelectedExitGate = NoGate<Env>;
#elif LASTWORDS_WRONG_GATE == 2
template <class Env>
using SelectedExitGate = Gate2012<Env>;
#elif LASTWORDS_WRONG_GATE == 3
template <class Env>
using SelectedExitGate = GoGate<Env>;
#else
#error "LASTWORDS_WRONG_GATE: 0 right, 1 none, 2 the gate of 2012, 3 Go's"
#endif

}  // namespace runtime::internal

#endif  // LASTWORDS_RUNTIME_INTERNAL_CONTROL_SELECTED_GATE_H_
