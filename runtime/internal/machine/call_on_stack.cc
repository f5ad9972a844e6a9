// ASYNC-SIGNAL-SAFE: no malloc, no stdio, no locks.
#include "runtime/internal/machine/call_on_stack.h"

#if defined(__x86_64__)
asm(R"(
  .text
  .p2align 4
  .type lastwords_call_on_stack, @function
  .globl lastwords_call_on_stack
lastwords_call_on_stack:
  .cfi_startproc
  .cfi_undefined rip
  movq %rdi, %rax
  movq %rsi, %rdi
  movq %rdx, %rsp
  xorl %ebp, %ebp
  call *%rax
  ud2
  .cfi_endproc
  .size lastwords_call_on_stack, . - lastwords_call_on_stack
)");
#elif defined(__aarch64__)
asm(R"(
  .text
  .p2align 4
  .type lastwords_call_on_stack, %function
  .globl lastwords_call_on_stack
lastwords_call_on_stack:
  .cfi_startproc
  .cfi_undefined x30
  mov x9, x0
  mov x0, x1
  mov sp, x2
  mov x29, #0
  blr x9
  udf #0
  .cfi_endproc
  .size lastwords_call_on_stack, . - lastwords_call_on_stack
)");
#endif
