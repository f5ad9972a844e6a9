#include "harness/spec/diagnostic.h"

#include <algorithm>
#include <tuple>

#include "absl/strings/str_cat.h"

namespace harness {

std::string FormatPlace(const std::string& file, Position where) {
  if (where.line == 0) return file;
  return absl::StrCat(file, ":", where.line, ":", where.column);
}

std::string FormatDiagnostic(const Diagnostic& diagnostic) {
  return absl::StrCat(FormatPlace(diagnostic.file, diagnostic.where),
                      ": error: ", diagnostic.message);
}

std::string FormatDiagnostics(Diagnostics diagnostics) {
  std::stable_sort(diagnostics.begin(), diagnostics.end(),
                   [](const Diagnostic& a, const Diagnostic& b) {
                     return std::tie(a.file, a.where) <
                            std::tie(b.file, b.where);
                   });
  diagnostics.erase(std::unique(diagnostics.begin(), diagnostics.end()),
                    diagnostics.end());
  std::string text;
  for (const Diagnostic& diagnostic : diagnostics) {
    absl::StrAppend(&text, FormatDiagnostic(diagnostic), "\n");
  }
  return text;
}

}  // namespace harness
