// The table of a spec: `cases` makes one test of each row.
//
//   "cases": { "Int": "93", "Bool": "true" }          $k and $v
//   "cases": { "Int": { "value": "93", "bits": 64 } } $k, $value and $bits

#ifndef LASTWORDS_HARNESS_SPEC_CASES_H_
#define LASTWORDS_HARNESS_SPEC_CASES_H_

#include <string>
#include <vector>

#include "harness/spec/json_value.h"
#include "harness/spec/value_reader.h"

namespace harness {

struct CaseRow {
  std::string key;  // empty for a spec without a table
  Position where;
  Variables variables;  // those of the row alone
};

// One row without a key if `table` is null. `reader` expands with the
// variables of the subject, which no row may define anew, and reports.
std::vector<CaseRow> ReadCases(const JsonValue* table, ValueReader& reader);

}  // namespace harness

#endif  // LASTWORDS_HARNESS_SPEC_CASES_H_
