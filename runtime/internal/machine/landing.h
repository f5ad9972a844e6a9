// A place in a frame to jump back to, with all registers as they were.
//
//   Landing landing;
//   if (lastwords_set_landing(&landing) == 0) { ... }   // the first time
//   else { ... }              // after lastwords_jump_to_landing(&landing)
//
// Not __builtin_setjmp: Clang 14 keeps values in registers across it that the
// landing does not restore. Not setjmp: it may save the signal mask, and libc
// hides the stack pointer, which the unwinding must compare.
//
// Safety: the frame that called it must still be there. Local
// variables changed in between have indeterminate values.
#ifndef LASTWORDS_RUNTIME_INTERNAL_MACHINE_LANDING_H_
#define LASTWORDS_RUNTIME_INTERNAL_MACHINE_LANDING_H_

#include <cstdint>

namespace runtime::internal {

struct Landing {
#if defined(__x86_64__)
  uintptr_t registers[8];  // rsp, rip, rbx, rbp, r12 to r15
#elif defined(__aarch64__)
  uintptr_t registers[21];  // sp, lr, x19 to x29, d8 to d15
#endif

  // Of the frame that set it.
  uintptr_t stack_pointer() const { return registers[0]; }
};

extern "C" __attribute__((returns_twice)) int lastwords_set_landing(
    Landing* landing);
extern "C" [[noreturn]] void lastwords_jump_to_landing(const Landing* landing);

}  // namespace runtime::internal

#endif  // LASTWORDS_RUNTIME_INTERNAL_MACHINE_LANDING_H_
