// What every goroutine carries for the exit gate, in a header of its own so
// that the goroutine need not know the gate.

#ifndef LASTWORDS_RUNTIME_INTERNAL_SCHED_GATE_SLOT_H_
#define LASTWORDS_RUNTIME_INTERNAL_SCHED_GATE_SLOT_H_

#include <cstdint>

namespace runtime::internal {

//             Enter                          Crash, or the thread that prints
//   kIdle ------------> kInFlight -------------------------------> kPrinted
//     ^                     |         what is pending (print lock held)
//     +---------------------+
//        Leave (compare and swap: it races with the latter)
// A printer that was overtaken by a fatal error puts its claim back:
// kPrinted -> kInFlight (ReportPending).
enum class SlotState : uint32_t { kIdle, kInFlight, kPrinted };

// Why a report is printed; the extras say it.
enum class ReportCause {
  kUnrecovered,         // all deferred calls ran, nobody recovered
  kExitInDeferredCall,  // rule 5
  kAsleep,              // rule 7
  kGraceEnded,          // rule 8: "deferred calls still running at exit"
  kExitInHandler,       // rule 10: Exit in a signal handler cannot wait
};

template <template <class> class Atomic>
struct GateSlot {
  Atomic<SlotState> state{SlotState::kIdle};
  void* record = nullptr;  // the runtime's; set before Enter, left alone while
                           // the panic is in flight except through Amend
};

}  // namespace runtime::internal

#endif  // LASTWORDS_RUNTIME_INTERNAL_SCHED_GATE_SLOT_H_
