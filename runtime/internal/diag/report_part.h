// ASYNC-SIGNAL-SAFE: no malloc, no stdio, no locks.
//
// A part of a report: what goes wrong in it, a fault or something that does not
// end, ends the part, not the report.
//
//   PrintPart(out, {"the source"}, [&] { PrintSource(out, trace); });
//
//   runtime: error while printing the source: SIGSEGV at pc=0x55804df45db7
//   runtime: error while printing goroutine 7: not done after 5000 ms
//
// A crash of the printer itself, or of what prints such a line, is the next
// crash level (report_output.h).
#ifndef LASTWORDS_RUNTIME_INTERNAL_DIAG_REPORT_PART_H_
#define LASTWORDS_RUNTIME_INTERNAL_DIAG_REPORT_PART_H_

#include <cstdint>
#include <string_view>

#include "runtime/internal/base/print.h"
#include "runtime/internal/machine/guarded_call.h"

namespace runtime::internal {

// How long a part may take, what its readers take left out.
inline constexpr int kPartLimitMs = 5000;

struct PartName {
  std::string_view text;
  uint64_t number = 0;  // follows the text; 0: none
};

void PrintPart(Printer& out, const PartName& name, void (*print)(void*),
               void* arg, int limit_ms = kPartLimitMs);

template <class Print>
void PrintPart(Printer& out, const PartName& name, Print print) {
  PrintPart(
      out, name, [](void* arg) { (*static_cast<Print*>(arg))(); }, &print);
}

}  // namespace runtime::internal

#endif  // LASTWORDS_RUNTIME_INTERNAL_DIAG_REPORT_PART_H_
