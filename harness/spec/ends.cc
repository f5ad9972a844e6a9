#include "harness/spec/ends.h"

#include <csignal>
#include <cstring>
#include <vector>

#include "absl/strings/match.h"
#include "absl/strings/numbers.h"
#include "absl/strings/str_cat.h"
#include "harness/spec/nearest.h"

namespace harness {
namespace {

constexpr std::string_view kFirst = "SIGRTMIN";
constexpr std::string_view kLast = "SIGRTMAX";

// Those the C library leaves to programs.
bool IsRealTime(int signal) { return signal >= SIGRTMIN && signal <= SIGRTMAX; }

std::string RealTimeName(std::string_view base, int offset) {
  std::string name(base);
  if (offset != 0) absl::StrAppend(&name, offset > 0 ? "+" : "", offset);
  return name;
}

std::vector<std::string> SignalNames() {
  std::vector<std::string> names;
  for (int signal = 1; signal <= kLastNamedSignal; ++signal) {
    names.push_back(SignalName(signal));
  }
  return names;
}

std::vector<std::string> KnownEnds() {
  std::vector<std::string> names = SignalNames();
  names.insert(names.begin(), {"timeout", "crash"});
  return names;
}

}  // namespace

std::string SignalName(int signal) {
  if (IsRealTime(signal)) return RealTimeName(kFirst, signal - SIGRTMIN);
  const char* short_name = sigabbrev_np(signal);
  if (short_name == nullptr) return absl::StrCat("signal ", signal);
  return absl::StrCat("SIG", short_name);
}

absl::StatusOr<int> ParseSignal(std::string_view name) {
  for (int signal = 1; signal <= kLastNamedSignal; ++signal) {
    if (name == SignalName(signal)) return signal;
  }
  for (int signal = SIGRTMIN; signal <= SIGRTMAX; ++signal) {
    if (name == RealTimeName(kFirst, signal - SIGRTMIN) ||
        name == RealTimeName(kLast, signal - SIGRTMAX)) {
      return signal;
    }
  }
  return absl::InvalidArgumentError(
      absl::StrCat("unknown signal \"", std::string(name),
                   "\"; expected a name such as \"SIGQUIT\"",
                   DidYouMean(name, SignalNames())));
}

absl::StatusOr<Ends> ParseEnds(std::string_view text) {
  std::string word(text);
  if (word == "timeout") return Ends{Ends::Kind::kTimeout, 0};
  if (word == "crash") return Ends{Ends::Kind::kCrash, 0};
  if (absl::StatusOr<int> signal = ParseSignal(word); signal.ok()) {
    return Ends{Ends::Kind::kSignal, *signal};
  }
  int status = -1;
  if (absl::StartsWith(word, "exit ") &&
      absl::SimpleAtoi(word.substr(5), &status) && status >= 0 &&
      status <= 255 && word == absl::StrCat("exit ", status)) {
    return Ends{Ends::Kind::kExit, status};
  }
  return absl::InvalidArgumentError(absl::StrCat(
      "unknown end \"", word,
      "\"; expected \"exit N\" (N from 0 to 255), a signal's name such as "
      "\"SIGSEGV\", \"crash\" or \"timeout\"",
      DidYouMean(word, KnownEnds())));
}

std::string FormatEnds(const Ends& ends) {
  switch (ends.kind) {
    case Ends::Kind::kExit:
      return absl::StrCat("exit ", ends.code);
    case Ends::Kind::kSignal:
      return SignalName(ends.code);
    case Ends::Kind::kCrash:
      return "crash";
    case Ends::Kind::kTimeout:
      return "timeout";
  }
  return "?";
}

}  // namespace harness
