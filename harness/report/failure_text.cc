#include "harness/report/failure_text.h"

#include <signal.h>

#include <algorithm>

#include "absl/strings/match.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/str_format.h"
#include "absl/time/time.h"
#include "harness/match/ending.h"
#include "harness/match/escape.h"
#include "harness/match/leaks_text.h"
#include "harness/report/output_text.h"
#include "harness/report/rerun.h"
#include "harness/spec/diagnostic.h"

namespace harness {
namespace {

std::string Milliseconds(absl::Duration duration) {
  return absl::StrCat(absl::ToInt64Milliseconds(duration), " ms");
}

std::string PlaceColumn(Position where) {
  if (where.line == 0) return "default";
  return absl::StrCat(where.line, ":", where.column);
}

void AppendNearest(const NearestLine& nearest, std::string& text) {
  if (nearest.number == 0) {
    absl::StrAppendFormat(&text, "             %-12s %s\n", "expected",
                          nearest.expected);
    absl::StrAppendFormat(&text, "             %-12s %s\n", "but",
                          "the output ended before that");
    return;
  }
  std::string line = absl::StrCat("line ", nearest.number);
  absl::StrAppendFormat(&text, "             %-12s %s\n", "expected",
                        nearest.expected);
  absl::StrAppendFormat(&text, "             %-12s %s\n", line, nearest.actual);
  if (!nearest.marks.empty()) {
    absl::StrAppendFormat(&text, "             %-12s %s\n", "", nearest.marks);
  }
}

void AppendFindings(const Verdict& verdict, const Style& style,
                    std::string& text) {
  if (verdict.findings.empty()) return;
  absl::StrAppend(&text, "  expectations\n");
  for (const Finding& finding : verdict.findings) {
    std::string mark = !finding.judged ? "-- "
                       : finding.met   ? style.Green("ok ")
                                       : style.Red("NO ");
    absl::StrAppendFormat(&text, "    %s%7s  %s%s%s: %s\n", mark,
                          PlaceColumn(finding.where), finding.key,
                          finding.text.empty() ? "" : " ", finding.text,
                          finding.detail);
    if (finding.nearest.has_value()) AppendNearest(*finding.nearest, text);
  }
}

// How the program took what it was sent at its time limit.
std::string TimeoutText(const RunRecord& run) {
  const bool killed = run.result.signal == SIGKILL;
  return absl::StrCat("not within its limit of ",
                      Milliseconds(run.request.limits.time),
                      ": it was sent SIGQUIT, to show its stacks",
                      killed ? ", then SIGKILL" : ", and ended");
}

std::string EndingText(const RunRecord& run) {
  if (run.result.end == ProcessResult::End::kTimeout) return TimeoutText(run);
  const bool as_expected = EndedAs(run.spec.ends, run.result);
  return absl::StrCat(FormatEnding(run.result),
                      as_expected ? ", as expected" : ", and not ",
                      as_expected ? "" : FormatEnds(run.spec.ends));
}

void AppendEnding(const RunRecord& run, std::string& text) {
  absl::StrAppend(&text, "  ended     ", EndingText(run), ", after ",
                  Milliseconds(run.result.wall));
  if (run.spec.repeat > 1) {
    absl::StrAppend(&text, ", in run ", run.attempt, " of ", run.spec.repeat);
  }
  absl::StrAppend(&text, "\n");
  if (!run.kept_core.empty()) {
    absl::StrAppend(&text, "  core      kept in ", run.kept_core, "\n");
  }
  const std::vector<LeakedProcess>& leaks = run.result.leaks;
  for (size_t i = 0; i < std::min(leaks.size(), kLeaksNamed); ++i) {
    const LeakedProcess& leak = leaks[i];
    absl::StrAppend(&text, "  leaked    ", EscapeLine(leak.name), " (pid ",
                    leak.pid, ") ", EscapeLine(leak.cmdline), "\n");
  }
  if (leaks.size() > kLeaksNamed) {
    absl::StrAppend(&text, "  leaked    and ", leaks.size() - kLeaksNamed,
                    " more\n");
  }
}

void AppendOutput(const RunRecord& run, std::string& text) {
  std::string output = FormatOutput(run.result);
  if (output.empty()) {
    absl::StrAppend(&text, "  output    nothing\n");
    return;
  }
  absl::StrAppend(&text, "  output    ", run.result.output_bytes_total,
                  " bytes");
  if (!run.kept_file.empty()) {
    absl::StrAppend(&text, ", kept in ", run.kept_file);
  }
  absl::StrAppend(&text, "\n", output);
}

// A stream that was judged by itself and failed: its lines have numbers of
// their own.
void AppendStream(const std::string& name,
                  const std::optional<std::string>& stream,
                  const Verdict& verdict, std::string& text) {
  const bool failed =
      std::any_of(verdict.findings.begin(), verdict.findings.end(),
                  [&](const Finding& finding) {
                    return !finding.met && absl::StartsWith(finding.key, name);
                  });
  if (!failed || !stream.has_value()) return;
  absl::StrAppend(&text, "  ", name, "    ",
                  stream->empty() ? "nothing" : "alone", "\n",
                  FormatLines(*stream));
}

// What was not run has no place of its own.
Position WhereOf(const RunRecord& run) {
  return run.verdict.where.line == 0 ? run.spec.where : run.verdict.where;
}

}  // namespace

std::string FormatFailure(const RunRecord& run, const Style& style) {
  std::string text = absl::StrCat(
      style.Bold(FormatPlace(run.spec.file, WhereOf(run))), ": ",
      style.Red("error:"), " ", run.verdict.reason, "\n",
      style.Red(OutcomeName(run.verdict.outcome)), " ", run.spec.Id(), "\n");
  if (!run.spec.why.empty()) {
    absl::StrAppend(&text, "  why       ", EscapeLine(run.spec.why), "\n");
  }
  AppendFindings(run.verdict, style, text);
  if (!run.ran) return text;
  AppendEnding(run, text);
  AppendOutput(run, text);
  AppendStream("stdout", run.result.out, run.verdict, text);
  AppendStream("stderr", run.result.err, run.verdict, text);
  // A bare shell cannot hold a conversation: then the harness does.
  absl::StrAppend(
      &text, "  gdb       ", GdbCommand(run.request), "\n", "  again     ",
      run.request.steps.empty() ? RerunCommand(run.request) : run.judge_again,
      "\n");
  return text;
}

}  // namespace harness
