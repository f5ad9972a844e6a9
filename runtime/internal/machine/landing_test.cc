#include "runtime/internal/machine/landing.h"

#include <gtest/gtest.h>

#include <cstdint>

#include "runtime/internal/machine/sanitizer.h"

namespace runtime::internal {
namespace {

// Leaves frames without returning, so the sanitizer must be told.
[[noreturn]] void Jump(const Landing* landing) {
#ifdef LASTWORDS_ASAN
  __asan_handle_no_return();
#endif
  lastwords_jump_to_landing(landing);
}

__attribute__((noinline)) void Deeper(int depth, const Landing* landing) {
  volatile char frame[256];
  frame[0] = static_cast<char>(depth);
  if (frame[0] == 0) Jump(landing);
  if (depth > 0) Deeper(depth - 1, landing);
  frame[1] = frame[0];  // no tail call
}

TEST(LandingTest, ReturnsTwice) {
  Landing landing;
  volatile int returns = 0;
  volatile int last = -1;
  last = lastwords_set_landing(&landing);
  returns = returns + 1;
  if (returns == 1) {
    EXPECT_EQ(last, 0);
    Deeper(100, &landing);
  }
  EXPECT_EQ(returns, 2);
  EXPECT_EQ(last, 1);
}

TEST(LandingTest, OneCanBeJumpedToManyTimes) {
  Landing landing;
  volatile int landings = 0;
  if (lastwords_set_landing(&landing) != 0) landings = landings + 1;
  if (landings < 1'000) Deeper(landings % 7, &landing);
  EXPECT_EQ(landings, 1'000);
}

__attribute__((noinline)) int LandInside(const Landing* outer, bool to_outer) {
  Landing inner;
  if (lastwords_set_landing(&inner) == 0) Deeper(3, to_outer ? outer : &inner);
  return 5;
}

TEST(LandingTest, TheChosenOneOfTwoIsLandedOn) {
  Landing outer;
  volatile int inner_result = 0;
  volatile bool landed = false;
  if (lastwords_set_landing(&outer) == 0) {
    inner_result = LandInside(&outer, false);
    LandInside(&outer, true);
    inner_result = -1;
  } else {
    landed = true;
  }
  EXPECT_TRUE(landed);
  EXPECT_EQ(inner_result, 5);
}

__attribute__((noinline)) uintptr_t FrameOfSetter(Landing* landing) {
  lastwords_set_landing(landing);
  return reinterpret_cast<uintptr_t>(__builtin_frame_address(0));
}

TEST(LandingTest, KnowsTheStackPointerOfItsFrame) {
  Landing landing;
  const uintptr_t frame = FrameOfSetter(&landing);
  EXPECT_LE(landing.stack_pointer(), frame);
  EXPECT_GT(landing.stack_pointer() + 4096, frame);
}

#if defined(__x86_64__)
// Fills the callee-saved registers with `seed`, seed + 1, ..., sets a landing,
// fills them with rubbish in a deeper frame and jumps. Returns a bit for each
// register that did not come back as it was when the landing was set, and 64
// if the stack pointer did not.
extern "C" uint64_t lastwords_test_registers_at_landing(Landing* landing,
                                                        uint64_t seed);
asm(R"(
  .text
  .type lastwords_test_registers_at_landing, @function
  .globl lastwords_test_registers_at_landing
lastwords_test_registers_at_landing:
  .cfi_startproc
  pushq %rbx
  pushq %rbp
  pushq %r12
  pushq %r13
  pushq %r14
  pushq %r15
  pushq %rsi
  pushq %rdi
  pushq %rsp
  leaq 0(%rsi), %rbx
  leaq 1(%rsi), %rbp
  leaq 2(%rsi), %r12
  leaq 3(%rsi), %r13
  leaq 4(%rsi), %r14
  leaq 5(%rsi), %r15
  call lastwords_set_landing
  testl %eax, %eax
  jnz 2f
  movq 8(%rsp), %rdi
  subq $1024, %rsp
  movq $7, %rbx
  movq $7, %rbp
  movq $7, %r12
  movq $7, %r13
  movq $7, %r14
  movq $7, %r15
  call lastwords_jump_to_landing
2: xorl %eax, %eax
  popq %rcx
  cmpq %rcx, %rsp
  je 1f
  orl $64, %eax
1: popq %rdi
  popq %rsi
  leaq -1(%rbp), %rbp
  leaq -2(%r12), %r12
  leaq -3(%r13), %r13
  leaq -4(%r14), %r14
  leaq -5(%r15), %r15
  cmpq %rsi, %rbx
  je 1f
  orl $1, %eax
1: cmpq %rsi, %rbp
  je 1f
  orl $2, %eax
1: cmpq %rsi, %r12
  je 1f
  orl $4, %eax
1: cmpq %rsi, %r13
  je 1f
  orl $8, %eax
1: cmpq %rsi, %r14
  je 1f
  orl $16, %eax
1: cmpq %rsi, %r15
  je 1f
  orl $32, %eax
1: popq %r15
  popq %r14
  popq %r13
  popq %r12
  popq %rbp
  popq %rbx
  ret
  .cfi_endproc
  .size lastwords_test_registers_at_landing, . - lastwords_test_registers_at_landing
)");

TEST(LandingTest, CalleeSavedRegistersAreRestored) {
  Landing landing;
  EXPECT_EQ(lastwords_test_registers_at_landing(&landing, 1'000), 0u);
  EXPECT_EQ(lastwords_test_registers_at_landing(&landing, uint64_t{1} << 40),
            0u);
}
#endif

// Values the compiler is likely to keep in callee-saved registers across both
// calls (it did, in optimised builds, and __builtin_setjmp lost them).
__attribute__((noinline)) int64_t Opaque(int64_t value) {
  asm volatile("" : "+r"(value));
  return value;
}

__attribute__((noinline)) int64_t SumOfLiveValues(Landing* landing) {
  const int64_t a = Opaque(1);
  const int64_t b = Opaque(20);
  const int64_t c = Opaque(300);
  const int64_t d = Opaque(4'000);
  const int64_t e = Opaque(50'000);
  const int64_t f = Opaque(600'000);
  const int64_t g = Opaque(7'000'000);
  if (lastwords_set_landing(landing) == 0) Deeper(20, landing);
  return a + Opaque(b) + c + Opaque(d) + e + Opaque(f) + g;
}

TEST(LandingTest, WhatWasSetBeforeIsKept) {
  Landing landing;
  EXPECT_EQ(SumOfLiveValues(&landing), 7'654'321);
}

}  // namespace
}  // namespace runtime::internal
