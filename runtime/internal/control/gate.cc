#include "runtime/internal/control/gate.h"

#include <errno.h>
#include <limits.h>
#include <pthread.h>
#include <signal.h>
#include <stdlib.h>
#include <sys/syscall.h>
#include <unistd.h>

#include "runtime/internal/base/config.h"
#include "runtime/internal/base/end_process.h"
#include "runtime/internal/base/fatal.h"
#include "runtime/internal/base/vfork_child.h"
#include "runtime/internal/control/libc_exit.h"
#include "runtime/internal/control/panic_state.h"
#include "runtime/internal/control/report.h"
#include "runtime/internal/machine/signal_stack.h"
#include "runtime/internal/sched/asleep.h"
#include "runtime/internal/sched/scheduler.h"
#include "runtime/internal/sched/timers.h"

namespace runtime::internal {
namespace {

constexpr int64_t kNsPerMs = 1'000'000;

uint32_t ThreadId() { return static_cast<uint32_t>(syscall(SYS_gettid)); }

constinit TheGate gate;

// Waiters that have blocked their thread look again when this moves.
constinit FutexWord wakes_of_threads{0};

// The grace period (rule 8). ----------------------------------------------

std::atomic<bool> grace_armed = false;

void GraceOver(void*) {
  grace_armed.store(false);
  gate.GraceEnded();
}

// An exit that waits for nothing but its grace is asleep.
constinit Timer grace_timer = {
    .fire = &GraceOver, .argument = nullptr, .keeps_awake = false};

// A termination signal that must wait (rule 13). ---------------------------

// All that end a process by default and have nothing to report.
constexpr int kTerminationSignals[] = {SIGTERM,   SIGINT,  SIGHUP,  SIGPIPE,
                                       SIGALRM,   SIGUSR1, SIGUSR2, SIGPROF,
                                       SIGVTALRM, SIGXCPU, SIGXFSZ};

std::atomic<int> termination_signal = 0;

// The clock's thread shuts the gate on the signal's behalf.
void FinishForSignal() {
  gate.Finish();
  DieBySignal(termination_signal.load());
}

void OnTerminationSignal(int signal) {
  const int saved_errno = errno;
  if (InVforkChild() || gate.CloseBySignal()) DieBySignal(signal);
  int none = 0;
  if (termination_signal.compare_exchange_strong(none, signal)) {
    CallOnClock(&FinishForSignal);
  }
  errno = saved_errno;
}

// As far as one can tell: on a signal stack, or on a thread of the runtime's
// that runs no goroutine.
bool InSignalHandler() {
  return OnSignalStack() || OnClockThread() ||
         (OnWorkerThread() && CurrentGOrNull() == nullptr);
}

void AfterFork() {
  grace_armed.store(false);
  G* g = CurrentGOrNull();
  TheGate::Slot* const own = g == nullptr ? nullptr : &SlotOf(g);
  GateEnv::ForEachSlot([own](TheGate::Slot& slot) {
    if (&slot != own) slot.state.store(SlotState::kIdle);  // the parent's
  });
  gate.ForkChild(own);
  ForgetReport();
  NoteOwnProcess();
}

}  // namespace

TheGate& Gate() { return gate; }

void GateEnv::Lock::Acquire() {
  const uint32_t self = ThreadId();
  if (owner_.load() == self) {
    ++depth_;
    return;
  }
  // Between two steps forward the holder may wait for every sink.
  constexpr int64_t kSinks = 4;
  constexpr int64_t kSlackNs = 1000 * kNsPerMs;
  const int64_t patience_ns =
      kSinks * GetConfig().report_deadline_ms * kNsPerMs + kSlackNs;
  int64_t deadline_ns = MonotonicNs() + patience_ns;
  uint32_t progress = progress_.load();
  uint32_t owner = 0;
  while (!owner_.compare_exchange_strong(owner, self)) {
    if (const uint32_t now = progress_.load(); now != progress) {
      progress = now;
      deadline_ns = MonotonicNs() + patience_ns;
    }
    const int64_t left_ns = deadline_ns - MonotonicNs();
    if (left_ns <= 0) {
      owner_.store(self);
      break;
    }
    FutexWait(&owner_, owner, left_ns);
    owner = 0;
  }
  NoteProgress();
  depth_ = 1;
}

void GateEnv::Lock::Release() {
  if (owner_.load() != ThreadId() || --depth_ != 0) return;
  owner_.store(0);
  FutexWake(&owner_, 1);
}

void GateEnv::Lock::Reset() {
  owner_.store(0);
  depth_ = 0;
}

bool GateEnv::Waiter::CommitWait(G* g, void* waiter) {
  void* nobody = nullptr;
  return static_cast<Waiter*>(waiter)->state_.compare_exchange_strong(nobody,
                                                                      g);
}

// At the end of the exit handlers nothing else is there for the thread to run.
void GateEnv::Waiter::WaitOnThread() {
  for (;;) {
    const uint32_t seen = wakes_of_threads.load();
    if (state_.load() != nullptr) return;
    FutexWait(&wakes_of_threads, seen, kNoTimeout);
  }
}

void GateEnv::Waiter::Wait() {
  if (OnClockThread()) {
    ServeClockUntil(&state_);
  } else if (IsLastG(CurrentG())) {
    WaitOnThread();
  } else if (state_.load() == nullptr) {
    Park(&CommitWait, this, WaitReason::kPanicWait);
  }
}

void GateEnv::Waiter::Wake() {
  // Nothing of the waiter is touched after this: it may be gone.
  if (void* g = state_.exchange(this)) {
    Ready(static_cast<G*>(g));
  } else {
    WakeClock();
    wakes_of_threads.fetch_add(1);
    FutexWake(&wakes_of_threads, INT_MAX);
  }
}

uint32_t GateEnv::Self() {
  constexpr uint32_t kThreadBit = 0x80000000;
  if (const G* g = CurrentGOrNull()) return g->table_index + 1;
  return ThreadId() | kThreadBit;
}

bool GateEnv::IsGoroutine() {
  const G* g = CurrentGOrNull();
  return g != nullptr && g->thread_note == nullptr;
}

void GateEnv::ParkForever() {
  if (OnClockThread()) ServeClockUntil(nullptr);
  const G* g = CurrentGOrNull();
  if (g == nullptr || IsLastG(g)) {
    for (;;) pause();
  }
  internal::ParkForever(WaitReason::kPanicWait);
}

void GateEnv::ArmGrace() {
  const int grace_ms = GetConfig().exit_grace_ms;
  if (grace_ms == 0 || grace_armed.exchange(true)) return;
  AddTimer(&grace_timer, MonotonicNs() + grace_ms * kNsPerMs);
}

void GateEnv::PrintReport(Slot& slot, ReportCause cause) {
  PrintPanicReport(static_cast<G*>(slot.record), cause);
}

void GateEnv::Yield() { internal::Yield(); }

void GateEnv::Exit(int status) {
  if (status == kExitCrashed) EndAfterReport();
  _exit(status);
}

void AllAsleep(bool no_goroutines) {
  if (gate.AllAsleep()) return;
  Deadlock(no_goroutines
               ? "no goroutines (main called runtime.Goexit) - deadlock!"
               : "all goroutines are asleep - deadlock!");
}

void ExitThroughGate(int status, bool quick) {
  if (InVforkChild()) _exit(status);
  if (InSignalHandler()) {
    // Rule 10: a handler must not wait for what it may have interrupted.
    gate.CloseInHandler();
    _exit(status);
  }
  G* g = CurrentG();
  if (TheGate::InFlight(SlotOf(g))) RenderPanics(g);
  gate.Close(&SlotOf(g));
  StopScheduling();
  if (quick) LibcQuickExit(status);
  LibcExit(status);
}

void FinishExit() { gate.Finish(); }

void InstallGateHandlers() {
  for (const int signal : kTerminationSignals) {
    struct sigaction action = {};
    sigaction(signal, nullptr, &action);
    if ((action.sa_flags & SA_SIGINFO) != 0 || action.sa_handler != SIG_DFL) {
      continue;
    }
    action.sa_handler = &OnTerminationSignal;
    action.sa_flags = SA_ONSTACK | SA_RESTART;
    sigfillset(&action.sa_mask);
    sigaction(signal, &action, nullptr);
  }
  PendingTimers();  // makes the clock's state, which a handler may need
  pthread_atfork(nullptr, nullptr, &AfterFork);
}

}  // namespace runtime::internal
