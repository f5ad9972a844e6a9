// ASYNC-SIGNAL-SAFE: no allocation, no C++ library call; what blocks is Env's.
//
// The exit gate: the process ends through it, and only when no panic is in
// flight. A panic that entered before the gate closed is reported whole,
// exactly once, and the process ends with status 2, unless it was recovered or
// its goroutine called Goexit. The numbers below are the rules of the law in
// ARCHITECTURE.md.
//
// One word, {owner, SHUT, CRASHED, count}. The gate closes twice, each time
// only from count 0 and without CRASHED. Owned, exit handlers run: goroutines
// have ended and other exits park for ever, but threads go on, and their panics
// enter as before. SHUT, nothing but _exit follows. The owner's identity is set
// by the step that closes, so that no moment lies between them.
//
//            Enter (1)    Enter, Leave (1, 2, 3)
//          ----------->    +---+       Crash prints (6)
//     {0}  <-----------  {count} <-+  ---------------->  {CRASHED, count}
//      |    Leave to 0,                                         |
//      |   wakes closers                       Crash or Leave,  |
//      | Close (4)                                    to 0 (6)  |
//      v                                                        v
//   {owner}  as above, of threads and the owner:    {new owner, SHUT, CRASHED}
//      |      {owner, count}, {owner, CRASHED, count}         exit 2
//      | Finish (11)
//      v
//   {owner, SHUT}
//   caller exits
//
//     From every state without SHUT: Overtake (14), and GraceEnded or AllAsleep
//     (7, 8) with one report claimed, lead to {new owner, SHUT, CRASHED,
//     count}; they print what is pending, exit 2. CloseInHandler (10) leads to
//     {new owner, SHUT, count}, unless another owns. CloseBySignal (13) leads
//     from where Finish does to {new owner, SHUT}. On a gate that is SHUT
//     everybody but the owner parks for ever; the owner panics on as before.
//
// Why it holds, in four sentences. P1: nobody closes, first or for good, but
// from 0, and a counted panic uncounts itself only after its report is printed
// or after it left; whoever shuts with panics counted first claims one (or is a
// fatal error, which lists them), and then prints every slot, all of them
// published before they were counted. P2: a report is printed under the print
// lock by the one who moved its slot from kInFlight to kPrinted, and every Exit
// follows, in the one thread that shut the gate, the last print. P3: CRASHED is
// set before a report begins and is never cleared, so neither {0} nor {owner}
// is reached again. P4: a closer stands in the list before it looks at the
// count for the last time, a leaver looks at the list after it brought the
// count to 0, and all of it is sequentially consistent: one of the two sees the
// other.
//
// Env, the world below the gate (static members; the real one is in gate.h,
// the modelled one explore/model_env.h):
//   Atomic<T>            std::atomic<T>; only sequentially consistent steps.
//   Slot                 GateSlot<Atomic>.
//   Lock                 Acquire() Release(): blocks the thread. The one who
//                        holds it may take it again (a fault inside a report);
//                        waiting is bounded by the report write deadline.
//                        Reset() in the child of fork.
//   Waiter               Wait() Wake() of the calling goroutine (the processor
//                        is released) or thread; Wake may come first, and
//                        touches nothing of the waiter once that may run on.
//   Self()               uint32_t, not 0: who calls. Exit handlers have the
//                        identity of the closer that runs them.
//   IsGoroutine()        whether the caller ends with main: is scheduled, and
//                        will not be once the gate has an owner.
//   ParkForever()        noreturn. On the clock's thread both ParkForever and
//                        Wait go on serving the clock.
//   ArmGrace()           starts the clock unless it runs; it stops before it
//                        calls GraceEnded, and until that returns its thread
//                        counts as awake for the deadlock detector.
//   PrintReport(slot, cause)  runs no user code: values are rendered before.
//   ForEachSlot(fn)      fn(Slot&) for every goroutine that came into being
//                        before the call, in the order of the reports.
//   Exit(status)         noreturn: _exit, no handlers.

#ifndef LASTWORDS_RUNTIME_INTERNAL_CONTROL_EXIT_GATE_H_
#define LASTWORDS_RUNTIME_INTERNAL_CONTROL_EXIT_GATE_H_

#include <cstdint>

#include "runtime/internal/sched/gate_slot.h"

namespace runtime::internal {

template <class Env>
class ExitGate {
 public:
  using Slot = typename Env::Slot;

  // Rule 1: the first panic of a goroutine, before its first deferred call.
  void Enter(Slot& slot) {
    slot.state.store(SlotState::kInFlight);
    const Word word =
        Move([](Word from) { return Ended(from) ? from : from + 1; });
    if (Shut(word) || Ended(word)) Env::ParkForever();
  }

