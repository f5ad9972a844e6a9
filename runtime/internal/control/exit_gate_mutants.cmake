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
  [[if (Shut(Move([](Word word) { return word + 1; }))) Env::ParkForever();]]
  [[Move([](Word word) { return word + 1; });]])
mutant(CountsBeforePublishing
  [[    slot.state.store(SlotState::kInFlight);
    if (Shut]] [[    if (Shut]]
  [[{ return word + 1; }))) Env::ParkForever();]]
  [[{ return word + 1; }))) Env::ParkForever();
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
    if (!Shut(Move([](]] [[    if (!Shut(Move([](]]
  [[    print_.Release();
    Env::ArmGrace();
    Env::ParkForever();]]
  [[    Env::ArmGrace();
    Env::ParkForever();]])
mutant(CrashNeverSetsCrashed
  [[Move([](Word word) { return word | kCrashed; })]]
  [[Move([](Word word) { return word; })]])
mutant(CrashedAfterUncounting
  [[Move([](Word word) { return word | kCrashed; })]]
  [[Move([](Word word) { return word; })]]
  [[if (Last(Move(Uncounted))) Env::Exit(2);]]
  [[Move(Uncounted);
      if (Last(Move([](Word word) { return word | kCrashed; }))) Env::Exit(2);]])
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
  [[while (!TryClose()) {]] [[if (!TryClose()) {]])
mutant(CloseDoesNotArmGrace
  [[      Env::ArmGrace();  // after the look: a clock that finds 0 has us woken
]] "")
mutant(CloseArmsGraceTooEarly
  [[      if (Count(word_.load()) == 0) WakeClosers();
      Env::ArmGrace();]]
  [[      Env::ArmGrace();
      if (Count(word_.load()) == 0) WakeClosers();]])
mutant(TwoClosersGetThrough
  [[    if (Shut(word)) Env::ParkForever();
    return]] [[    return]])
mutant(CloserIgnoresCount
  [[Word word = 0;
    if]] [[Word word = word_.load();
    if]])
mutant(HandlerIgnoresFinishedReports
  [[reported || (word_.load() & kCrashed) != 0]] [[reported]])
mutant(SignalIgnoresPanics
  [[if ((word & (kCrashed | kCountMask)) != 0) return false;]] "")
mutant(AsleepIgnoresClosers
  [[closers_.load() == nullptr && (word]] [[(word]])
mutant(AsleepIgnoresCrashed
  [[closers_.load() == nullptr && (word_.load() & kCrashed) == 0]]
  [[closers_.load() == nullptr]])
mutant(OvertakesAReportMidway
  [[    if (Shut(Move(OwnedCrashed))) Env::ParkForever();
    print_.Acquire();]]
  [[    if (Shut(Move(OwnedCrashed))) Env::ParkForever();]])
mutant(TwoFatalErrors
  [[    if (Shut(Move(OwnedCrashed))) Env::ParkForever();
    print_.Acquire();]]
  [[    Move(OwnedCrashed);
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
  [[if (slot != nullptr && !Shut(Move(OwnedCrashed)))]]
  [[if (!Shut(Move(OwnedCrashed)))]])
mutant(GraceDoesNotCountItself
  [[return Count(from) == 0 ? from : from + 1;]] [[return from;]]
  [[but others may come
    Uncount();]] [[but others may come]])
mutant(GraceIsNotArmedAgain
  [[    Env::ArmGrace();  // all that were in flight have left, but others may come
]] "")
mutant(GraceStopsAtOneReport
  [[slot != nullptr; slot = Claim())]] [[slot != nullptr; slot = nullptr)]])

mutant(LeaverGoesOnBehindAClosedGate
  [[    if (Shut(word)) Env::ParkForever();
    if (Last]] [[    if (Last]])
mutant(CrashIgnoresClosed
  [[    if (!Shut(Move([](Word word) { return word | kCrashed; }))) {]]
  [[    Move([](Word word) { return word | kCrashed; });
    {]])
mutant(OvertakenClockKeepsItsClaim
  [[    if (slot != nullptr) slot->state.store(SlotState::kInFlight);  // overtaken
]] "")
mutant(SignalLeavesTheGateToTheCloser
  [[if ((word & (kCrashed | kCountMask)) != 0) return false;]]
  [[if ((word & (kCrashed | kCountMask)) != 0) return false;
      if (Owner(word) != 0) return true;]])
mutant(OwnerMayNotCloseAgain
  [[    return Owner(word) != 0;]] [[    return false;]])

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
