#include "runtime/internal/machine/landing.h"

// Both are leaves that keep to the calling convention: whatever it lets a
// callee change, the compiler does not expect back.
#if defined(__x86_64__)
asm(R"(
  .text
  .p2align 4
  .type lastwords_set_landing, @function
  .globl lastwords_set_landing
lastwords_set_landing:
  .cfi_startproc
  leaq 8(%rsp), %rax
  movq %rax, 0(%rdi)
  movq 0(%rsp), %rax
  movq %rax, 8(%rdi)
  movq %rbx, 16(%rdi)
  movq %rbp, 24(%rdi)
  movq %r12, 32(%rdi)
  movq %r13, 40(%rdi)
  movq %r14, 48(%rdi)
  movq %r15, 56(%rdi)
  xorl %eax, %eax
  ret
  .cfi_endproc
  .size lastwords_set_landing, . - lastwords_set_landing

  .p2align 4
  .type lastwords_jump_to_landing, @function
  .globl lastwords_jump_to_landing
lastwords_jump_to_landing:
  .cfi_startproc
  movq 16(%rdi), %rbx
  movq 24(%rdi), %rbp
  movq 32(%rdi), %r12
  movq 40(%rdi), %r13
  movq 48(%rdi), %r14
  movq 56(%rdi), %r15
  movl $1, %eax
  movq 0(%rdi), %rsp
  jmp *8(%rdi)
  .cfi_endproc
  .size lastwords_jump_to_landing, . - lastwords_jump_to_landing
)");
#elif defined(__aarch64__)
asm(R"(
  .text
  .p2align 4
  .type lastwords_set_landing, %function
  .globl lastwords_set_landing
lastwords_set_landing:
  .cfi_startproc
  mov x1, sp
  stp x1, x30, [x0, #0]
  stp x19, x20, [x0, #16]
  stp x21, x22, [x0, #32]
  stp x23, x24, [x0, #48]
  stp x25, x26, [x0, #64]
  stp x27, x28, [x0, #80]
  str x29, [x0, #96]
  stp d8, d9, [x0, #104]
  stp d10, d11, [x0, #120]
  stp d12, d13, [x0, #136]
  stp d14, d15, [x0, #152]
  mov w0, #0
  ret
  .cfi_endproc
  .size lastwords_set_landing, . - lastwords_set_landing

  .p2align 4
  .type lastwords_jump_to_landing, %function
  .globl lastwords_jump_to_landing
lastwords_jump_to_landing:
  .cfi_startproc
  ldp x1, x30, [x0, #0]
  ldp x19, x20, [x0, #16]
  ldp x21, x22, [x0, #32]
  ldp x23, x24, [x0, #48]
  ldp x25, x26, [x0, #64]
  ldp x27, x28, [x0, #80]
  ldr x29, [x0, #96]
  ldp d8, d9, [x0, #104]
  ldp d10, d11, [x0, #120]
  ldp d12, d13, [x0, #136]
  ldp d14, d15, [x0, #152]
  mov sp, x1
  mov w0, #1
  ret
  .cfi_endproc
  .size lastwords_jump_to_landing, . - lastwords_jump_to_landing
)");
#endif
