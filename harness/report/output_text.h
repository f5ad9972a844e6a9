// Captured output, numbered, escaped and bounded, as a failure shows it.

#ifndef LASTWORDS_HARNESS_REPORT_OUTPUT_TEXT_H_
#define LASTWORDS_HARNESS_REPORT_OUTPUT_TEXT_H_

#include <cstdint>
#include <string>
#include <string_view>

#include "harness/process/process.h"

namespace harness {

inline constexpr int kShownLinesAtEachEnd = 60;

// "  1 | panic: crash\n" and so on: the first and the last lines, and how many
// lie between. Empty if nothing was printed.
std::string FormatOutput(const ProcessResult& result);

// The same of any text, of which `dropped` bytes are missing.
std::string FormatLines(std::string_view output, std::uint64_t dropped = 0);

}  // namespace harness

#endif  // LASTWORDS_HARNESS_REPORT_OUTPUT_TEXT_H_
