// ASYNC-SIGNAL-SAFE: no malloc, no stdio, no locks.
#include "runtime/internal/diag/report_output.h"

#include <unistd.h>

#include <atomic>
#include <new>

#include "runtime/internal/base/config.h"

namespace runtime::internal {
namespace {

constexpr size_t kReportBufferBytes = 64 * 1024;

char buffer[kReportBufferBytes];
alignas(Printer) unsigned char printer_storage[sizeof(Printer)];
std::atomic<int> depth = 0;
std::atomic<bool> reported_before = false;

Printer& ThePrinter() {
  return *std::launder(reinterpret_cast<Printer*>(printer_storage));
}

}  // namespace

Printer& BeginReport() {
  switch (depth.fetch_add(1)) {
    case 0: {
      auto* out =
          new (printer_storage) Printer(buffer, GetConfig().report_deadline_ms);
      out->AddSink(STDERR_FILENO);
      if (reported_before.exchange(true)) out->Char('\n');
      return *out;
    }
    case 1:
      ThePrinter().Str("\npanic during panic\n").Flush();
      return ThePrinter();
    case 2:
      _exit(kExitCrashedWhileCrashing);
    default:
      _exit(kExitCrashedAgain);
  }
}

bool CrashedWhileCrashing() { return depth.load() > 1; }

void EndReport(Printer& out) {
  out.Flush();
  depth.store(0);
}

}  // namespace runtime::internal
