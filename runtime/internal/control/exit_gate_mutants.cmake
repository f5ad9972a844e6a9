# Writes a header of wrong copies of the exit gate, each with one seeded bug, for
# exit_gate_test.cc to convict. The page that ships stays free of switches, and a
# patch that no longer fits the page stops the build.
#
#   cmake -DGATE=exit_gate.h -DOUT=exit_gate_mutants.h -P exit_gate_mutants.cmake

file(READ "${GATE}" page)
string(FIND "${page}" "template <class Env>\nclass ExitGate {" begin)
string(FIND "${page}" "}  // namespace runtime::internal" end)
math(EXPR length "${end} - ${begin}")
string(SUBSTRING "${page}" ${begin} ${length} page)

set(copies "")
set(names "")

# mutant(Name  right wrong  [right wrong]...)
function(mutant name)
  set(copy "${page}")
  string(REPLACE "class ExitGate {" "class ${name} {" copy "${copy}")
  set(i 1)
  while(i LESS ARGC)
    math(EXPR j "${i} + 1")
    set(right "${ARGV${i}}")
    set(wrong "${ARGV${j}}")
    string(FIND "${copy}" "${right}" first)
    string(FIND "${copy}" "${right}" last REVERSE)
    if(first EQUAL -1 OR NOT first EQUAL last)
      message(FATAL_ERROR "${name}: not exactly once in ${GATE}: ${right}")
    endif()
    string(REPLACE "${right}" "${wrong}" copy "${copy}")
    math(EXPR i "${i} + 2")
  endwhile()
  set(copies "${copies}${copy}" PARENT_SCOPE)
  set(names "${names} \\\n  X(${name})" PARENT_SCOPE)
endfunction()

