#include "harness/match/crash_matcher.h"

#include <algorithm>
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "absl/strings/str_cat.h"
#include "harness/match/crash_text.h"
#include "harness/match/frames_matcher.h"
#include "harness/match/goroutine_matcher.h"

namespace harness {
namespace {

using Check = Expectation::Check;

constexpr char kNoReport[] = "there is no crash report in the output";

}  // namespace

CrashMatcher::CrashMatcher(std::string_view output, Captures& captures)
    : log_(ParseCrashLog(output)), captures_(captures) {}

// A stack that was printed without a cause comes before the report of a crash.
const CrashReport* CrashMatcher::Report() const {
  for (const CrashReport& report : log_.reports) {
    if (report.has_cause()) return &report;
  }
  return log_.reports.empty() ? nullptr : &log_.reports.front();
}

bool CrashMatcher::has_cause() const {
  return Report() != nullptr && Report()->has_cause();
}

Finding CrashMatcher::Match(const Expectation& expectation) {
  Finding finding = CrashFindingOf(expectation);
  if (Report() == nullptr) {
    finding.detail = kNoReport;
    return finding;
  }
  switch (expectation.check) {
    case Check::kFatal:
      MatchFatal(*expectation.pattern, finding);
      break;
    case Check::kPanics:
      MatchPanics(expectation.crash->panics, finding);
      break;
    default:
      MatchFrames(*expectation.crash->frames, finding);
  }
  return finding;
}

std::vector<Finding> CrashMatcher::MatchAll(
    const std::vector<Expectation>& goroutines) {
  if (Report() != nullptr) {
    return MatchGoroutines(goroutines, Report()->goroutines, captures_);
  }
  std::vector<Finding> findings;
  for (const Expectation& expectation : goroutines) {
    findings.push_back(CrashFindingOf(expectation));
    findings.back().detail = kNoReport;
  }
  return findings;
}

void CrashMatcher::MatchFatal(const TextPattern& wanted, Finding& finding) {
  const std::optional<Remark>& fatal = Report()->fatal;
  if (!fatal.has_value()) {
    finding.detail =
        absl::StrCat("there is no fatal error; ", ChainText(Report()->panics));
    return;
  }
  finding.met = wanted.Find(fatal->text, 0, &captures_).has_value();
  if (finding.met) {
    finding.detail = absl::StrCat("matched at line ", fatal->at.line);
    return;
  }
  finding.detail = absl::StrCat("it is ", QuoteText(fatal->text),
                                PartHint(wanted, fatal->text));
  finding.nearest = CompareLine(wanted, fatal->text,
                                static_cast<int>(fatal->at.line), captures_);
}

void CrashMatcher::MatchPanics(const std::vector<PanicWanted>& wanted,
                               Finding& finding) {
  const std::vector<Panic>& panics = Report()->panics;
  std::string problem;
  for (size_t i = 0; i < std::min(wanted.size(), panics.size()); ++i) {
    const bool same_marks = wanted[i].recovered == panics[i].recovered &&
                            wanted[i].repanicked == panics[i].repanicked;
    if (wanted[i].value.Find(panics[i].value, 0, &captures_) && same_marks) {
      continue;
    }
    problem = absl::StrCat("panic ", i + 1, " is ", PanicText(panics[i]),
                           ", not ", PanicText(wanted[i]),
                           PartHint(wanted[i].value, panics[i].value));
    if (same_marks) {
      finding.nearest =
          CompareLine(wanted[i].value, panics[i].value,
                      static_cast<int>(panics[i].at.line), captures_);
    }
    break;
  }
  if (problem.empty() && wanted.size() != panics.size()) {
    problem = absl::StrCat(Counted(panics.size(), "panic"), ", not ",
                           wanted.size(), "; ", ChainText(panics));
  }
  finding.met = problem.empty();
  finding.detail = finding.met
                       ? absl::StrCat("matched at line ", panics[0].at.line)
                       : problem;
}

void CrashMatcher::MatchFrames(const FramesWanted& wanted, Finding& finding) {
  const std::vector<Goroutine>& goroutines = Report()->goroutines;
  auto crashed = std::find_if(
      goroutines.begin(), goroutines.end(), [](const Goroutine& goroutine) {
        return goroutine.kind == Goroutine::Kind::kGoroutine;
      });
  if (crashed == goroutines.end()) {
    finding.detail = "the report has no goroutine";
    return;
  }
  Captures captures = captures_;
  FramesFound found = FindFrames(wanted, crashed->stack, captures);
  finding.met = found.met;
  if (found.met) {
    captures_ = std::move(captures);
    finding.detail = absl::StrCat("found in ", HeaderText(*crashed));
    return;
  }
  finding.detail = absl::StrCat(found.problem, ", in ", HeaderText(*crashed));
  if (found.instead != nullptr) {
    finding.nearest = CompareLine(*found.missing, found.instead->function,
                                  static_cast<int>(found.instead->at.line));
  } else if (found.missing != nullptr) {
    finding.nearest = NearestFrame(*found.missing, crashed->stack, captures);
  }
  if (!finding.nearest.has_value()) {
    absl::StrAppend(&finding.detail, "; ", StackText(crashed->stack));
  }
}

}  // namespace harness
