#include "ci/faults/report.h"

#include <re2/re2.h>

namespace faults {

std::string Normalized(std::string text) {
  RE2::GlobalReplace(&text, "([^+])0x[0-9a-f]+", "\\1?");
  RE2::GlobalReplace(&text, "goroutine [0-9]+ ", "goroutine ? ");
  RE2::GlobalReplace(&text, "in goroutine [0-9]+\n", "in goroutine ?\n");
  RE2::GlobalReplace(&text, " m=[0-9]+ ", " m=? ");
  return text;
}

std::string Repeated(const std::string& report, int n) {
  std::string text = report;
  for (int i = 1; i < n; ++i) text += "\n" + report;
  return text;
}

std::string Head(const std::string& report) {
  const size_t first = report.find("\n\ngoroutine ");
  return report.substr(0, report.find("\n\ngoroutine ", first + 1));
}

std::string Tail(const std::string& report) {
  const size_t registers = report.rfind("\n\nrax ");
  return registers == report.npos ? "" : report.substr(registers);
}

int WholeSections(const std::string& report) {
  static const RE2 section(
      "\n\ngoroutine [^ ]+ \\[[^\\]\n]+\\]:\n"
      "(?:[^ \n]+\\(\\.\\.\\.\\)\n\t[^\n]+\n|\\.\\.\\.[^\n]+\n)*"
      "created by [^\n]+\n\t[^\n]+");
  re2::StringPiece rest(report);
  int count = 0;
  while (RE2::FindAndConsume(&rest, section)) ++count;
  return count;
}

}  // namespace faults
