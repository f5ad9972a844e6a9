#include "harness/report/result_text.h"

#include <re2/re2.h>

#include <cstdlib>
#include <map>
#include <nlohmann/json.hpp>
#include <string_view>

#include "absl/strings/str_cat.h"
#include "absl/strings/str_format.h"
#include "absl/strings/str_replace.h"
#include "absl/strings/str_split.h"
#include "harness/match/escape.h"

namespace harness {
namespace {

// Several lines that a terminal, and any parser, may be given.
std::string EscapeLines(const std::string& text) {
  std::string escaped;
  for (const std::string& line :
       std::vector<std::string>(absl::StrSplit(text, '\n'))) {
    absl::StrAppend(&escaped, escaped.empty() ? "" : "\n", EscapeLine(line));
  }
  return escaped;
}

// U+FFFE and U+FFFF are UTF-8, and no characters of XML.
std::string XmlText(const std::string& text) {
  return absl::StrReplaceAll(EscapeLines(text), {{"&", "&amp;"},
                                                 {"<", "&lt;"},
                                                 {">", "&gt;"},
                                                 {"\xEF\xBF\xBE", "\\ufffe"},
                                                 {"\xEF\xBF\xBF", "\\uffff"}});
}

std::string XmlAttribute(const std::string& text) {
  return absl::StrReplaceAll(
      XmlText(text), {{"\"", "&quot;"}, {"\t", "&#9;"}, {"\n", "&#10;"}});
}

std::string Seconds(absl::Duration duration) {
  return absl::StrFormat("%.3f", absl::ToDoubleSeconds(duration));
}

bool IsSkipped(Outcome outcome) {
  return outcome == Outcome::kSkip || outcome == Outcome::kXfail;
}

std::string Element(const char* name, const ResultRow& row) {
  std::string text = absl::StrCat("      <", name, " message=\"",
                                  XmlAttribute(row.reason), "\"");
  if (!IsSkipped(row.outcome)) {
    absl::StrAppend(&text, " type=\"", std::string(OutcomeName(row.outcome)),
                    "\"");
  }
  if (row.failure.empty()) return text + "/>\n";
  return absl::StrCat(text, ">", XmlText(row.failure), "</", name, ">\n");
}

std::string TestCase(const ResultRow& row) {
  std::string text = absl::StrCat(
      "    <testcase classname=\"", XmlAttribute(row.family), "\" name=\"",
      XmlAttribute(row.name), "\" file=\"", XmlAttribute(row.file),
      "\" line=\"", row.where.line, "\" time=\"", Seconds(row.wall), "\"");
  if (row.outcome == Outcome::kPass) return text + "/>\n";
  const char* element = IsSkipped(row.outcome)   ? "skipped"
                        : IsFailure(row.outcome) ? "failure"
                                                 : "error";
  return absl::StrCat(text, ">\n", Element(element, row), "    </testcase>\n");
}

struct Suite {
  int tests = 0;
  int failures = 0;
  int errors = 0;
  int skipped = 0;
  absl::Duration wall;
  std::string cases;

  void Count(const ResultRow& row) {
    ++tests;
    failures += IsFailure(row.outcome) ? 1 : 0;
    errors += row.outcome == Outcome::kUnresolved ? 1 : 0;
    skipped += IsSkipped(row.outcome) ? 1 : 0;
  }
  void Add(const ResultRow& row) {
    Count(row);
    wall += row.wall;
    cases += TestCase(row);
  }

  std::string Attributes() const {
    return absl::StrCat(" tests=\"", tests, "\" failures=\"", failures,
                        "\" errors=\"", errors, "\" skipped=\"", skipped, "\"");
  }
};

// What a workflow command may hold.
std::string CommandText(const std::string& text, bool property) {
  std::string escaped = absl::StrReplaceAll(
      EscapeLines(text), {{"%", "%25"}, {"\r", "%0D"}, {"\n", "%0A"}});
  if (!property) return escaped;
  return absl::StrReplaceAll(escaped, {{":", "%3A"}, {",", "%2C"}});
}

std::string Annotation(const std::string& file, const std::string& line,
                       const std::string& column, const std::string& title,
                       const std::string& message) {
  return absl::StrCat("::error file=", CommandText(file, true), ",line=", line,
                      ",col=", column, ",title=", CommandText(title, true),
                      "::", CommandText(message, false), "\n");
}

}  // namespace

std::string FormatJunit(const std::vector<ResultRow>& rows,
                        absl::Duration wall) {
  std::map<std::string, Suite> suites;
  Suite all;
  for (const ResultRow& row : rows) {
    suites[row.family].Add(row);
    all.Add(row);
  }
  std::string text =
      absl::StrCat("<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n",
                   "<testsuites name=\"lastwords\"", all.Attributes(),
                   " time=\"", Seconds(wall), "\">\n");
  for (const auto& [family, suite] : suites) {
    absl::StrAppend(&text, "  <testsuite name=\"", XmlAttribute(family), "\"",
                    suite.Attributes(), " time=\"", Seconds(suite.wall),
                    "\">\n", suite.cases, "  </testsuite>\n");
  }
  return text + "</testsuites>\n";
}

std::string FormatJsonLine(const ResultRow& row) {
  nlohmann::ordered_json test = {
      {"id", EscapeLines(row.family + "/" + row.name)},
      {"outcome", OutcomeName(row.outcome)},
      {"file", EscapeLines(row.file)},
      {"line", row.where.line},
      {"column", row.where.column},
      {"wall_ms", absl::ToInt64Milliseconds(row.wall)}};
  if (!row.reason.empty()) test["reason"] = EscapeLines(row.reason);
  if (!row.failure.empty()) test["failure"] = EscapeLines(row.failure);
  return test.dump() + "\n";
}

std::string FormatJsonEnd(const std::vector<ResultRow>& rows,
                          absl::Duration wall) {
  Suite all;
  for (const ResultRow& row : rows) all.Count(row);
  const nlohmann::ordered_json end = {
      {"tests", all.tests},
      {"passed", all.tests - all.failures - all.errors - all.skipped},
      {"failed", all.failures},
      {"unresolved", all.errors},
      {"skipped", all.skipped},
      {"wall_ms", absl::ToInt64Milliseconds(wall)}};
  return end.dump() + "\n";
}

std::string FormatAnnotation(const ResultRow& row) {
  return Annotation(row.file, absl::StrCat(row.where.line),
                    absl::StrCat(row.where.column),
                    absl::StrCat(std::string(OutcomeName(row.outcome)), " ",
                                 row.family, "/", row.name),
                    row.reason);
}

std::string FormatErrorAnnotations(const std::string& message) {
  static const re2::RE2 placed("(.*):(\\d+):(\\d+): error: (.*)");
  std::string annotations;
  for (const absl::string_view line :
       absl::StrSplit(message, '\n', absl::SkipEmpty())) {
    std::string file, number, column, text;
    if (re2::RE2::FullMatch(std::string(line), placed, &file, &number, &column,
                            &text)) {
      annotations += Annotation(file, number, column, "broken spec", text);
    } else {
      absl::StrAppend(&annotations, "::error title=lastwords::",
                      CommandText(std::string(line), false), "\n");
    }
  }
  return annotations;
}

bool IsAnnotated() {
  const char* value = std::getenv("GITHUB_ACTIONS");
  return value != nullptr && std::string_view(value) == "true";
}

}  // namespace harness
