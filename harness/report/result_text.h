// The results of a run for other programs: JUnit's XML, lines of JSON, and the
// annotations of GitHub's workflows. Valid whatever bytes the programs printed.

#ifndef LASTWORDS_HARNESS_REPORT_RESULT_TEXT_H_
#define LASTWORDS_HARNESS_REPORT_RESULT_TEXT_H_

#include <string>
#include <vector>

#include "absl/time/time.h"
#include "harness/match/verdict.h"
#include "harness/spec/spec.h"

namespace harness {

// One test, all its repetitions together.
struct ResultRow {
  std::string family;
  std::string name;
  std::string file;
  Position where;  // of the spec, or of what was not met
  Outcome outcome = Outcome::kPass;
  std::string reason;   // one line; empty for a pass
  std::string failure;  // the whole story of a failure, else empty
  absl::Duration wall;
};

// A test suite for each family. FAIL, TIMEOUT, LEAK, XPASS and
// EXCESSIVE_OUTPUT are failures, UNRESOLVED an error, SKIP and XFAIL skipped.
std::string FormatJunit(const std::vector<ResultRow>& rows,
                        absl::Duration wall);

// JSON, a line for each test, as soon as it has been judged:
// {"id":"f/A","outcome":"PASS",...}
std::string FormatJsonLine(const ResultRow& row);

// And the last one, {"tests":2,"passed":1,"wall_ms":7}: without it the run was
// cut short. XFAIL counts as skipped, as in JUnit.
std::string FormatJsonEnd(const std::vector<ResultRow>& rows,
                          absl::Duration wall);

// "::error file=...,line=...,col=...,title=FAIL f/A::reason", with a newline.
std::string FormatAnnotation(const ResultRow& row);

// The same for each line of `message`, which says what keeps everything from
// running; "FILE:LINE:COLUMN: error: " before it is the place.
std::string FormatErrorAnnotations(const std::string& message);

// True in a workflow of GitHub, which shows such lines beside the code.
bool IsAnnotated();

}  // namespace harness

#endif  // LASTWORDS_HARNESS_REPORT_RESULT_TEXT_H_
