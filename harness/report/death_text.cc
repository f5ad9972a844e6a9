#include "harness/report/death_text.h"

#include <string_view>

#include "absl/strings/str_cat.h"

namespace harness {
namespace {

// A text that begins so, and what it means.
struct Meaning {
  std::string_view beginning;
  std::string_view words;
};

// The first that fits counts.
constexpr Meaning kFatal[] = {
    {"all goroutines are asleep",
     "Deadlock: every goroutine waited, and none was left to wake another."},
    {"no goroutines",
     "Deadlock: main has left by Goexit, and every other goroutine has ended."},
    {"stack overflow",
     "Stack overflow: calls went deeper than the stack is large. Mostly a "
     "recursion without end; look for the frames that repeat."},
    {"concurrent map",
     "A data race: two goroutines used a map at the same time, and one of them "
     "wrote. The other one may be further below."},
    {"sync:", "A lock was unlocked that nobody held."},
    {"thread exhaustion",
     "Too many operating system threads: goroutines that block in system calls "
     "or are locked to threads hold one each."},
    {"panic while printing panic value",
     "A panic that could not be printed: the Error or String method of its "
     "value panicked itself."},
    {"go of nil func value", "A goroutine was started without a function."},
    {"fault",
     "A memory fault at an address that is not near null: a wild pointer, "
     "or memory that is no longer mapped."},
    {"unexpected signal", "A memory fault outside of the program's own code."},
    {"out of memory", "There was no more memory."},
    {"check failed", "A check of the runtime failed: the fault is there."},
    {"", "The runtime gave up: an error that no deferred call can recover."},
};

constexpr Meaning kSignals[] = {
    {"SIGQUIT",
     "Not a crash: somebody sent SIGQUIT to see all stacks (Ctrl-\\, kill, or "
     "a time limit)."},
    {"SIGABRT",
     "The program gave up by itself: abort(), a failed assertion, "
     "std::terminate, or a C library that found its heap damaged."},
    {"SIGSEGV", "A memory fault"},
    {"SIGBUS",
     "A bus error: memory that is mapped but not there, as behind the "
     "end of a mapped file."},
    {"SIGFPE", "An arithmetic fault: mostly an integer divided by zero."},
    {"SIGILL",
     "An instruction the processor does not have: a trap of the "
     "compiler, or code that was overwritten."},
    {"SIGTRAP", "A breakpoint, or a trap of the compiler or a sanitizer."},
    {"SIGSYS", "A system call that is forbidden here."},
    {"", "A signal ended the program."},
};

constexpr Meaning kValues[] = {
    {"runtime error: invalid memory address or nil pointer dereference",
     "A null pointer was followed"},
    {"runtime error: index out of range", "An index was out of range"},
    {"runtime error: slice bounds out of range",
     "The bounds of a slice were out of range"},
    {"runtime error: integer divide by zero", "An integer was divided by zero"},
    {"runtime error: ", "A runtime error"},
    {"interface conversion: ", "A value was not of the type it was asked for"},
    {"close of ", "A channel was closed that can not be"},
    {"send on closed channel", "Somebody sent on a closed channel"},
    {"assignment to entry in nil map", "A map was written that nobody made"},
    {"sync: negative WaitGroup counter",
     "A WaitGroup was told Done more often than Add"},
    {"", "A panic"},
};

template <std::size_t kSize>
std::string_view Find(const Meaning (&meanings)[kSize], std::string_view text) {
  for (const Meaning& meaning : meanings) {
    if (text.substr(0, meaning.beginning.size()) == meaning.beginning) {
      return meaning.words;
    }
  }
  return "";
}

// Below it lie null pointers with a member's offset.
constexpr std::uint64_t kFirstPage = 0x1000;

std::string SignalText(const SignalInfo& signal) {
  std::string text(Find(kSignals, signal.name));
  if (signal.name != "SIGSEGV") return text;
  if (!signal.addr.has_value()) {
    return text + ", or the signal was sent by another process.";
  }
  return text + (*signal.addr < kFirstPage
                     ? " near address 0: a null pointer, or a member of it."
                     : ": an address that is not mapped, or not writable.");
}

// How the panics before the last one came to be.
std::string ChainText(const std::vector<Panic>& panics) {
  if (panics.back().repanicked) {
    return "A deferred call recovered it and panicked again with the same "
           "value.";
  }
  if (panics.size() == 1) return "";
  const Panic& before = panics[panics.size() - 2];
  return before.recovered
             ? "A deferred call recovered the panic before it, then panicked "
               "itself."
             : "It came from a deferred call that an earlier panic ran.";
}

std::string PanicText(const std::vector<Panic>& panics) {
  std::string text =
      absl::StrCat(std::string(Find(kValues, panics.back().value)),
                   ", and nobody recovered it.");
  const std::string chain = ChainText(panics);
  return chain.empty() ? text : absl::StrCat(text, " ", chain);
}

}  // namespace

std::string DeathText(const CrashReport& report) {
  std::string text;
  if (report.fatal.has_value()) {
    text = Find(kFatal, report.fatal->text);
    if (!report.panics.empty()) text += " It overtook a panic in flight.";
  } else if (!report.panics.empty()) {
    text = PanicText(report.panics);
  } else if (report.signal.has_value()) {
    text = SignalText(*report.signal);
  } else {
    text = "Stacks without a cause: printed by the program, not by its death.";
  }
  return text;
}

}  // namespace harness
