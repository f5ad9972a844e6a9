// Three exit gates that lose reports, with the interface of ExitGate.
// Test-only: the scenarios must fail with them, and the exhaustive test must
// convict them.
//
// Source: NoGate, a process that just exits. Gate2012, Go 1.0 (proc.c,
// panic.c): main looks only whether a report is being printed. GoGate, Go 1.9
// to 1.23 (proc.go main, panic.go fatalpanic): main also yields up to 1,000
// times while deferred calls run. Go asks only in main's return; here every
// exit asks, so that what fails is the protocol and not its absence.

#ifndef LASTWORDS_RUNTIME_INTERNAL_CONTROL_WRONG_GATES_H_
#define LASTWORDS_RUNTIME_INTERNAL_CONTROL_WRONG_GATES_H_

#include <cstdint>

#include "runtime/internal/sched/gate_slot.h"

namespace runtime::internal {

// Env as for ExitGate, and
//   kPolls   how often GoGate yields: 1,000 in the real Env.
//   Yield()  lets others run.
template <class Env>
class NoGate {
 public:
  using Slot = typename Env::Slot;

  void Enter(Slot& slot) { slot.state.store(SlotState::kInFlight); }
  template <class Change>
  void Amend(Change change) {
    change();
  }
  void Leave(Slot& slot) { slot.state.store(SlotState::kIdle); }
  [[noreturn]] void Crash(Slot& slot,
                          ReportCause cause = ReportCause::kUnrecovered) {
    print_.Acquire();
    slot.state.store(SlotState::kPrinted);
    Env::PrintReport(slot, cause);
    Env::Exit(2);
  }
  void Close(Slot*) {}
  void Finish() {}
  void CloseInHandler() {}
  bool CloseBySignal() { return true; }
  bool AllAsleep() { return false; }
  void GraceEnded() {}
  void Overtake() { print_.Acquire(); }
  void ForkChild(Slot*) { print_.Reset(); }

  static bool InFlight(const Slot& slot) {
    return slot.state.load() == SlotState::kInFlight;
  }

 protected:
  typename Env::Lock print_{};
};

template <class Env>
class Gate2012 : public NoGate<Env> {
 public:
  using typename NoGate<Env>::Slot;

  [[noreturn]] void Crash(Slot& slot,
                          ReportCause cause = ReportCause::kUnrecovered) {
    printing_.fetch_add(1);
    Print(slot, cause);
  }
  void Close(Slot*) {
    if (printing_.load() != 0) Env::ParkForever();
  }
  void CloseInHandler() { Close(nullptr); }

 protected:
  // The last of those that crash at once ends the process.
  [[noreturn]] void Print(Slot& slot, ReportCause cause) {
    this->print_.Acquire();
    slot.state.store(SlotState::kPrinted);
    Env::PrintReport(slot, cause);
    this->print_.Release();
    if (printing_.fetch_sub(1) != 1) Env::ParkForever();
    Env::Exit(2);
  }

  typename Env::template Atomic<uint32_t> printing_{0};
};

template <class Env>
class GoGate : public Gate2012<Env> {
 public:
  using typename NoGate<Env>::Slot;

  void Enter(Slot& slot) {
    slot.state.store(SlotState::kInFlight);
    running_defers_.fetch_add(1);
  }
  void Leave(Slot& slot) {
    slot.state.store(SlotState::kIdle);
    running_defers_.fetch_sub(1);
  }
  [[noreturn]] void Crash(Slot& slot,
                          ReportCause cause = ReportCause::kUnrecovered) {
    this->printing_.fetch_add(1);
    running_defers_.fetch_sub(1);
    this->Print(slot, cause);
  }
  void Close(Slot* own) {
    for (int i = 0; i < Env::kPolls && running_defers_.load() != 0; ++i) {
      Env::Yield();
    }
    Gate2012<Env>::Close(own);
  }

 private:
  typename Env::template Atomic<uint32_t> running_defers_{0};
};

}  // namespace runtime::internal

#endif  // LASTWORDS_RUNTIME_INTERNAL_CONTROL_WRONG_GATES_H_
