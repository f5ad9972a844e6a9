#include "harness/match/ending.h"

#include "absl/strings/str_cat.h"

namespace harness {

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

}  // namespace harness
