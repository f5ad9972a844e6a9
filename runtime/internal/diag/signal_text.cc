// ASYNC-SIGNAL-SAFE: no malloc, no stdio, no locks.
#include "runtime/internal/diag/signal_text.h"

#include "runtime/internal/diag/json_report.h"
#include "runtime/internal/sched/processor.h"
#include "runtime/internal/sched/scheduler.h"

namespace runtime::internal {
namespace {

void AddToJson(Printer& out, const Fault& fault, bool has_address) {
  JsonOf(out).AddSignal(fault.signal, DescribeSignal(fault.signal).text,
                        fault.code, fault.pc,
                        has_address ? &fault.address : nullptr);
}

}  // namespace

void PrintSignal(Printer& out, const Fault& fault) {
  const FatalSignal& signal = DescribeSignal(fault.signal);
  const M* const m = CurrentWorker();
  out.Str(signal.text).Str("\nPC=").Hex(fault.pc);
  out.Str(" m=").Dec(m == nullptr ? 0 : m->id);
  out.Str(" sigcode=").Dec(fault.code);
  const bool has_address = signal.is_fault && fault.code > 0;
  if (has_address) out.Str(" addr=").Hex(fault.address);
  out.Char('\n');
  AddToJson(out, fault, has_address);
}

void PrintFaultLine(Printer& out, const Fault& fault) {
  out.Str("[signal ").Str(DescribeSignal(fault.signal).text).Str(" code=");
  out.Hex(static_cast<uintptr_t>(fault.code));
  out.Str(" addr=").Hex(fault.address).Str(" pc=").Hex(fault.pc).Str("]\n");
  AddToJson(out, fault, /*has_address=*/true);
}

}  // namespace runtime::internal
