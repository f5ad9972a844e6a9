#include "harness/spec/cases.h"

#include <optional>
#include <utility>

#include "absl/strings/ascii.h"
#include "absl/strings/str_cat.h"

namespace harness {
namespace {

using Kind = JsonValue::Kind;

bool IsName(const std::string& key) {
  if (key.empty() || absl::ascii_isdigit(static_cast<unsigned char>(key[0]))) {
    return false;
  }
  for (char c : key) {
    if (!absl::ascii_isalnum(static_cast<unsigned char>(c)) && c != '_') {
      return false;
    }
  }
  return true;
}

std::optional<std::string> Cell(const JsonValue& value, ValueReader& reader) {
  if (value.kind == Kind::kInteger) return absl::StrCat(value.integer);
  if (value.kind == Kind::kString) {
    return reader.Text(value, /*may_be_empty=*/true);
  }
  reader.Error(value.where,
               absl::StrCat("expected a string or an integer, got ",
                            std::string(KindName(value.kind))));
  return std::nullopt;
}

// `$pkg` is the same wherever it stands.
void CheckIsFree(const std::string& name, Position where, ValueReader& reader) {
  if (!reader.variables().contains(name)) return;
  reader.Error(where, absl::StrCat("\"$", name,
                                   "\" is a variable of the subject, and no "
                                   "row may change it"));
}

CaseRow ReadRow(const JsonMember& member, ValueReader& reader) {
  CaseRow row{member.key, member.where, {{"k", member.key}}};
  if (member.key.empty()) reader.Error(member.where, "a case without a name");
  CheckIsFree("k", member.where, reader);
  if (member.value.kind != Kind::kObject) {
    CheckIsFree("v", member.where, reader);
    if (auto cell = Cell(member.value, reader)) row.variables["v"] = *cell;
    return row;
  }
  if (member.value.members.empty()) {
    reader.Error(member.value.where, "empty row; expected variables");
  }
  for (const JsonMember& column : member.value.members) {
    if (!IsName(column.key) || column.key == "k") {
      reader.Error(column.where,
                   absl::StrCat("\"", column.key,
                                "\" can not name a variable; expected letters, "
                                "digits and underscores, and not \"k\""));
      continue;
    }
    CheckIsFree(column.key, column.where, reader);
    if (auto cell = Cell(column.value, reader)) {
      row.variables[column.key] = *cell;
    }
  }
  return row;
}

// Stands for the rows of a broken table, so that the texts that use them are
// still read for their own errors.
CaseRow AnyRow() { return {"k", {}, {{"k", "k"}, {"v", "v"}}}; }

}  // namespace

std::vector<CaseRow> ReadCases(const JsonValue* table, ValueReader& reader) {
  if (table == nullptr) return {CaseRow{}};
  if (!reader.Is(*table, Kind::kObject)) return {AnyRow()};
  if (table->members.empty()) {
    reader.Error(table->where, "empty table; expected one row a test");
    return {AnyRow()};
  }
  std::vector<CaseRow> rows;
  for (const JsonMember& member : table->members) {
    rows.push_back(ReadRow(member, reader));
  }
  return rows;
}

}  // namespace harness
