#include "harness/spec/requirement_reader.h"

#include <set>
#include <string>
#include <utility>

#include "absl/strings/str_cat.h"

namespace harness {
namespace {

using Kind = JsonValue::Kind;

// Those that any subject may be asked for, whether it states them or not.
const char* const kUsualFacts[] = {"subject",  "implementation", "version",
                                   "compiler", "sanitizer",      "os",
                                   "arch",     "kernel",         "build_type"};

}  // namespace

void ReadFact(const JsonMember& member, const Variables& facts,
              const std::vector<std::string>& others, ValueReader& reader,
              Requirement& requirement) {
  std::set<std::string> known(std::begin(kUsualFacts), std::end(kUsualFacts));
  for (const auto& [name, fact] : facts) known.insert(name);
  if (!known.contains(member.key)) {
    known.insert(others.begin(), others.end());
    reader.UnknownKey(member, {known.begin(), known.end()});
  }
  std::vector<Condition>& conditions = requirement.facts[member.key];
  for (const JsonValue* text : reader.OneOrMore(member.value)) {
    absl::StatusOr<Condition> condition = ParseCondition(text->text);
    if (condition.ok()) {
      conditions.push_back(*condition);
    } else {
      reader.Error(text->where, condition.status());
    }
  }
}

namespace {

Requirement ReadRequirement(const JsonValue& object, const Variables& facts,
                            ValueReader& reader) {
  Requirement requirement;
  for (const JsonMember& member : object.members) {
    if (member.key == "why") {
      requirement.why = reader.Text(member.value);
    } else {
      ReadFact(member, facts, {"why"}, reader, requirement);
    }
  }
  if (object.Find("why") == nullptr) {
    reader.Error(object.where, "a requirement without its reason \"why\"");
  }
  if (requirement.facts.empty()) {
    reader.Error(object.where,
                 "a requirement without a fact, such as \"compiler\"");
  }
  return requirement;
}

}  // namespace

std::vector<Requirement> ReadRequirements(const JsonValue& value,
                                          const Variables& facts,
                                          ValueReader& reader) {
  if (value.kind == Kind::kObject) {
    return {ReadRequirement(value, facts, reader)};
  }
  std::vector<Requirement> requirements;
  if (value.kind != Kind::kArray) {
    reader.Error(value.where,
                 absl::StrCat("expected an object or an array of them, got ",
                              std::string(KindName(value.kind))));
    return requirements;
  }
  if (value.items.empty()) {
    reader.Error(value.where, "empty array; expected at least one requirement");
  }
  for (const JsonValue& item : value.items) {
    if (!reader.Is(item, Kind::kObject)) continue;
    requirements.push_back(ReadRequirement(item, facts, reader));
  }
  return requirements;
}

}  // namespace harness
