#include "harness/match/ending.h"

#include "absl/strings/str_cat.h"

namespace harness {

namespace {

constexpr int kShellSignalBase = 128;

}  // namespace

using End = ProcessResult::End;

bool EndedAs(const Ends& expected, const ProcessResult& result) {
  switch (expected.kind) {
    case Ends::Kind::kExit:
      return result.end == End::kExited && result.exit_code == expected.code;
    case Ends::Kind::kSignal:
      return result.end == End::kSignaled && result.signal == expected.code;
    case Ends::Kind::kCrash:
      return result.end == End::kSignaled;
    case Ends::Kind::kTimeout:
      return result.end == End::kTimeout;
  }
  return false;
}

std::string FormatEnding(const ProcessResult& result) {
  switch (result.end) {
    case End::kExited:
      return absl::StrCat("exit ", result.exit_code);
    case End::kSignaled:
      return absl::StrCat(SignalName(result.signal),
                          result.core_dumped ? " (core dumped)" : "");
    case End::kTimeout:
      return "timeout";
  }
  return "?";
}

std::string EndingHint(const Ends& expected, const ProcessResult& result) {
  const bool by_signal = expected.kind == Ends::Kind::kSignal ||
                         expected.kind == Ends::Kind::kCrash;
  const int signal = result.exit_code - kShellSignalBase;
  if (by_signal && result.end == End::kExited && signal >= 1 &&
      signal <= kLastNamedSignal) {
    return absl::StrCat("; a shell exits with that when ", SignalName(signal),
                        " ends its command");
  }
  if (expected.kind == Ends::Kind::kExit && result.end == End::kSignaled &&
      expected.code == kShellSignalBase + result.signal) {
    return absl::StrCat("; only a shell makes ", expected.code,
                        " of it: say \"", SignalName(result.signal), "\"");
  }
  return "";
}

}  // namespace harness
