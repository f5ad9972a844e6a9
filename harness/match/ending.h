// How a process ended, against how it should have.

#ifndef LASTWORDS_HARNESS_MATCH_ENDING_H_
#define LASTWORDS_HARNESS_MATCH_ENDING_H_

#include <string>

#include "harness/process/process.h"
#include "harness/spec/ends.h"

namespace harness {

bool EndedAs(const Ends& expected, const ProcessResult& result);

// "exit 2", "SIGSEGV", "timeout". Never ambiguous: exit 11, exit 139 and
// SIGSEGV are three.
std::string FormatEnding(const ProcessResult& result);

// Where a shell's 128 + signal was mixed up with the signal: that it was, else
// nothing.
std::string EndingHint(const Ends& expected, const ProcessResult& result);

}  // namespace harness

#endif  // LASTWORDS_HARNESS_MATCH_ENDING_H_
