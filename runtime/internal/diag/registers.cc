// ASYNC-SIGNAL-SAFE: formats only.
#include "runtime/internal/diag/registers.h"

#include <cstdint>
#include <string_view>

#include "runtime/internal/base/config.h"

namespace runtime::internal {
namespace {

void PrintRegister(Printer& out, std::string_view name, uint64_t value) {
  constexpr size_t kColumn = 7;
  out.Str(name);
  for (size_t i = name.size(); i < kColumn; ++i) out.Char(' ');
  out.Hex(value).Char('\n');
}

#if defined(__x86_64__)

struct Register {
  std::string_view name;
  int index;
};

constexpr Register kRegisters[] = {
    {"rax", REG_RAX}, {"rbx", REG_RBX},   {"rcx", REG_RCX}, {"rdx", REG_RDX},
    {"rdi", REG_RDI}, {"rsi", REG_RSI},   {"rbp", REG_RBP}, {"rsp", REG_RSP},
    {"r8", REG_R8},   {"r9", REG_R9},     {"r10", REG_R10}, {"r11", REG_R11},
    {"r12", REG_R12}, {"r13", REG_R13},   {"r14", REG_R14}, {"r15", REG_R15},
    {"rip", REG_RIP}, {"rflags", REG_EFL}};

void PrintAll(Printer& out, const ucontext_t& context) {
  for (const Register& r : kRegisters) {
    PrintRegister(out, r.name,
                  static_cast<uint64_t>(context.uc_mcontext.gregs[r.index]));
  }
  // cs, gs, fs and ss, 16 bits each.
  const auto segments =
      static_cast<uint64_t>(context.uc_mcontext.gregs[REG_CSGSFS]);
  PrintRegister(out, "cs", segments & 0xffff);
  PrintRegister(out, "fs", (segments >> 32) & 0xffff);
  PrintRegister(out, "gs", (segments >> 16) & 0xffff);
}

#elif defined(__aarch64__)

void PrintAll(Printer& out, const ucontext_t& context) {
  const auto& registers = context.uc_mcontext;
  for (int i = 0; i < 31; ++i) {
    const char name[3] = {'r', static_cast<char>('0' + (i < 10 ? i : i / 10)),
                          static_cast<char>('0' + i % 10)};
    PrintRegister(out, {name, i < 10 ? size_t{2} : size_t{3}},
                  registers.regs[i]);
  }
  PrintRegister(out, "sp", registers.sp);
  PrintRegister(out, "pc", registers.pc);
  PrintRegister(out, "fault", registers.fault_address);
}

#endif

}  // namespace

void PrintRegisters(Printer& out, const ucontext_t& context) {
  if (CurrentTracebackLevel() == TracebackLevel::kNone) return;
  out.Char('\n');
  PrintAll(out, context);
  out.Flush();
}

}  // namespace runtime::internal
