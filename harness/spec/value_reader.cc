#include "harness/spec/value_reader.h"

#include <utility>

#include "absl/status/statusor.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/str_join.h"
#include "harness/spec/nearest.h"

namespace harness {

using Kind = JsonValue::Kind;

void ValueReader::Error(Position where, std::string message) {
  errors_.push_back({file_, where, std::move(message)});
}

void ValueReader::Error(Position where, const absl::Status& status) {
  Error(where, std::string(status.message()));
}

bool ValueReader::Is(const JsonValue& value, Kind kind) {
  if (value.kind == kind) return true;
  Error(value.where, absl::StrCat("expected ", std::string(KindName(kind)),
                                  ", got ", std::string(KindName(value.kind))));
  return false;
}

std::string ValueReader::Text(const JsonValue& value, bool may_be_empty) {
  if (!Is(value, Kind::kString)) return "";
  if (value.text.empty() && !may_be_empty) {
    Error(value.where, "empty string; expected a text");
    return "";
  }
  if (value.text.find('\0') != std::string::npos) {
    Error(value.where, "a NUL character; no process could be given it");
    return "";
  }
  absl::StatusOr<std::string> text = Expand(value.text, variables_);
  if (text.ok()) return *std::move(text);
  Error(value.where, text.status());
  return "";
}

bool ValueReader::Boolean(const JsonValue& value) {
  return Is(value, Kind::kBoolean) && value.boolean;
}

int64_t ValueReader::Integer(const JsonValue& value, int64_t least,
                             int64_t most) {
  if (!Is(value, Kind::kInteger)) return least;
  if (value.integer >= least && value.integer <= most) return value.integer;
  Error(value.where, absl::StrCat("expected an integer from ", least, " to ",
                                  most, ", got ", value.integer));
  return least;
}

std::vector<const JsonValue*> ValueReader::OneOrMore(const JsonValue& value) {
  if (value.kind == Kind::kString) return {&value};
  if (value.kind != Kind::kArray) {
    Error(value.where,
          absl::StrCat("expected a string or an array of strings, got ",
                       std::string(KindName(value.kind))));
    return {};
  }
  if (value.items.empty()) {
    Error(value.where, "empty array; expected at least one text");
  }
  std::vector<const JsonValue*> elements;
  for (const JsonValue& item : value.items) {
    if (Is(item, Kind::kString)) elements.push_back(&item);
  }
  return elements;
}

void ValueReader::UnknownKey(const JsonMember& member,
                             const std::vector<std::string>& known) {
  std::string hint = DidYouMean(member.key, known);
  if (hint.empty()) {
    hint = absl::StrCat("; expected one of ", absl::StrJoin(known, ", "));
  }
  Error(member.where, absl::StrCat("unknown key \"", member.key, "\"", hint));
}

}  // namespace harness
