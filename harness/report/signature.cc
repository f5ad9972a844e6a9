#include "harness/report/signature.h"

#include <algorithm>
#include <string_view>
#include <vector>

#include "absl/strings/ascii.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/str_join.h"
#include "harness/crash/crash.h"
#include "harness/crash/fold.h"
#include "harness/match/ending.h"
#include "harness/match/escape.h"

namespace harness {
namespace {

constexpr std::size_t kFrames = 3;
constexpr std::size_t kCauseBytes = 120;

bool IsAlnum(char c) {
  return absl::ascii_isalnum(static_cast<unsigned char>(c));
}

// Words that have a digit in them as N: 93, 0xc000016330, goroutine7.
std::string WithoutNumbers(std::string_view text) {
  std::string result;
  while (!text.empty()) {
    const auto end = std::find_if_not(text.begin(), text.end(), IsAlnum);
    const auto length = static_cast<std::size_t>(end - text.begin());
    const std::string_view word = text.substr(0, std::max<size_t>(length, 1));
    const bool number = word.find_first_of("0123456789") != word.npos;
    result += number ? "N" : std::string(word);
    text.remove_prefix(word.size());
  }
  return result;
}

std::string Cause(const CrashReport& report) {
  if (report.fatal.has_value()) return "fatal error: " + report.fatal->text;
  if (!report.panics.empty()) return "panic: " + report.panics.back().value;
  if (report.signal.has_value()) return report.signal->name;
  return "stacks";
}

// The program's own frames from the site outwards.
std::string Frames(const CrashReport& report) {
  if (report.goroutines.empty()) return "";
  const Stack& stack = report.goroutines.front().stack;
  std::vector<std::string> names;
  for (std::size_t i = CrashSite(stack).value_or(0);
       i < stack.frames.size() && names.size() < kFrames; ++i) {
    names.push_back(stack.frames[i].function);
  }
  return names.empty() ? "" : " at " + absl::StrJoin(names, " < ");
}

std::string CrashSignature(const std::string& output) {
  const CrashLog log = ParseCrashLog(output);
  if (log.reports.empty()) return "";
  const CrashReport& report = log.reports.front();
  return ", " +
         EscapeLine(WithoutNumbers(Cause(report)).substr(0, kCauseBytes)) +
         EscapeLine(Frames(report));
}

}  // namespace

std::string FailureSignature(const RunRecord& run) {
  const Verdict& verdict = run.verdict;
  std::string text(OutcomeName(verdict.outcome));
  if (!run.ran) return absl::StrCat(text, " ", verdict.reason);
  const auto unmet =
      std::find_if(verdict.findings.begin(), verdict.findings.end(),
                   [](const Finding& f) { return !f.met; });
  if (verdict.outcome == Outcome::kFail && unmet != verdict.findings.end()) {
    absl::StrAppend(&text, " ", unmet->key, " ", unmet->text);
  }
  return absl::StrCat(text, ", ", FormatEnding(run.result),
                      CrashSignature(run.result.output));
}

}  // namespace harness
