// What was wanted of a crash report and what is in it, in words.

#ifndef LASTWORDS_HARNESS_MATCH_CRASH_TEXT_H_
#define LASTWORDS_HARNESS_MATCH_CRASH_TEXT_H_

#include <string>
#include <string_view>
#include <vector>

#include "harness/crash/crash.h"
#include "harness/match/verdict.h"
#include "harness/spec/spec.h"

namespace harness {

// "1 frame", "2 frames".
std::string Counted(size_t count, const std::string& what);

// Escaped, between quotes.
std::string QuoteText(std::string_view text);

// ------------------------------------------------------------- what was wanted

// The whole expectation; what of its finding it alone says.
// Requires: IsCrashCheck(expectation.check).
std::string CrashTextOf(const Expectation& expectation);
Finding CrashFindingOf(const Expectation& expectation);
std::string PanicText(const PanicWanted& panic);

// ---------------------------------------------------------------- what there
// is

std::string PanicText(const Panic& panic);
// "the chain is "a", "b"", "there is no panic".
std::string ChainText(const std::vector<Panic>& panics);
// "the frames are f, g".
std::string StackText(const Stack& stack);
// "goroutine 7 [running] at line 4".
std::string HeaderText(const Goroutine& goroutine);

// Most who write a part mean a part: says so, or nothing.
std::string PartHint(const TextPattern& wanted, std::string_view actual);

}  // namespace harness

#endif  // LASTWORDS_HARNESS_MATCH_CRASH_TEXT_H_