  // A nested panic begins, or is recovered while an older one goes on: `change`
  // edits the record while no printer reads it.
  template <class Change>
  void Amend(Change change) {
    print_.Acquire();
    change();
    print_.Release();
  }

  // Rules 2, 3: recovered, or Goexit. Whoever claimed the report first prints
  // it.
  void Leave(Slot& slot) {
    if (!Take(slot, SlotState::kIdle)) Env::ParkForever();
    Uncount();
  }

  // Rule 6: all deferred calls ran, nobody recovered.
  [[noreturn]] void Crash(Slot& slot,
                          ReportCause cause = ReportCause::kUnrecovered) {
    print_.Acquire();
    if (!Shut(Move(Crashed))) {
      slot.state.store(SlotState::kPrinted);
      Env::PrintReport(slot, cause);
      if (Last(Move(Uncounted))) Env::Exit(2);
    }
    print_.Release();
    Env::ArmGrace();
    Env::ParkForever();
  }

  // Rules 4, 5, 9: returns to the one caller that closed the gate, as often as
  // that calls again. Exit handlers run next. `own` is the slot of the caller,
  // if it has one.
  void Close(Slot* own) {
    if (own != nullptr && InFlight(*own)) {
      Crash(*own, ReportCause::kExitInDeferredCall);
    }
    WaitUntil([this] { return TryClose(); });
  }

  // Rule 11, after the last exit handler: returns to the one caller that shut
  // the gate. It need not have closed it: a signal may end the exit handlers.
  void Finish() {
    WaitUntil([this] { return TryFinish(); });
  }

  // Rule 10: Exit in a signal handler, which must not wait for what it may have
  // interrupted. The caller goes on to _exit with its own status.
  void CloseInHandler() {
    if (Taken(Move(
            [](Word word) { return Taken(word) ? word : Ending(word); }))) {
      Env::ParkForever();
    }
    print_.Acquire();
    Slot* const slot = Claim();
    if (slot != nullptr && Shut(Move(Crashed))) Env::ParkForever();  // a signal
    PrintPending(slot, ReportCause::kExitInHandler);
    if ((word_.load() & kCrashed) != 0) Env::Exit(2);
  }

  // Rule 13, in the handler: true, die by the signal now, even when exit
  // handlers run; false, let the clock's thread Finish() and then die by it.
  bool CloseBySignal() {
    Word word = word_.load();
    do {
      if (Busy(word)) return false;
    } while (!word_.compare_exchange_weak(word, Ending(word)));
    return true;
  }

  // Rule 7: nothing can run. False: nobody waits for a panic, it is a deadlock.
  // True: there was nothing left to report, somebody was woken.
  bool AllAsleep() {
    if (!IsAwaited()) return false;
    ReportPending(ReportCause::kAsleep);
    return true;
  }

  // Rule 8: called by the clock. Returns if nothing is in flight any more, or
  // nobody waits.
  void GraceEnded() { ReportPending(ReportCause::kGraceEnded); }

  // Rule 14: returns to the one fatal error that may print, with the print lock
  // held for ever; slots that are InFlight() then were overtaken.
  void Overtake() {
    if (Shut(Move(EndingCrashed))) Env::ParkForever();
    print_.Acquire();
  }

  // Rule 12: in the child of fork. Its gate is open again.
  void ForkChild(Slot* own) {
    word_.store(own != nullptr && InFlight(*own) ? 1 : 0);
    closers_.store(nullptr);
    print_.Reset();
  }

  static bool InFlight(const Slot& slot) {
    return slot.state.load() == SlotState::kInFlight;
  }

 private:
  using Word = uint64_t;
  static constexpr Word kCountMask = 0x3fffffff;
  static constexpr Word kShut = 0x40000000;
  static constexpr Word kCrashed = 0x80000000;
  static constexpr int kOwnerShift = 32;

  struct Closer {  // lives on the stack of the one who waits
    Closer* next;
    typename Env::Waiter waiter{};
  };

