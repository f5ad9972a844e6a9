// The process's exit gate: ExitGate over the real world.
//
//   Gate().Enter(SlotOf(g));
#ifndef LASTWORDS_RUNTIME_INTERNAL_CONTROL_GATE_H_
#define LASTWORDS_RUNTIME_INTERNAL_CONTROL_GATE_H_

#include <atomic>
#include <cstdint>

#include "runtime/internal/base/futex.h"
#include "runtime/internal/base/shipping_env.h"
#include "runtime/internal/control/selected_gate.h"
#include "runtime/internal/sched/gate_slot.h"
#include "runtime/internal/sched/goroutine_table.h"

namespace runtime::internal {

// The Env of exit_gate.h; what each member must do is written there.
struct GateEnv : ShippingEnv {
  using Slot = G::Slot;

  // Recursive, by the thread; waits at most the report's deadline, then goes
  // on without: a report that hangs must not stop the process from ending.
  class Lock {
   public:
    void Acquire();
    void Release();
    void Reset();
    // Who waits counts its time from the holder's last one of these.
    static void NoteProgress() { progress_.fetch_add(1); }

   private:
    static inline constinit FutexWord progress_{0};
    FutexWord owner_{0};  // a thread's id
    uint32_t depth_ = 0;
  };

  class Waiter {
   public:
    void Wait();
    void Wake();

   private:
    static bool CommitWait(G* g, void* waiter);
    void WaitOnThread();

    // Null; then the goroutine that waits, or this: woken.
    std::atomic<void*> state_ = nullptr;
  };

  static constexpr int kPolls = 1000;  // of the gate that Go has

  static uint32_t Self();
  static bool IsGoroutine();
  [[noreturn]] static void ParkForever();
  static void ArmGrace();
  static void PrintReport(Slot& slot, ReportCause cause);
  static void Yield();
  [[noreturn]] static void Exit(int status);

  template <class F>
  static void ForEachSlot(F visit) {
    const size_t size = GoroutineTableSize();
    for (size_t i = 0; i < size; ++i) visit(GoroutineAt(i)->gate);
  }
};

using TheGate = SelectedExitGate<GateEnv>;

TheGate& Gate();

inline TheGate::Slot& SlotOf(G* g) { return g->gate; }

// Through the gate and out: runs exit handlers and static destructors, unless
// `quick`. Never returns to a goroutine whose own panic is in flight.
[[noreturn]] void ExitThroughGate(int status, bool quick = false);

// When the last exit handler has returned. Blocks: until no panic is in flight,
// for the grace period; never returns where one is reported.
void FinishExit();

// Handlers for SIGTERM, SIGINT, SIGHUP where their disposition is the default
// one, and for fork.
void InstallGateHandlers();

}  // namespace runtime::internal

#endif  // LASTWORDS_RUNTIME_INTERNAL_CONTROL_GATE_H_
