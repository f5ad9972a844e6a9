// ASYNC-SIGNAL-SAFE: no malloc, no stdio, no locks.
#include "runtime/internal/diag/report_part.h"

#include "runtime/internal/control/gate.h"
#include "runtime/internal/diag/json_report.h"
#include "runtime/internal/diag/signal_text.h"
#include "runtime/internal/diag/symbolizer.h"

namespace runtime::internal {
namespace {

// What a reader takes is the printer's to bound, and what crashes there would
// crash in the line about it.
bool IsNotFlushing(void* arg, int /*signal*/) {
  return !static_cast<const Printer*>(arg)->flushing();
}

void PrintError(Printer& out, const PartName& name, const Guard& ended,
                int limit_ms) {
  out.EndLine().Str("runtime: error while printing ").Str(name.text);
  if (name.number != 0) out.Udec(name.number);
  if (ended.signal == kTickSignal) {
    out.Str(": not done after ").Dec(limit_ms).Str(" ms\n");
  } else {
    const std::string_view text = DescribeSignal(ended.signal).text;
    out.Str(": ").Str(text.substr(0, text.find(':')));
    out.Str(" at pc=").Hex(ended.pc).Char('\n');
  }
  JsonOf(out).Abandon();
}

}  // namespace

void PrintPart(Printer& out, const PartName& name, void (*print)(void*),
               void* arg, int limit_ms) {
  Guard guard = {
      .max_ticks = limit_ms / kTickMs, .may_end = &IsNotFlushing, .arg = &out};
  if (!CallGuarded(&guard, print, arg)) PrintError(out, name, guard, limit_ms);
  if (const Guard* error = Symbolizer::TakeError()) {
    PrintError(out, {"symbols"}, *error, Symbolizer::kReadLimitMs);
  }
  GateEnv::Lock::NoteProgress();
}

}  // namespace runtime::internal
