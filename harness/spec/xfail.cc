#include "harness/spec/xfail.h"

#include "absl/strings/str_cat.h"
#include "absl/time/civil_time.h"
#include "harness/spec/requirement_reader.h"

namespace harness {
namespace {

using Kind = JsonValue::Kind;

// Two ways to write one day would not compare as texts.
bool IsDay(const std::string& text) {
  absl::CivilDay day;
  return absl::ParseCivilTime(text, &day) && absl::FormatCivilTime(day) == text;
}

std::string ReadDay(const JsonValue& value, ValueReader& reader) {
  std::string text = reader.Text(value);
  if (text.empty() || IsDay(text)) return text;
  reader.Error(value.where, absl::StrCat("\"", text,
                                         "\" is no day; expected one such as "
                                         "\"2027-03-01\""));
  return text;
}

}  // namespace

Xfail ReadXfail(const JsonValue& value, const Variables& facts,
                ValueReader& reader) {
  Xfail xfail;
  xfail.position = value.where;
  if (!reader.Is(value, Kind::kObject)) return xfail;
  for (const JsonMember& member : value.members) {
    // clang-format off
    if (member.key == "issue") xfail.issue = reader.Text(member.value);
    else if (member.key == "until") xfail.until = ReadDay(member.value, reader);
    else if (member.key == "why") xfail.where.why = reader.Text(member.value);
    else ReadFact(member, facts, {"issue", "until", "why"}, reader,
                  xfail.where);
    // clang-format on
  }
  for (const char* key : {"issue", "until"}) {
    if (value.Find(key) != nullptr) continue;
    reader.Error(value.where,
                 absl::StrCat("an expected failure without \"", key, "\""));
  }
  return xfail;
}

}  // namespace harness
