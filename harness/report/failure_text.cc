#include "harness/report/failure_text.h"

#include <algorithm>

#include "absl/strings/str_cat.h"
#include "absl/strings/str_format.h"
#include "absl/time/time.h"
#include "harness/match/ending.h"
#include "harness/match/escape.h"
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
    std::string mark = finding.met ? style.Green("ok ") : style.Red("NO ");
    absl::StrAppendFormat(&text, "    %s%7s  %s %s: %s\n", mark,
                          PlaceColumn(finding.where), finding.key, finding.text,
                          finding.detail);
    if (finding.nearest.has_value()) AppendNearest(*finding.nearest, text);
  }
}

void AppendEnding(const RunRecord& run, std::string& text) {
  absl::StrAppend(&text, "  ended     ", FormatEnding(run.result));
  if (run.result.end == ProcessResult::End::kTimeout) {
    absl::StrAppend(&text, ", then killed");
  }
  absl::StrAppend(&text, ", after ", Milliseconds(run.result.wall));
  if (run.spec.repeat > 1) {
    absl::StrAppend(&text, ", in run ", run.attempt, " of ", run.spec.repeat);
  }
  absl::StrAppend(&text, "\n");
  for (const LeakedProcess& leak : run.result.leaks) {
    absl::StrAppend(&text, "  leaked    ", EscapeLine(leak.name), " (pid ",
                    leak.pid, ") ", EscapeLine(leak.cmdline), "\n");
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

// A bare shell cannot hold a conversation: then the harness does.
std::string AgainCommand(const RunRecord& run) {
  if (run.request.steps.empty()) return RerunCommand(run.request);
  return absl::StrCat(
      "lastwords run ", ShellQuote(run.spec.file), " --test ",
      ShellQuote(run.spec.Id()), " --subject ",
      ShellQuote(absl::StrCat(run.spec.subject, "=", run.request.program)));
}

}  // namespace

std::string FormatFailure(const RunRecord& run, const Style& style) {
  std::string text = absl::StrCat(
      style.Bold(FormatPlace(run.spec.file, run.verdict.where)), ": ",
      style.Red("error:"), " ", run.verdict.reason, "\n",
      style.Red(OutcomeName(run.verdict.outcome)), " ", run.spec.Id(), "\n");
  if (!run.spec.why.empty()) {
    absl::StrAppend(&text, "  why       ", EscapeLine(run.spec.why), "\n");
  }
  AppendFindings(run.verdict, style, text);
  if (!run.ran) return text;
  AppendEnding(run, text);
  AppendOutput(run, text);
  absl::StrAppend(&text, "  gdb       ", GdbCommand(run.request), "\n",
                  "  again     ", AgainCommand(run), "\n");
  return text;
}

}  // namespace harness
