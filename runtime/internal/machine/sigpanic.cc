// ASYNC-SIGNAL-SAFE: no malloc, no stdio, no locks.
#include "runtime/internal/machine/sigpanic.h"

#include <cstddef>
#include <new>

#include "runtime/internal/machine/unwind.h"

namespace runtime::internal {

#if defined(__x86_64__)

namespace {

constexpr uintptr_t kRedZoneBytes = 128;
constexpr uintptr_t kStackAlignment = 16;
constexpr greg_t kDirectionFlag = 0x400;

// What stands where the trampolines' stack pointer points. Their code and
// their unwind information spell out the offsets.
struct FaultFrame {
  uintptr_t rip, rsp, rbx, rbp, r12, r13, r14, r15;
  void (*handler)(const Fault*);
  uintptr_t unused;
  Fault fault;
};
static_assert(offsetof(FaultFrame, handler) == 64);
static_assert(offsetof(FaultFrame, fault) == 80);
static_assert(sizeof(FaultFrame) + kRedZoneBytes + kStackAlignment <=
              kFaultFrameBytes);

}  // namespace

// Named as Go's frame is. The second one says that its caller called, the first
// that it was interrupted. In a section of their own, or debug information
// would give them the lines of the function before.
extern "C" void lastwords_fault_interrupted() __asm__("runtime.sigpanic");
extern "C" void lastwords_fault_called() __asm__("runtime.sigpanic.call");

#define LASTWORDS_FAULT_TRAMPOLINE(name, signal_frame)                      \
  asm(".pushsection .text.sigpanic, \"ax\", @progbits\n"                    \
      ".p2align 4\n"                                                        \
      ".globl " name "\n.hidden " name "\n.type " name ", @function\n" name \
      ":\n"                                                                 \
      ".cfi_startproc\n" signal_frame                                       \
      ".cfi_escape 0x0f, 3, 0x77, 8, 6\n"   /* CFA = *(rsp + 8) */          \
      ".cfi_escape 0x10, 16, 2, 0x77, 0\n"  /* rip is at rsp + 0 */         \
      ".cfi_escape 0x10, 3, 2, 0x77, 16\n"  /* rbx */                       \
      ".cfi_escape 0x10, 6, 2, 0x77, 24\n"  /* rbp */                       \
      ".cfi_escape 0x10, 12, 2, 0x77, 32\n" /* r12 */                       \
      ".cfi_escape 0x10, 13, 2, 0x77, 40\n" /* r13 */                       \
      ".cfi_escape 0x10, 14, 2, 0x77, 48\n" /* r14 */                       \
      ".cfi_escape 0x10, 15, 2, 0x77, 56\n" /* r15 */                       \
      "lea 80(%rsp), %rdi\n"                                                \
      "call *64(%rsp)\n"                                                    \
      "ud2\n"                                                               \
      ".cfi_endproc\n"                                                      \
      ".size " name ", . - " name                                           \
      "\n"                                                                  \
      ".popsection\n")

LASTWORDS_FAULT_TRAMPOLINE("runtime.sigpanic", ".cfi_signal_frame\n");
LASTWORDS_FAULT_TRAMPOLINE("runtime.sigpanic.call", "");

bool FindFaultSite(const Fault& fault, FaultSite* site) {
  site->pc = fault.pc;
  site->sp = fault.sp;
  if (IsCode(site->pc)) return true;
  // Nothing can be fetched from there: it was called (or jumped to, and the
  // return address is the caller's).
  if (fault.address != site->pc) return false;
  site->is_call = true;
  site->pc = *reinterpret_cast<const uintptr_t*>(site->sp);
  site->sp += sizeof(uintptr_t);
  return IsCode(site->pc - 1);
}

void CallFromFault(ucontext_t* context, const Fault& fault,
                   const FaultSite& site, void (*handler)(const Fault*)) {
  auto& registers = context->uc_mcontext.gregs;
  const auto reg = [&](int i) { return static_cast<uintptr_t>(registers[i]); };
  uintptr_t at = site.sp - kRedZoneBytes - sizeof(FaultFrame);
  at -= at % kStackAlignment;
  new (reinterpret_cast<void*>(at)) FaultFrame{.rip = site.pc,
                                               .rsp = site.sp,
                                               .rbx = reg(REG_RBX),
                                               .rbp = reg(REG_RBP),
                                               .r12 = reg(REG_R12),
                                               .r13 = reg(REG_R13),
                                               .r14 = reg(REG_R14),
                                               .r15 = reg(REG_R15),
                                               .handler = handler,
                                               .unused = 0,
                                               .fault = fault};
  const auto trampoline =
      site.is_call ? &lastwords_fault_called : &lastwords_fault_interrupted;
  registers[REG_RSP] = static_cast<greg_t>(at);
  registers[REG_RIP] = reinterpret_cast<greg_t>(trampoline);
  // What the calling convention promises a function.
  registers[REG_EFL] &= ~kDirectionFlag;
  if (fault.signal == SIGFPE && context->uc_mcontext.fpregs != nullptr) {
    // Exceptions that are still noted would be raised again.
    constexpr unsigned kSseExceptions = 0x3f;
    constexpr unsigned kX87Exceptions = 0x80ff;
    context->uc_mcontext.fpregs->mxcsr &= ~kSseExceptions;
    context->uc_mcontext.fpregs->swd &= static_cast<uint16_t>(~kX87Exceptions);
  }
}

#else

bool FindFaultSite(const Fault&, FaultSite*) { return false; }
void CallFromFault(ucontext_t*, const Fault&, const FaultSite&,
                   void (*)(const Fault*)) {}

#endif

}  // namespace runtime::internal