mutant(EnterDoesNotParkOnClosed
  [[if (Shut(word) || Ended(word)) Env::ParkForever();
  }

  // A]]
  [[if (Ended(word)) Env::ParkForever();
  }

  // A]])
mutant(CountsBeforePublishing
  [[    slot.state.store(SlotState::kInFlight);
    const]] [[    const]]
  [[if (Shut(word) || Ended(word)) Env::ParkForever();]]
  [[if (Shut(word) || Ended(word)) Env::ParkForever();
    slot.state.store(SlotState::kInFlight);]])
mutant(NestedPanicWithoutLock
  [[    print_.Acquire();
    change();
    print_.Release();]] [[    change();]])
mutant(LeaveDoesNotAskWhoPrints
  [[if (!Take(slot, SlotState::kIdle)) Env::ParkForever();]]
  [[slot.state.store(SlotState::kIdle);]])
mutant(LeaveDoesNotWake
  [[    if (Last(word)) Env::Exit(2);
    if (Count(word) == 0) WakeClosers();]]
  [[    if (Last(word)) Env::Exit(2);]])
mutant(LastLeaverDoesNotExit
  [[    if (Last(word)) Env::Exit(2);
    if]] [[    if]])
mutant(CrashPrintsWithoutLock
  [[    print_.Acquire();
    if (!Shut(Move(Crashed))) {]]
  [[    if (!Shut(Move(Crashed))) {]]
  [[    print_.Release();
    Env::ArmGrace();
    Env::ParkForever();]]
  [[    Env::ArmGrace();
    Env::ParkForever();]])
mutant(CrashNeverSetsCrashed
  [[if (!Shut(Move(Crashed))) {]]
  [[if (!Shut(Move([](Word word) { return word; }))) {]])
mutant(CrashedAfterUncounting
  [[if (!Shut(Move(Crashed))) {]]
  [[if (!Shut(Move([](Word word) { return word; }))) {]]
  [[if (Last(Move(Uncounted))) Env::Exit(2);]]
  [[Move(Uncounted);
      if (Last(Move(Crashed))) Env::Exit(2);]])
mutant(UncountsBeforePrinting
  [[      Env::PrintReport(slot, cause);
      if (Last(Move(Uncounted))) Env::Exit(2);]]
  [[      const bool last = Last(Move(Uncounted));
      Env::PrintReport(slot, cause);
      if (last) Env::Exit(2);]])
mutant(CrashDoesNotArmGrace
  [[    print_.Release();
    Env::ArmGrace();
    Env::ParkForever();]]
  [[    print_.Release();
    Env::ParkForever();]])
mutant(ExitWaitsForOwnPanic
  [[own != nullptr && InFlight(*own)) {
      Crash]]
  [[own != nullptr && own == nullptr) {
      Crash]])
mutant(CloserDoesNotLookAgain
  [[      if (Count(word_.load()) == 0) WakeClosers();
]] "")
mutant(CloserDoesNotTryAgain
  [[while (!through()) {]] [[if (!through()) {]])
mutant(CloseDoesNotArmGrace
  [[      Env::ArmGrace();  // after the look: a clock that finds 0 has us woken
]] "")
mutant(CloseArmsGraceTooEarly
  [[      if (Count(word_.load()) == 0) WakeClosers();
      Env::ArmGrace();]]
  [[      Env::ArmGrace();
      if (Count(word_.load()) == 0) WakeClosers();]])
mutant(TwoClosersGetThrough
  [[    if (Taken(word)) Env::ParkForever();
    return]] [[    return]])
mutant(CloserIgnoresCount
  [[Word word = 0;
    if]] [[Word word = word_.load();
    if]])
mutant(HandlerIgnoresFinishedReports
  [[if ((word_.load() & kCrashed) != 0) Env::Exit(2);]]
  [[if (slot != nullptr) Env::Exit(2);]])
mutant(HandlerPrintsBehindASignal
  [[    if (slot != nullptr && Shut(Move(Crashed))) Env::ParkForever();  // a signal]]
  [[    if (slot != nullptr) Move(Crashed);]])
mutant(HandlerCrashedAfterPrinting
  [[    if (slot != nullptr && Shut(Move(Crashed))) Env::ParkForever();  // a signal
    PrintPending(slot, ReportCause::kExitInHandler);]]
  [[    PrintPending(slot, ReportCause::kExitInHandler);
    if (slot != nullptr && Shut(Move(Crashed))) Env::ParkForever();]])
mutant(SignalIgnoresPanics
  [[Word word = word_.load();
    do {
      if (Busy(word)) return false;]]
  [[Word word = word_.load();
    do {]])
mutant(AsleepIgnoresClosers
  [[    if (!IsAwaited()) return false;]]
  [[    if ((word_.load() & kCrashed) == 0) return false;]])
mutant(AsleepIgnoresCrashed
  [[    if (!IsAwaited()) return false;]]
  [[    if (closers_.load() == nullptr) return false;]])
mutant(GraceIgnoresClosers
  [[awaited = IsAwaited();]] [[awaited = (word & kCrashed) != 0;]])
mutant(GraceIgnoresCrashed
  [[awaited = IsAwaited();]] [[awaited = closers_.load() != nullptr;]])
mutant(GraceEndsWhenNobodyWaits
  [[awaited = IsAwaited();]] [[awaited = true;]])
mutant(GraceAsksBeforeItCounts
  [[    const Word word =
        Move([](Word from) { return Count(from) == 0]]
  [[    const bool awaited = IsAwaited();
    const Word word =
        Move([](Word from) { return Count(from) == 0]]
  [[    const bool awaited = IsAwaited();
    Slot]] [[    Slot]])
mutant(OvertakesAReportMidway
  [[    if (Shut(Move(EndingCrashed))) Env::ParkForever();
    print_.Acquire();]]
  [[    if (Shut(Move(EndingCrashed))) Env::ParkForever();]])
mutant(TwoFatalErrors
  [[    if (Shut(Move(EndingCrashed))) Env::ParkForever();
    print_.Acquire();]]
  [[    Move(EndingCrashed);
    print_.Acquire();]])
mutant(ForkKeepsTheCount
  [[    word_.store(own != nullptr && InFlight(*own) ? 1 : 0);
]] [[    (void)own;
]])
mutant(ForkDropsTheCallersPanic
  [[own != nullptr && InFlight(*own) ? 1 : 0]]
  [[own != nullptr && InFlight(*own) ? 0 : 0]])
mutant(ForkKeepsTheLock
  [[    print_.Reset();
]] "")
mutant(GraceTrustsTheCount
  [[if (slot != nullptr && !Shut(Move(EndingCrashed)))]]
  [[if (!Shut(Move(EndingCrashed)))]])
mutant(GraceDoesNotCountItself
  [[return Count(from) == 0 ? from : from + 1;]] [[return from;]]
  [[    if (awaited) Env::ArmGrace();
    Uncount();]] [[    if (awaited) Env::ArmGrace();]])
mutant(GraceIsNotArmedAgain
  [[    if (awaited) Env::ArmGrace();
]] "")
mutant(GraceStopsAtOneReport
  [[slot != nullptr; slot = Claim())]] [[slot != nullptr; slot = nullptr)]])

mutant(LeaverGoesOnBehindAClosedGate
  [[    if (Shut(word)) Env::ParkForever();
    if (Last]] [[    if (Last]])
mutant(CrashIgnoresClosed
  [[    if (!Shut(Move(Crashed))) {]]
  [[    Move(Crashed);
    {]])
mutant(OvertakenClockKeepsItsClaim
  [[    if (slot != nullptr) slot->state.store(SlotState::kInFlight);  // overtaken
]] "")
mutant(SignalLeavesTheGateToTheCloser
  [[Word word = word_.load();
    do {
      if (Busy(word)) return false;]]
  [[Word word = word_.load();
    do {
      if (Busy(word)) return false;
      if (Owner(word) != 0) return true;]])
mutant(OwnerMayNotCloseAgain
  [[    return Owner(word) != 0;]] [[    return false;]])

mutant(ThreadsEndWithMain
  [[return Taken(word) && Env::IsGoroutine();]] [[return Taken(word);]])
mutant(GoroutinesOutliveMain
  [[return Taken(word) && Env::IsGoroutine();]]
  [[return false && Taken(word);]])
mutant(FatalErrorEndsWithMain
  [[    if (Shut(Move(EndingCrashed))) Env::ParkForever();
    print_.Acquire();]]
  [[    if (Taken(word_.load())) Env::ParkForever();
    if (Shut(Move(EndingCrashed))) Env::ParkForever();
    print_.Acquire();]])
mutant(FinishIgnoresPanics
  [[      if (Shut(word)) Env::ParkForever();
      if (Busy(word)) return false;]]
  [[      if (Shut(word)) Env::ParkForever();]])
mutant(FinishIgnoresShut
  [[      if (Shut(word)) Env::ParkForever();
      if (Busy]] [[      if (Busy]])
mutant(FinishDoesNotShut
  [[      if (Shut(word)) Env::ParkForever();
      if (Busy(word)) return false;
    } while (!word_.compare_exchange_weak(word, Ending(word)));]]
  [[      if (Shut(word)) Env::ParkForever();
      if (Busy(word)) return false;
    } while (!word_.compare_exchange_weak(word, Owned(word)));]])
mutant(LastReportDoesNotShut
  [[return Last(word - 1) ? Ending(word - 1) : word - 1;]]
  [[return Last(word - 1) ? Owned(word - 1) : word - 1;]])
mutant(FatalErrorDoesNotShut
  [[return Ending(Crashed(word));]] [[return Owned(Crashed(word));]])
mutant(HandlerTakesTheGateFromItsOwner
  [[{ return Taken(word) ? word : Ending(word); }]]
  [[{ return Ending(word); }]])

file(WRITE "${OUT}" "// NOLINTBEGIN: these bugs are meant. Written by exit_gate_mutants.cmake.

#ifndef RUNTIME_INTERNAL_CONTROL_EXIT_GATE_MUTANTS_H_
#define RUNTIME_INTERNAL_CONTROL_EXIT_GATE_MUTANTS_H_

#include \"runtime/internal/sched/gate_slot.h\"

#define EXIT_GATE_MUTANTS(X)${names}

namespace runtime::internal {

${copies}}  // namespace runtime::internal

#endif  // RUNTIME_INTERNAL_CONTROL_EXIT_GATE_MUTANTS_H_
// NOLINTEND
")
