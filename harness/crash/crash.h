// What a Go-style crash report says. The grammar is in runtime/CRASH_FORMAT.md;
// Go's own reports, up to those of GOTRACEBACK=crash, are read as well.

#ifndef LASTWORDS_HARNESS_CRASH_CRASH_H_
#define LASTWORDS_HARNESS_CRASH_CRASH_H_

#include <cstddef>
#include <cstdint>
#include <functional>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace harness {

// Where something begins in the text.
struct ReportPlace {
  std::size_t offset = 0;  // bytes from the beginning
  std::size_t line = 1;    // counted from 1
};

// A line, or some, that belong to the report but have no form of their own.
struct Remark {
  ReportPlace at;
  std::string text;
};

struct Frame {
  ReportPlace at;
  std::string function;  // testprog.PanicRace.func1
  std::string args;      // between the outer parentheses
  std::string file;      // empty if the line with it is missing
  int line = 0;
  std::optional<std::uint64_t> offset;  // into the function; inlined: none
  bool inlined = false;                 // printed with (...) for arguments
};

struct CreatedBy {
  ReportPlace at;
  std::string function;
  std::optional<std::uint64_t> parent_id;
  std::string file;
  int line = 0;
  std::optional<std::uint64_t> offset;
};

struct Stack {
  std::vector<Frame> frames;
  // "...N frames elided...": that many are missing before this frame.
  std::uint64_t elided_frames = 0;
  std::size_t elided_before = 0;
  std::optional<CreatedBy> created_by;
};

// "[originating from goroutine N]:"
struct Ancestor {
  ReportPlace at;
  std::uint64_t id = 0;
  Stack stack;
};

struct Goroutine {
  enum class Kind {
    kGoroutine,
    kRuntimeStack,  // "runtime stack:", has neither id nor state
    kThread,        // thread "name" [state]:
  };

  ReportPlace at;
  Kind kind = Kind::kGoroutine;
  std::uint64_t id = 0;
  std::string name;  // of a thread
  std::string state;
  std::optional<int> minutes;
  bool locked_to_thread = false;
  std::vector<std::string> attributes;  // whatever else is in the brackets
  bool stack_unavailable = false;       // it ran on another thread
  Stack stack;
  std::vector<Ancestor> ancestors;
};

// A Goexit between two panics leaves no trace in the text.
struct Panic {
  ReportPlace at;
  std::string value;        // as it was before newlines were indented
  bool recovered = false;   // recovered by a call that then panicked itself
  bool repanicked = false;  // with the same value
};

// From "[signal NAME: ...]" or from "NAME: ..." and "PC=...".
struct SignalInfo {
  ReportPlace at;
  std::string name;         // SIGSEGV
  std::string description;  // segmentation violation
  std::optional<std::int64_t> code;
  std::optional<std::uint64_t> addr;
  std::optional<std::uint64_t> pc;
};

struct Register {
  std::string name;
  std::uint64_t value = 0;
};

struct CrashReport {
  // A stack that was printed without a cause, as debug.PrintStack does, is a
  // report with neither panics nor fatal nor signal.
  ReportPlace begin;
  ReportPlace end;  // just after its last line; extras not counted

  std::vector<Remark> notes;    // "runtime: ...", before the cause or within
  std::vector<Panic> panics;    // oldest first
  std::optional<Remark> fatal;  // without "fatal error: "
  std::optional<SignalInfo> signal;
  std::vector<Goroutine> goroutines;  // the crashing one first
  std::vector<Register> registers;
  // Everything from the end up to the next report, blank lines around it
  // removed: the extras of a report, or what the program still printed.
  std::optional<Remark> extras;

  bool has_cause() const {
    return !panics.empty() || fatal.has_value() || signal.has_value();
  }
};

struct CrashLog {
  std::string text_before;  // what the program printed before any report
  std::vector<CrashReport> reports;
  std::optional<int> exit_status;  // "exit status N", printed by `go run`
  // What was not understood, and why. At most kMaxOddities.
  std::vector<Remark> oddities;

  static constexpr std::size_t kMaxOddities = 100;
};

// Takes any bytes, and never fails: what is no report is text_before or
// extras, and what is broken in a report is an oddity.
CrashLog ParseCrashLog(std::string_view text);

// The same, but `sink` is given each goroutine as soon as it was read, with
// the index of its report, and the reports hold none: a dump of 100,000
// goroutines need not be in memory twice.
using GoroutineSink = std::function<void(std::size_t report, Goroutine)>;
CrashLog ParseCrashLog(std::string_view text, const GoroutineSink& sink);

}  // namespace harness

#endif  // LASTWORDS_HARNESS_CRASH_CRASH_H_
