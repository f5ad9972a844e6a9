#include "runtime/internal/machine/handler_barrier.h"

#include <unwind.h>

extern "C" __attribute__((visibility("hidden"), used)) _Unwind_Reason_Code
lastwords_no_handlers(int, _Unwind_Action actions, _Unwind_Exception_Class,
                      _Unwind_Exception*, _Unwind_Context*) {
  const bool searches = (actions & _UA_SEARCH_PHASE) != 0;
  return searches ? _URC_END_OF_STACK : _URC_CONTINUE_UNWIND;
}

// 0x1b: the personality routine's address relative to here, in four bytes.
#if defined(__x86_64__)
asm(R"(
  .text
  .p2align 4
  .type lastwords_call_without_handlers, @function
  .globl lastwords_call_without_handlers
lastwords_call_without_handlers:
  .cfi_startproc
  .cfi_personality 0x1b, lastwords_no_handlers
  subq $8, %rsp
  .cfi_adjust_cfa_offset 8
  movq %rdi, %rax
  movq %rsi, %rdi
  call *%rax
  addq $8, %rsp
  .cfi_adjust_cfa_offset -8
  ret
  .cfi_endproc
  .size lastwords_call_without_handlers, . - lastwords_call_without_handlers
)");
#elif defined(__aarch64__)
asm(R"(
  .text
  .p2align 4
  .type lastwords_call_without_handlers, %function
  .globl lastwords_call_without_handlers
lastwords_call_without_handlers:
  .cfi_startproc
  .cfi_personality 0x1b, lastwords_no_handlers
  stp x29, x30, [sp, #-16]!
  .cfi_def_cfa_offset 16
  .cfi_offset 29, -16
  .cfi_offset 30, -8
  mov x2, x0
  mov x0, x1
  blr x2
  ldp x29, x30, [sp], #16
  .cfi_restore 29
  .cfi_restore 30
  .cfi_def_cfa_offset 0
  ret
  .cfi_endproc
  .size lastwords_call_without_handlers, . - lastwords_call_without_handlers
)");
#endif
