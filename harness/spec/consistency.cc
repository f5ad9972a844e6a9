#include "harness/spec/consistency.h"

#include <string>
#include <utility>

#include "absl/strings/match.h"
#include "absl/strings/str_cat.h"
#include "harness/spec/expectation_reader.h"

namespace harness {
namespace {

using Check = Expectation::Check;

bool IsLiteral(const Expectation& expectation) {
  return expectation.pattern.has_value() && expectation.pattern->is_literal();
}

// What must stand in the output.
bool Demands(const Expectation& expectation) {
  switch (expectation.check) {
    case Check::kWants:
    case Check::kStarts:
    case Check::kFinishes:
    case Check::kEquals:
    case Check::kLine:
    case Check::kLineNext:
    case Check::kLineSame:
    case Check::kLineUnordered:
    case Check::kLineCount:
      return true;
    case Check::kCount:
      return expectation.count > 0;
    default:
      return false;
  }
}

bool Forbids(const Expectation& expectation) {
  return expectation.check == Check::kNever ||
         (expectation.check == Check::kCount && expectation.count == 0);
}

// Whether `text` is met wherever `other` is: a part of it, or the expression
// itself, which says the same only where both are asked of the whole output.
bool IsIn(const Expectation& text, const Expectation& other) {
  if (IsLiteral(text) && IsLiteral(other)) {
    return absl::StrContains(other.pattern->text(), text.pattern->text());
  }
  return text.pattern->is_regex() && other.pattern->is_regex() &&
         text.pattern->names().empty() && !IsLineCheck(other.check) &&
         text.pattern->text() == other.pattern->text();
}

std::string Named(const Expectation& expectation) {
  return absl::StrCat("\"", std::string(CheckName(expectation.check)),
                      "\" at line ", expectation.where.line, ", column ",
                      expectation.where.column);
}

// A `wants` whose text another text holds; of two alike, the second.
void CheckSuperfluous(const Expectation& wants, const Expectation& other,
                      ValueReader& reader) {
  if (wants.check != Check::kWants || !Demands(other) || !IsIn(wants, other)) {
    return;
  }
  const bool held = other.check != Check::kWants ||
                    (IsIn(other, wants) && other.where < wants.where);
  if (held) {
    reader.Error(wants.where, absl::StrCat("can not fail: ", Named(other),
                                           " demands it already"));
  }
}

void CheckContradiction(const Expectation& never, const Expectation& other,
                        ValueReader& reader) {
  if (Forbids(never) && Demands(other) && IsIn(never, other)) {
    reader.Error(never.where,
                 absl::StrCat("can not be met: ", Named(other), " demands it"));
  }
}

// The `equals` of `object` that says all there is to say of the
// output, or null: an expression does not.
const JsonMember* WholeOutput(const JsonValue& object) {
  const JsonMember* equals = object.Find("equals");
  const bool expression =
      equals != nullptr && absl::StartsWith(equals->value.text, "/");
  return expression ? nullptr : equals;
}

void CheckBesideEquals(const JsonValue& object, ValueReader& reader) {
  const JsonMember* equals = WholeOutput(object);
  if (equals == nullptr) return;
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

// Two texts about the same output. Those of one stream say nothing of both.
void CheckPairs(const Spec& spec, Expectation::Stream stream,
                ValueReader& reader) {
  for (const Expectation& one : spec.expectations) {
    for (const Expectation& other : spec.expectations) {
      if (&one == &other || one.stream != stream || other.stream != stream ||
          !one.pattern.has_value() || !other.pattern.has_value()) {
        continue;
      }
      CheckSuperfluous(one, other, reader);
      CheckContradiction(one, other, reader);
    }
  }
}

void CheckOutput(const JsonValue& object, Expectation::Stream stream,
                 const Spec& spec, ValueReader& reader) {
  CheckBesideEquals(object, reader);
  if (WholeOutput(object) == nullptr) CheckPairs(spec, stream, reader);
}

}  // namespace

void CheckConsistency(const JsonValue& object, const Spec& spec,
                      ValueReader& reader) {
  using Stream = Expectation::Stream;
  CheckOrderOfStreams(object, reader);
  CheckOutput(object, Stream::kBoth, spec, reader);
  for (const auto& [key, stream] :
       {std::pair("stdout", Stream::kStdout), {"stderr", Stream::kStderr}}) {
    if (const JsonMember* member = object.Find(key)) {
      CheckOutput(member->value, stream, spec, reader);
    }
  }
}

}  // namespace harness
