#include "runtime/internal/machine/guarded_call.h"

#include <gtest/gtest.h>
#include <signal.h>
#include <sys/mman.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

#include "runtime/internal/machine/sanitizer.h"

namespace runtime::internal {
namespace {

void OnFault(int signal, siginfo_t*, void* context) {
  if (!EndGuardedCall(signal, static_cast<ucontext_t*>(context))) _exit(99);
}

void OnTick(int, siginfo_t* info, void* context) {
  CountTick(*info, static_cast<ucontext_t*>(context));
}

class GuardedCallTest : public testing::Test {
 protected:
  GuardedCallTest() {
    Install(SIGSEGV, &OnFault);
    Install(SIGILL, &OnFault);
    Install(kTickSignal, &OnTick);
    page_ = mmap(nullptr, 4096, PROT_NONE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
  }
  ~GuardedCallTest() override {
    munmap(page_, 4096);
    for (const int signal : {SIGSEGV, SIGILL, kTickSignal}) {
      sigaction(signal, &before_[signal], nullptr);
    }
  }

  void Install(int signal, void (*handler)(int, siginfo_t*, void*)) {
    struct sigaction action = {};
    action.sa_sigaction = handler;
    action.sa_flags = SA_SIGINFO | SA_NODEFER;
    sigaction(signal, &action, &before_[signal]);
  }

  void* page_ = nullptr;
  struct sigaction before_[_NSIG] = {};
};

LASTWORDS_UNINSTRUMENTED void Touch(void* page) {
  *static_cast<volatile char*>(page) = 1;
}
LASTWORDS_UNINSTRUMENTED void TouchDeeper(void* page) {
  volatile char frame[4096];
  frame[0] = 1;
  Touch(page);
  frame[1] = frame[0];  // no tail call
}
LASTWORDS_UNINSTRUMENTED void Spin(void*) {
  for (volatile bool for_ever = true; for_ever;) {
  }
}
LASTWORDS_UNINSTRUMENTED void Increment(void* number) {
  ++*static_cast<int*>(number);
}

TEST_F(GuardedCallTest, OneThatReturnsHasBeenMade) {
  int number = 1;
  Guard guard;
  EXPECT_TRUE(CallGuarded(&guard, &Increment, &number));
  EXPECT_EQ(number, 2);
  EXPECT_EQ(guard.signal, 0);
}

#if defined(__x86_64__)

TEST_F(GuardedCallTest, AFaultEndsItAndNotTheProgram) {
  for (int round = 0; round < 3; ++round) {
    Guard guard;
    EXPECT_FALSE(CallGuarded(&guard, &TouchDeeper, page_));
    EXPECT_EQ(guard.signal, SIGSEGV);
    EXPECT_NE(guard.pc, 0u);
  }
  ucontext_t context = {};
  EXPECT_FALSE(EndGuardedCall(SIGSEGV, &context)) << "no call is left";
}

struct Nested {
  void* page;
  bool inner_returned = true;
  bool went_on = false;
};

LASTWORDS_UNINSTRUMENTED void CallInner(void* arg) {
  auto& nested = *static_cast<Nested*>(arg);
  Guard guard;
  nested.inner_returned = CallGuarded(&guard, &Touch, nested.page);
  nested.went_on = true;
}

TEST_F(GuardedCallTest, TheInnermostEnds) {
  Nested nested = {.page = page_};
  Guard guard;
  EXPECT_TRUE(CallGuarded(&guard, &CallInner, &nested));
  EXPECT_FALSE(nested.inner_returned);
  EXPECT_TRUE(nested.went_on);
}

bool MayNotEnd(void*, int) { return false; }
bool MayEnd(void* asked, int signal) {
  *static_cast<int*>(asked) = signal;
  return true;
}

LASTWORDS_UNINSTRUMENTED void CallUnendable(void* page) {
  Guard guard = {.may_end = &MayNotEnd};
  CallGuarded(&guard, &Touch, page);
}

TEST_F(GuardedCallTest, OneThatMayNotEndEndsWithTheOneAroundIt) {
  int asked = 0;
  Guard guard = {.may_end = &MayEnd, .arg = &asked};
  EXPECT_FALSE(CallGuarded(&guard, &CallUnendable, page_));
  EXPECT_EQ(asked, SIGSEGV);
}

LASTWORDS_UNINSTRUMENTED void Trap(void*) { __builtin_trap(); }

TEST_F(GuardedCallTest, WhatElseEndsItIsAskedFor) {
  EXPECT_EXIT(
      {
        Guard guard;
        CallGuarded(&guard, &Trap, nullptr);
      },
      testing::ExitedWithCode(99), "");
  int asked = 0;
  Guard guard = {.may_end = &MayEnd, .arg = &asked};
  EXPECT_FALSE(CallGuarded(&guard, &Trap, nullptr));
  EXPECT_EQ(guard.signal, SIGILL);
}

TEST_F(GuardedCallTest, OneThatTakesTooLongEnds) {
#if defined(LASTWORDS_TSAN)
  GTEST_SKIP() << "its signals come when the thread next calls into libc";
#endif
  int asked = 0;
  Guard guard = {.max_ticks = 2, .may_end = &MayEnd, .arg = &asked};
  StartTicks();
  EXPECT_FALSE(CallGuarded(&guard, &Spin, nullptr));
  StopTicks();
  EXPECT_EQ(guard.signal, kTickSignal);
  EXPECT_EQ(guard.ticks, 2);
}

LASTWORDS_UNINSTRUMENTED void SpinInner(void*) {
  Guard guard;
  CallGuarded(&guard, &Spin, nullptr);
}

TEST_F(GuardedCallTest, ALimitHoldsForCallsWithin) {
#if defined(LASTWORDS_TSAN)
  GTEST_SKIP() << "its signals come when the thread next calls into libc";
#endif
  int asked = 0;
  Guard guard = {.max_ticks = 1, .may_end = &MayEnd, .arg = &asked};
  StartTicks();
  EXPECT_FALSE(CallGuarded(&guard, &SpinInner, nullptr));
  StopTicks();
  EXPECT_EQ(guard.signal, kTickSignal);
}

// The kernel counts from 0 again.
int StopInChildOfFork() {
  ForgetTicks();
  timer_t own;
  if (timer_create(CLOCK_MONOTONIC, nullptr, &own) != 0) return 1;
  StopTicks();
  itimerspec left;
  return timer_gettime(own, &left) == 0 ? 7 : 2;
}

TEST_F(GuardedCallTest, TheChildOfForkDoesNotStopItsParentsTicks) {
  StartTicks();
  const pid_t child = fork();
  if (child == 0) _exit(StopInChildOfFork());
  int status = 0;
  waitpid(child, &status, 0);
  StopTicks();
  EXPECT_EQ(WEXITSTATUS(status), 7);
}

#endif

}  // namespace
}  // namespace runtime::internal
