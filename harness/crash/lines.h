// The grammar of single lines of a crash report. All pure.

#ifndef LASTWORDS_HARNESS_CRASH_LINES_H_
#define LASTWORDS_HARNESS_CRASH_LINES_H_

#include <cstdint>
#include <optional>
#include <string_view>

#include "harness/crash/crash.h"

namespace harness {

// Each returns nothing, or false, for a line that is something else. The
// positions in what they return are left for the caller to set.

inline constexpr std::string_view kPanicPrefix = "panic: ";
inline constexpr std::string_view kChainedPanicPrefix = "\tpanic: ";
inline constexpr std::string_view kFatalPrefix = "fatal error: ";

// A line that stands on its own before a cause or between frames.
bool IsNote(std::string_view line);

// "[signal SIGSEGV: segmentation violation code=0x1 addr=0x0 pc=0x49c2c2]"
std::optional<SignalInfo> ParseSignalLine(std::string_view line);

// "SIGQUIT: quit" followed by "PC=0x4723ce m=0 sigcode=0 addr=0x27"
std::optional<SignalInfo> ParseSignalCause(std::string_view line,
                                           std::string_view next);

// "goroutine 7 [chan receive, 2 minutes, locked to thread]:", "runtime stack:"
// or "thread "name" [running]:"
std::optional<Goroutine> ParseHeader(std::string_view line);

// "main.(*T).Method(0x1, {0x2?, 0x3})"; `next` is the line with the file.
std::optional<Frame> ParseFrame(std::string_view line, std::string_view next);

// "created by main.f in goroutine 1"
std::optional<CreatedBy> ParseCreatedBy(std::string_view line,
                                        std::string_view next);

// "\t/src/main.go:12 +0x34 fp=0x1 sp=0x2 pc=0x3"
bool IsFileLine(std::string_view line);

// "[originating from goroutine 7]:"
std::optional<std::uint64_t> ParseAncestor(std::string_view line);

// "...23 frames elided..."
std::optional<std::uint64_t> ParseElided(std::string_view line);

// "rax    0x4cb260"
std::optional<Register> ParseRegister(std::string_view line);

// "exit status 2"
std::optional<int> ParseExitStatus(std::string_view line);

// Takes the marks "[recovered]" and "[recovered, repanicked]" off the value.
void TakeMarks(Panic& panic);

}  // namespace harness

#endif  // LASTWORDS_HARNESS_CRASH_LINES_H_
