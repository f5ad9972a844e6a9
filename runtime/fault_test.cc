// Hardware faults as panics: where they are, what runs, and where they are
// not. Runs in goroutine 1.
#include <fenv.h>
#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <sys/mman.h>

#include <atomic>
#include <csignal>
#include <cstdio>
#include <iterator>
#include <string>

#include "runtime/chan.h"
#include "runtime/debug.h"
#include "runtime/defer.h"
#include "runtime/go.h"
#include "runtime/internal/machine/sigpanic.h"
#include "runtime/internal/testing/goroutines.h"
#include "runtime/panic.h"
#include "runtime/sync.h"

namespace runtime {

// Not local to this file: the compiler must not know that they stay null.
int* volatile nil = nullptr;
volatile int zero = 0;
void (*volatile nil_function)() = nullptr;

namespace {

using testing::AllOf;
using testing::ExitedWithCode;
using testing::HasSubstr;
using testing::Not;
using testing::StartsWith;

constexpr int kCrashed = 2;
constexpr const char* kNil =
    "runtime error: invalid memory address or nil pointer dereference";
constexpr const char* kDivide = "runtime error: integer divide by zero";

std::string spoken;

class Tracer {
 public:
  explicit Tracer(const char* name) : name_(name) {}
  Tracer(const Tracer&) = delete;
  Tracer& operator=(const Tracer&) = delete;
  ~Tracer() { spoken.append(name_).append(" "); }

