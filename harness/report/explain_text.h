// A crash report for its reader: what kind of death, where, the chain of
// panics, and equal stacks as one.
//
//   FormatExplanation(explained, SourceLine, style)

#ifndef LASTWORDS_HARNESS_REPORT_EXPLAIN_TEXT_H_
#define LASTWORDS_HARNESS_REPORT_EXPLAIN_TEXT_H_

#include <functional>
#include <string>
#include <string_view>
#include <vector>

#include "harness/crash/crash.h"
#include "harness/crash/fold.h"
#include "harness/report/style.h"

namespace harness {

// A log whose reports hold no goroutines: those are folded, one folder a
// report.
struct ExplainedLog {
  CrashLog log;
  std::vector<GoroutineFolder> folders;
};

// Never fails, as ParseCrashLog. Takes time linear in the text.
ExplainedLog ExplainCrashLog(std::string_view text);

// The text of a line of source, or "" where it is not to be had.
using SourceLine =
    std::function<std::string(const std::string& file, int line)>;

std::string FormatExplanation(const ExplainedLog& explained,
                              const SourceLine& source, const Style& style);

}  // namespace harness

#endif  // LASTWORDS_HARNESS_REPORT_EXPLAIN_TEXT_H_
