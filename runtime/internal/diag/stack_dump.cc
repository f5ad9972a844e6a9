// ASYNC-SIGNAL-SAFE: no malloc, no stdio, no locks but the symbolizer's.
#include "runtime/internal/diag/stack_dump.h"

#include <algorithm>

#include "runtime/internal/diag/symbolizer.h"
#include "runtime/internal/machine/sanitizer.h"

namespace runtime::internal {
namespace {

constexpr uintptr_t kWord = sizeof(uintptr_t);
constexpr uintptr_t kExpand = 32 * kWord;
constexpr uintptr_t kMaxExpand = 256 * kWord;

LASTWORDS_UNINSTRUMENTED uintptr_t ReadWord(uintptr_t address) {
  return *reinterpret_cast<const volatile uintptr_t*>(address);
}

void PrintWord(Printer& out, uintptr_t value) {
  out.Str("0x");
  for (int shift = 60; shift >= 0; shift -= 4) {
    out.Char(kHexDigits[(value >> shift) & 0xf]);
  }
}

// The function and the offset, where the word is the address of code.
void PrintCode(Printer& out, uintptr_t value) {
  // After a call that does not return the function may end.
  const uintptr_t at = IsCode(value) ? value : value - 1;
  if (!IsCode(at)) return;
  Frame frames[Symbolizer::kMaxInlined];
  const int count = Symbolizer::Symbolize(at, /*is_return_address=*/false,
                                          frames, Symbolizer::kMaxInlined);
  const Frame& function = frames[count - 1];
  out.Char('<').Str(function.function).Char('+');
  PrintWord(out, value - function.start);
  out.Str("> ");
}

// Two words a line; the frame's edges are marked.
void PrintWords(Printer& out, uintptr_t begin, uintptr_t end, uintptr_t sp,
                uintptr_t fp) {
  for (uintptr_t at = begin; at < end; at += kWord) {
    if ((at - begin) % (2 * kWord) == 0) {
      if (at != begin) out.Char('\n');
      PrintWord(out, at);
      out.Str(": ");
    }
    out.Char(at == fp ? '>' : at == sp ? '<' : ' ');
    const uintptr_t value = ReadWord(at);
    PrintWord(out, value);
    out.Char(' ');
    PrintCode(out, value);
  }
  out.Char('\n');
}

void PrintCause(Printer& out, uint64_t g_id, uintptr_t traced,
                const NextFrame& next) {
  const uintptr_t pc = PcAddress(traced);
  out.Str("runtime: g ").Udec(g_id);
  if (!IsCode(WithinFunction(traced))) {
    out.Str(": unknown pc ").Hex(pc);
  } else if (next.pc != 0) {
    Frame frames[Symbolizer::kMaxInlined];
    const int count =
        Symbolizer::Symbolize(traced, frames, Symbolizer::kMaxInlined);
    out.Str(": unexpected return pc for ").Str(frames[count - 1].function);
    out.Str(" called from ").Hex(next.pc);
  } else {
    out.Str(": traceback stuck. pc=").Hex(pc).Str(" sp=").Hex(next.sp);
  }
  out.Char('\n');
}

}  // namespace

void PrintStackBreak(Printer& out, uint64_t g_id, const Stack& stack,
                     const StackTrace& trace) {
  if (trace.end() == StackEnd::kBottom || trace.size() == 0) return;
  const int last = trace.size() - 1;
  const NextFrame& next = trace.next();
  PrintCause(out, g_id, trace.pc(last), next);
  const uintptr_t sp = trace.sp(last);
  const uintptr_t fp = next.pc == 0 ? 0 : next.sp;
  out.Str("stack: frame={sp:").Hex(sp).Str(", fp:").Hex(fp);
  out.Str("} stack=[").Hex(stack.low).Char(',').Hex(stack.high).Str(")\n");
  if (!stack.Contains(sp)) return;
  const uintptr_t lowest = std::max(stack.low, sp - kMaxExpand);
  const uintptr_t highest = std::min(stack.high, sp + kMaxExpand);
  const uintptr_t end = std::max(sp, fp) + kExpand;
  PrintWords(out, std::max(lowest, sp - kExpand), std::min(highest, end), sp,
             fp);
}

}  // namespace runtime::internal
