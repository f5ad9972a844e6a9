// What makes two failures the same: the expectation that was not met first,
// how the program ended, and the cause and innermost frames of the report it
// printed. Addresses, ids and other numbers of the report do not count.
//
//   FailureSignature(run)
//     -> "FAIL wants "panic: crash", exit 0"
//     -> "FAIL ends exit 0, exit 2, panic: index N at app.f < app.main"

#ifndef LASTWORDS_HARNESS_REPORT_SIGNATURE_H_
#define LASTWORDS_HARNESS_REPORT_SIGNATURE_H_

#include <string>

#include "harness/report/failure_text.h"

namespace harness {

std::string FailureSignature(const RunRecord& run);

}  // namespace harness

#endif  // LASTWORDS_HARNESS_REPORT_SIGNATURE_H_
