// What is wrong with a spec, and exactly where.
//
//   specs/x.json:12:7: error: unknown key "want"; did you mean "wants"?
//
// The loader never stops at the first: it collects Diagnostics and goes on, so
// that one run shows every error of every file.

#ifndef LASTWORDS_HARNESS_SPEC_DIAGNOSTIC_H_
#define LASTWORDS_HARNESS_SPEC_DIAGNOSTIC_H_

#include <string>
#include <vector>

#include "harness/spec/position.h"

namespace harness {

struct Diagnostic {
  std::string file;
  Position where;
  std::string message;

  friend bool operator==(const Diagnostic&, const Diagnostic&) = default;
};

using Diagnostics = std::vector<Diagnostic>;

// "file:line:column", or "file" alone for the file as a whole.
std::string FormatPlace(const std::string& file, Position where);

// One line without newline: "file:line:column: error: message".
std::string FormatDiagnostic(const Diagnostic& diagnostic);

// All of them, one a line, sorted by place, each once: a table of cases finds
// the same fault once a row.
std::string FormatDiagnostics(Diagnostics diagnostics);

}  // namespace harness

#endif  // LASTWORDS_HARNESS_SPEC_DIAGNOSTIC_H_
