#include "harness/report/output_text.h"

#include "absl/strings/str_cat.h"
#include "absl/strings/str_format.h"
#include "harness/match/escape.h"
#include "harness/match/output_lines.h"

namespace harness {
namespace {

constexpr size_t kShownLineLength = 300;

void AppendLine(const OutputLines& lines, int number, std::string& text) {
  std::string_view line = lines.Line(number);
  bool cut = line.size() > kShownLineLength;
  absl::StrAppendFormat(&text, "  %4d | %s", number,
                        EscapeLine(line.substr(0, kShownLineLength)));
  if (cut) {
    absl::StrAppend(&text, " ... ", line.size() - kShownLineLength,
                    " bytes more");
  }
  text += '\n';
}

}  // namespace

std::string FormatLines(std::string_view output, std::uint64_t dropped) {
  OutputLines lines(output);
  int hidden = lines.size() - 2 * kShownLinesAtEachEnd;
  std::string text;
  for (int number = 1; number <= lines.size(); ++number) {
    if (hidden > 0 && number == kShownLinesAtEachEnd + 1) {
      absl::StrAppend(&text, "       ... ", hidden, " lines not shown");
      if (dropped > 0) {
        absl::StrAppend(&text, ", and ", dropped,
                        " bytes that were not kept and not counted");
      }
      absl::StrAppend(&text, " ...\n");
      number += hidden;
    }
    AppendLine(lines, number, text);
  }
  if (!output.empty() && output.back() != '\n') {
    absl::StrAppend(&text, "       (no newline at the end)\n");
  }
  return text;
}

std::string FormatOutput(const ProcessResult& result) {
  return FormatLines(result.output, result.output_bytes_dropped);
}

}  // namespace harness
