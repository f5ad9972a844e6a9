#include "harness/spec/consistency.h"

#include <string>

#include "absl/strings/match.h"
#include "absl/strings/str_cat.h"
#include "harness/spec/expectation_reader.h"

namespace harness {
namespace {

using Check = Expectation::Check;

bool IsLiteral(const Expectation& expectation) {
  return expectation.pattern.has_value() && expectation.pattern->is_literal();
}

// What must stand in the output, literally.
bool Demands(const Expectation& expectation) {
  return IsLiteral(expectation) && (expectation.check == Check::kWants ||
                                    expectation.check == Check::kStarts ||
                                    expectation.check == Check::kFinishes ||
                                    expectation.check == Check::kEquals);
}

bool Forbids(const Expectation& expectation) {
  return IsLiteral(expectation) &&
         (expectation.check == Check::kNever ||
          (expectation.check == Check::kCount && expectation.count == 0));
}

std::string Named(const Expectation& expectation) {
  return absl::StrCat("\"", std::string(CheckName(expectation.check)),
                      "\" at line ", expectation.where.line, ", column ",
                      expectation.where.column);
}

// A `wants` whose text another text holds; of two alike, the second.
void CheckSuperfluous(const Expectation& wants, const Expectation& other,
                      ValueReader& reader) {
  if (wants.check != Check::kWants || !Demands(wants) || !Demands(other)) {
    return;
  }
  const std::string& text = wants.pattern->text();
  const bool held =
      other.check == Check::kWants
          ? text == other.pattern->text() && other.where < wants.where
          : absl::StrContains(other.pattern->text(), text);
  if (held) {
    reader.Error(wants.where, absl::StrCat("can not fail: ", Named(other),
                                           " demands it already"));
  }
}

void CheckContradiction(const Expectation& never, const Expectation& other,
                        ValueReader& reader) {
  if (Forbids(never) && Demands(other) &&
      absl::StrContains(other.pattern->text(), never.pattern->text())) {
    reader.Error(never.where,
                 absl::StrCat("can not be met: ", Named(other), " demands it"));
  }
}

// `equals` says all there is to say of the output, unless it is an expression.
void CheckBesideEquals(const JsonValue& object, ValueReader& reader) {
  const JsonMember* equals = object.Find("equals");
  if (equals == nullptr || absl::StartsWith(equals->value.text, "/")) return;
  for (const JsonMember& member : object.members) {
    if (&member == equals || !IsExpectation(member.key)) continue;
    reader.Error(
        member.where,
        absl::StrCat("\"", member.key, "\" beside \"equals\", which says all"));
  }
}

// Two streams are two pipes: nobody knows which of them was written first.
void CheckOrderOfStreams(const JsonValue& object, ValueReader& reader) {
  if (object.Find("stdout") == nullptr && object.Find("stderr") == nullptr) {
    return;
  }
  for (const char* key : {"starts", "finishes", "equals", "lines"}) {
    if (const JsonMember* member = object.Find(key)) {
      reader.Error(member->where,
                   absl::StrCat("\"", key,
                                "\" of both streams beside \"stdout\" or "
                                "\"stderr\": their order is then not known"));
    }
  }
}

}  // namespace

void CheckConsistency(const JsonValue& object, const Spec& spec,
                      ValueReader& reader) {
  CheckOrderOfStreams(object, reader);
  CheckBesideEquals(object, reader);
  if (object.Find("equals") != nullptr) return;
  for (const Expectation& one : spec.expectations) {
    for (const Expectation& other : spec.expectations) {
      if (&one == &other || one.stream != other.stream) continue;
      CheckSuperfluous(one, other, reader);
      CheckContradiction(one, other, reader);
    }
  }
}

}  // namespace harness