  static Word Count(Word word) { return word & kCountMask; }
  static Word Owner(Word word) { return word >> kOwnerShift; }
  static Word Owned(Word word) {
    return Word{Env::Self()} << kOwnerShift |
           (word & (kShut | kCrashed | kCountMask));
  }
  static Word Ending(Word word) { return Owned(word | kShut); }
  static Word Crashed(Word word) { return word | kCrashed; }
  static Word EndingCrashed(Word word) { return Ending(Crashed(word)); }
  // Closed by somebody else.
  static bool Taken(Word word) {
    return Owner(word) != 0 && Owner(word) != Env::Self();
  }
  // By somebody else who ends the process now.
  static bool Shut(Word word) { return (word & kShut) != 0 && Taken(word); }
  // The caller has ended with main, and is about to stand still.
  static bool Ended(Word word) { return Taken(word) && Env::IsGoroutine(); }
  // A panic is in flight or was reported: nobody closes now.
  static bool Busy(Word word) { return (word & (kCrashed | kCountMask)) != 0; }
  // The last panic is gone and there was a report: this step ends the process.
  static bool Last(Word word) {
    return Count(word) == 0 && (word & kCrashed) != 0;
  }
  static Word Uncounted(Word word) {
    return Last(word - 1) ? Ending(word - 1) : word - 1;
  }

  // Every step but the closers' own; none is taken on a gate that is shut.
  template <class Next>
  Word Move(Next next) {
    Word word = word_.load();
    Word moved;
    do {
      if (Shut(word)) return word;
      moved = next(word);
    } while (!word_.compare_exchange_weak(word, moved));
    return moved;
  }

  // Somebody waits for the panics in flight: a closer, or a report's Exit.
  bool IsAwaited() const {
    return closers_.load() != nullptr || (word_.load() & kCrashed) != 0;
  }

  static bool Take(Slot& slot, SlotState to) {
    SlotState from = SlotState::kInFlight;
    return slot.state.compare_exchange_strong(from, to);
  }

  bool TryClose() {
    Word word = 0;
    if (word_.compare_exchange_strong(word, Owned(0))) return true;
    if (Taken(word)) Env::ParkForever();
    return Owner(word) != 0;
  }

  bool TryFinish() {
    Word word = word_.load();
    do {
      if (Shut(word)) Env::ParkForever();
      if (Busy(word)) return false;
    } while (!word_.compare_exchange_weak(word, Ending(word)));
    return true;
  }

  template <class Try>
  void WaitUntil(Try through) {
    while (!through()) {
      Closer closer{.next = closers_.load()};
      while (!closers_.compare_exchange_weak(closer.next, &closer)) {
      }
      if (Count(word_.load()) == 0) WakeClosers();
      Env::ArmGrace();  // after the look: a clock that finds 0 has us woken
      closer.waiter.Wait();
    }
  }

  void Uncount() {
    const Word word = Move(Uncounted);
    if (Shut(word)) Env::ParkForever();
    if (Last(word)) Env::Exit(2);
    if (Count(word) == 0) WakeClosers();
  }

  void WakeClosers() {
    Closer* closer = closers_.exchange(nullptr);
    while (closer != nullptr) {
      Closer* const next = closer->next;
      closer->waiter.Wake();
      closer = next;
    }
  }

  // A panic in flight that the caller, who holds the print lock, shall print.
  Slot* Claim() {
    Slot* claimed = nullptr;
    Env::ForEachSlot([&claimed](Slot& slot) {
      if (claimed == nullptr && Take(slot, SlotState::kPrinted)) {
        claimed = &slot;
      }
    });
    return claimed;
  }

  // The caller owns the gate and holds the print lock.
  void PrintPending(Slot* first, ReportCause cause) {
    for (Slot* slot = first; slot != nullptr; slot = Claim()) {
      Env::PrintReport(*slot, cause);
    }
  }

  // Rules 7, 8: closes the gate on panics in flight, if there is one to report.
  // Counts itself while it looks, so that no closer gets through meanwhile: one
  // that did has left the list, and exit handlers may panic at their leisure.
  void ReportPending(ReportCause cause) {
    const Word word =
        Move([](Word from) { return Count(from) == 0 ? from : from + 1; });
    if (Shut(word) || Count(word) == 0) return;
    print_.Acquire();
    const bool awaited = IsAwaited();
    Slot* const slot = awaited ? Claim() : nullptr;
    if (slot != nullptr && !Shut(Move(EndingCrashed))) {
      PrintPending(slot, cause);
      Env::Exit(2);
    }
    if (slot != nullptr) slot->state.store(SlotState::kInFlight);  // overtaken
    print_.Release();
    // All that were in flight have left, but others may come.
    if (awaited) Env::ArmGrace();
    Uncount();
  }

  typename Env::template Atomic<Word> word_{0};
  typename Env::template Atomic<Closer*> closers_{nullptr};
  typename Env::Lock print_{};
};

}  // namespace runtime::internal

#endif  // LASTWORDS_RUNTIME_INTERNAL_CONTROL_EXIT_GATE_H_