 private:
  const char* const name_;
};

// Reads: writes of many goroutines to one address would be a race.
void DereferenceNil() { static_cast<void>(*static_cast<volatile int*>(nil)); }

volatile char* ClosedPage() {
  return static_cast<volatile char*>(
      mmap(nullptr, 4096, PROT_NONE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0));
}

class FaultTest : public testing::Test {
 protected:
  void SetUp() override {
    if (!internal::kCanCallFromFault) GTEST_SKIP() << "x86-64 only";
    spoken.clear();
  }
};

TEST_F(FaultTest, ANilDereferenceIsARuntimeErrorWithoutAnAddress) {
  bool seen = false;
  Protect([&] {
    Defer handler([&] {
      const auto value = Recover();
      const auto* error = value->As<RuntimeError>();
      ASSERT_NE(error, nullptr);
      EXPECT_EQ(error->Error(), kNil);
      EXPECT_EQ(error->Addr(), std::nullopt);
      seen = true;
    });
    DereferenceNil();
  });
  EXPECT_TRUE(seen);
}

TEST_F(FaultTest, SoIsEveryAddressOfTheFirstPage) {
  EXPECT_EQ(PanicOf([] { nil[1023] = 1; }), kNil);
}

TEST_F(FaultTest, IntegerDivisionByZero) {
  EXPECT_EQ(PanicOf([] { zero = 7 / zero; }), kDivide);
  zero = 0;
}

#if defined(__x86_64__)

extern "C" {
long test_divisor[2];
}

// One instruction, dividing so much that even by 1 there is no room. `by` is
// in rcx, r9, bh and memory.
#define DIVIDES_BY(instruction)                                            \
  [](long by) {                                                            \
    test_divisor[0] = by;                                                  \
    test_divisor[1] = by;                                                  \
    asm volatile("mov %%cl, %%bh\n" instruction                            \
                 :                                                         \
                 : "c"(by), "a"(0x100), "d"(1), "S"(test_divisor), "D"(1L) \
                 : "rbx", "r9", "r10", "memory");                          \
  }

TEST_F(FaultTest, ADivisionThatOverflowsIsTold) {
  constexpr void (*kDivisions[])(long) = {
      DIVIDES_BY("divb %%cl"),
      DIVIDES_BY("divb %%bh"),
      DIVIDES_BY("mov %%rcx, %%r9; divb %%r9b"),
      DIVIDES_BY("divw %%cx"),
      DIVIDES_BY("divl %%ecx"),
      DIVIDES_BY("idivq %%rcx"),
      DIVIDES_BY("mov %%rcx, %%r9; divq %%r9"),
      DIVIDES_BY("divb 8(%%rsi)"),
      DIVIDES_BY("divw (%%rsi)"),
      DIVIDES_BY("idivl 8(%%rsi)"),
      DIVIDES_BY("divq (%%rsi, %%rdi, 8)"),
      DIVIDES_BY("divq 0(, %%rsi, 1)"),
      DIVIDES_BY("mov %%rsi, %%r9; divq (%%r9)"),
      DIVIDES_BY("lea -0x1000(%%rsi), %%r10; divq 0x1000(%%r10, %%rdi, 8)"),
      DIVIDES_BY("divq test_divisor(%%rip)"),
  };
  for (size_t i = 0; i < std::size(kDivisions); ++i) {
    EXPECT_EQ(PanicOf([&] { kDivisions[i](0); }), kDivide) << i;
    EXPECT_EQ(PanicOf([&] { kDivisions[i](1); }),
              "runtime error: integer overflow")
        << i;
  }
}
#undef DIVIDES_BY

#endif

TEST_F(FaultTest, FloatingPointExceptionsThatTrap) {
  const auto divide = [] {
    volatile double none = 0;
    volatile double one = 1;
    one = one / none;
  };
  feenableexcept(FE_DIVBYZERO);
  EXPECT_EQ(PanicOf(divide), "runtime error: floating point error");
  EXPECT_EQ(PanicOf(divide), "runtime error: floating point error");
  fedisableexcept(FE_DIVBYZERO);
  EXPECT_EQ(PanicOf(divide), "");
}

TEST_F(FaultTest, ACallOfANullPointer) {
  EXPECT_EQ(PanicOf([] { nil_function(); }), kNil);
}

TEST_F(FaultTest, FrameAfterFrameIsLeft) {
  for (int i = 0; i < 1000; ++i) ASSERT_EQ(PanicOf(&DereferenceNil), kNil);
}

#if !defined(__clang__)  // Clang 14 has no -fnon-call-exceptions
TEST_F(FaultTest, DestructorsOfTheFaultingFrameRun) {
  const auto inner = [] {
    const Tracer tracer("inner");
    *nil = 1;
  };
  EXPECT_EQ(PanicOf([&] {
              const Tracer tracer("outer");
              inner();
            }),
            kNil);
  EXPECT_EQ(spoken, "inner outer ");
}

TEST_F(FaultTest, ANoexceptFunctionInBetweenIsFatal) {
  const auto last = []() noexcept { *nil = 1; };
  EXPECT_EXIT(PanicOf(last), ExitedWithCode(kCrashed),
              StartsWith("fatal error: recovered panic crossed a noexcept"));
}
#else
TEST_F(FaultTest, AFunctionThatClangTakesForOneThatCannotThrowIsLeft) {
  const auto last = []() noexcept { *nil = 1; };
  EXPECT_EQ(PanicOf(last), kNil);
}
#endif

#if defined(__x86_64__)

// The fault is at the very first instruction.
extern "C" int test_fault_at_once(const int* pointer);
// Keeps its caller's registers, and a value below its stack pointer.
extern "C" int test_fault_in_leaf(const int* pointer);
asm(R"(
  .text
  .type test_fault_at_once, @function
  .globl test_fault_at_once
test_fault_at_once:
  .cfi_startproc
  movl (%rdi), %eax
  ret
  .cfi_endproc
  .size test_fault_at_once, . - test_fault_at_once

  .type test_fault_in_leaf, @function
  .globl test_fault_in_leaf
test_fault_in_leaf:
  .cfi_startproc
  movq %rbx, -8(%rsp)
  .cfi_offset %rbx, -16
  movq %r12, -128(%rsp)
  .cfi_offset %r12, -136
  movq $7, %rbx
  movq $7, %r12
  movl (%rdi), %eax
  movq -128(%rsp), %r12
  movq -8(%rsp), %rbx
  ret
  .cfi_endproc
  .size test_fault_in_leaf, . - test_fault_in_leaf
)");

// What the compiler keeps in registers over the call is what the destructors
// find.
template <class Fault>
__attribute__((noinline)) void FaultWithLocals(Fault fault, const char* first,
                                               const char* second) {
  const Tracer a(first);
  const Tracer b(second);
  spoken.append(std::to_string(fault(nil)));
}

TEST_F(FaultTest, AtTheFirstInstructionOfAFunction) {
  EXPECT_EQ(PanicOf([] { FaultWithLocals(test_fault_at_once, "one", "two"); }),
            kNil);
  EXPECT_EQ(spoken, "two one ");
  EXPECT_EXIT(FaultWithLocals(test_fault_at_once, "", ""),
              ExitedWithCode(kCrashed),
              HasSubstr("]:\ntest_fault_at_once(...)\n"));
}

TEST_F(FaultTest, InALeafThatUsesTheRedZone) {
  EXPECT_EQ(PanicOf([] { FaultWithLocals(test_fault_in_leaf, "one", "two"); }),
            kNil);
  EXPECT_EQ(spoken, "two one ");
}

#endif

TEST_F(FaultTest, ACatchAllDoesNotStopTheRecovery) {
  EXPECT_EQ(PanicOf([] {
              try {
                DereferenceNil();
              } catch (...) {
                spoken.append("caught ");
              }
              spoken.append("went on ");
            }),
            kNil);
  EXPECT_THAT(spoken, Not(HasSubstr("went on")));
}

TEST_F(FaultTest, ADeferredCallOfAPanicMayFault) {
  EXPECT_EQ(PanicOf([] {
              Defer second([] { DereferenceNil(); });
              Panic("first");
            }),
            kNil);
}

TEST_F(FaultTest, ADeferredCallOfAFaultMayFault) {
  EXPECT_EQ(PanicOf([] {
              Defer second([] { zero = 7 / zero; });
              DereferenceNil();
            }),
            kDivide);
}

TEST_F(FaultTest, ADeferredCallOfAFaultMayGoexit) {
  WaitGroup wg;
  wg.Add(1);
  Go([&] {
    Defer done([&] { wg.Done(); });
    Defer leave([] { Goexit(); });
    DereferenceNil();
  });
  wg.Wait();
}

TEST_F(FaultTest, InManyGoroutinesAtOnce) {
  constexpr int kGoroutines = 1000;
  std::atomic<int> recovered = 0;
  WaitGroup wg;
  wg.Add(kGoroutines);
  for (int i = 0; i < kGoroutines; ++i) {
    Go([&] {
      Defer done([&] { wg.Done(); });
      for (int j = 0; j < 3; ++j) {
        recovered += PanicOf(&DereferenceNil) == kNil;
        Gosched();
      }
    });
  }
  wg.Wait();
  EXPECT_EQ(recovered, 3 * kGoroutines);
}

TEST_F(FaultTest, PanicOnFaultIsTheGoroutinesOwn) {
  EXPECT_FALSE(SetPanicOnFault(true));
  WaitGroup wg;
  wg.Add(1);
  Go([&] {
    EXPECT_FALSE(SetPanicOnFault(false));
    wg.Done();
  });
  wg.Wait();
  EXPECT_TRUE(SetPanicOnFault(false));
}

TEST_F(FaultTest, PanicOnFaultEndsWithTheGoroutine) {
  for (int i = 0; i < 100; ++i) {  // Gs are used again
    WaitGroup wg;
    wg.Add(1);
    Go([&] {
      EXPECT_FALSE(SetPanicOnFault(true));
      wg.Done();
    });
    wg.Wait();
  }
}

TEST_F(FaultTest, PanicOnFaultKnowsTheAddress) {
  volatile char* const page = ClosedPage();
  SetPanicOnFault(true);
  Protect([&] {
    Defer handler([&] {
      const auto address = Recover()->As<RuntimeError>()->Addr();
      EXPECT_EQ(address, reinterpret_cast<uintptr_t>(page + 9));
    });
    page[9] = 1;
  });
  SetPanicOnFault(false);
}

// --- No panics: no deferred call runs ---------------------------------------

[[noreturn]] void RunsDeferred(void (*fault)()) {
  Defer handler([] {
    Recover();
    std::fputs("DEFERRED\n", stderr);
  });
  fault();
  std::fputs("WENT ON\n", stderr);
  std::abort();
}

auto DiesBySignal(const char* name) {
  return AllOf(StartsWith(name), Not(HasSubstr("DEFERRED")));
}

// Faults when it is moved, which a channel does under its lock.
struct FaultsWhenMoved {
  FaultsWhenMoved() = default;
  FaultsWhenMoved(FaultsWhenMoved&&) noexcept { DereferenceNil(); }
};

TEST_F(FaultTest, NotWhileTheRuntimeHoldsALock) {
  const auto send = [] {
    auto channel = MakeChan<FaultsWhenMoved>(1);
    channel.Send(FaultsWhenMoved());
  };
  EXPECT_EXIT(RunsDeferred(send), ExitedWithCode(kCrashed),
              DiesBySignal("SIGSEGV: segmentation violation\n"));
}

TEST_F(FaultTest, NotWhenSomebodySentTheSignal) {
  EXPECT_EXIT(RunsDeferred([] { std::raise(SIGSEGV); }),
              ExitedWithCode(kCrashed),
              DiesBySignal("SIGSEGV: segmentation violation\n"));
  EXPECT_EXIT(RunsDeferred([] { std::raise(SIGFPE); }),
              ExitedWithCode(kCrashed),
              DiesBySignal("SIGFPE: floating-point exception\n"));
}

TEST_F(FaultTest, NotAtOtherAddresses) {
  EXPECT_EXIT(RunsDeferred([] { *ClosedPage() = 1; }), ExitedWithCode(kCrashed),
              AllOf(StartsWith("unexpected fault address 0x"),
                    HasSubstr("\nfatal error: fault\n[signal SIGSEGV: "),
                    Not(HasSubstr("DEFERRED"))));
}

// A handler that came later, and passes on what is not its own.
struct sigaction ours;
volatile int passed_on = 0;
void PassOn(int number, siginfo_t* info, void* context) {
  passed_on = passed_on + 1;
  ours.sa_sigaction(number, info, context);
}

TEST_F(FaultTest, ALaterHandlerMayPassThemOn) {
  struct sigaction action = {};
  action.sa_sigaction = &PassOn;
  action.sa_flags = SA_SIGINFO | SA_ONSTACK;
  ASSERT_EQ(sigaction(SIGSEGV, &action, &ours), 0);
  EXPECT_EQ(PanicOf(&DereferenceNil), kNil);
  EXPECT_EQ(PanicOf(&DereferenceNil), kNil);
  EXPECT_EQ(passed_on, 2);
  ASSERT_EQ(sigaction(SIGSEGV, &ours, nullptr), 0);
}

}  // namespace
}  // namespace runtime
