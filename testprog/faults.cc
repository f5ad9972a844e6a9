// Seven ways to die, for ci/faults, which decides what happens meanwhile.
//
// TESTPROG_CROWD: so many goroutines die at once, each on a thread of its own.
// TESTPROG_COPY: reports go to this descriptor too. TESTPROG_TIMERS: each of
// these threads gets 10,000 signals a second. SIGUSR1 is handled, and
// interrupts system calls; who sends it comes from outside.
#include <signal.h>
#include <time.h>
#include <unistd.h>

#include <cstdlib>

#include "runtime/chan.h"
#include "runtime/debug.h"
#include "runtime/defer.h"
#include "runtime/go.h"
#include "runtime/panic.h"
#include "runtime/select.h"
#include "runtime/sync.h"
#include "testprog/registry.h"

namespace testprog {
namespace {

int Setting(const char* name, int fallback) {
  const char* const text = std::getenv(name);
  return text == nullptr ? fallback : std::atoi(text);
}

void HandleSignal(int number, int flags) {
  struct sigaction action = {};
  action.sa_handler = [](int) {};
  action.sa_flags = SA_ONSTACK | flags;
  sigaction(number, &action, nullptr);
}

void StartTimer() {
  sigevent event = {};
  event.sigev_notify = SIGEV_THREAD_ID;
  event.sigev_signo = SIGUSR2;
  event._sigev_un._tid = gettid();
  timer_t timer;
  timer_create(CLOCK_MONOTONIC, &event, &timer);
  const timespec often = {.tv_sec = 0, .tv_nsec = 100'000};
  const itimerspec times = {.it_interval = often, .it_value = often};
  timer_settime(timer, 0, &times, nullptr);
}

}  // namespace

// Of those that die at once, who is not there yet.
inline runtime::WaitGroup missing;

inline void Meet() {
  missing.Done();
  missing.Wait();
}

// Deep enough for a report that is longer than a pipe of one page.
inline __attribute__((noinline)) void Deep(int depth, void (*die)()) {
  depth == 0 ? die() : Deep(depth - 1, die);
  __asm__ volatile("");  // or the call could be a jump
}

inline __attribute__((noinline)) int Overflow(int depth) {
  volatile char buffer[1024];
  buffer[0] = static_cast<char>(depth);
  if (depth < 0) return 0;
  return Overflow(depth + 1) + buffer[0];
}

inline void DieTogether(void (*die)()) {
  HandleSignal(SIGUSR1, 0);
  HandleSignal(SIGUSR2, SA_RESTART);
  runtime::SetCrashOutput(Setting("TESTPROG_COPY", -1));
  const int crowd = Setting("TESTPROG_CROWD", 1);
  missing.Add(crowd);
  for (int i = 0; i < crowd; ++i) {
    runtime::Go([die] {
      runtime::LockOsThread();
      if (Setting("TESTPROG_TIMERS", 0) != 0) StartTimer();
      Deep(95, die);
    });
  }
  runtime::Select();
}

SCENARIO(DieByPanic) {
  DieTogether([] {
    runtime::Defer all_panic(&Meet);
    runtime::Panic("crash");
  });
}

SCENARIO(DieByTwoPanics) {
  DieTogether([] {
    runtime::Defer again([] {
      Meet();
      runtime::Panic("second");
    });
    runtime::Panic("first");
  });
}

SCENARIO(DieByNilDeref) {
  DieTogether([] {
    runtime::Defer all_panic(&Meet);
    volatile int* volatile nil = nullptr;
    *nil = 1;
  });
}

SCENARIO(DieByFatal) {
  DieTogether([] {
    Meet();
    runtime::Fatal("crash");
  });
}

SCENARIO(DieByDeadlock) {
  DieTogether([] { runtime::MakeChan<int>().Recv(); });
}

SCENARIO(DieByOverflow) {
  DieTogether([] {
    Meet();
    Overflow(0);
  });
}

SCENARIO(DieByAbort) {
  DieTogether([] {
    Meet();
    std::abort();
  });
}

}  // namespace testprog
