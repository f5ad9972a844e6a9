#include "harness/spec/expectation_reader.h"

#include <algorithm>
#include <string>
#include <utility>

#include "harness/spec/crash_reader.h"
#include "harness/spec/line_reader.h"

namespace harness {
namespace {

using Check = Expectation::Check;
using Kind = JsonValue::Kind;
using Place = TextPattern::Place;

constexpr int64_t kMaxCount = 1'000'000'000;

constexpr Check kChecks[] = {Check::kWants,    Check::kNever,    Check::kStarts,
                             Check::kFinishes, Check::kEquals,   Check::kCount,
                             Check::kLine,     Check::kFrames,   Check::kPanics,
                             Check::kFatal,    Check::kGoroutine};

Place PlaceOf(Check check) {
  switch (check) {
    case Check::kStarts:
      return Place::kStart;
    case Check::kFinishes:
      return Place::kEnd;
    case Check::kEquals:
      return Place::kWhole;
    default:
      return Place::kAnywhere;
  }
}

class ExpectationReader {
 public:
  ExpectationReader(Check check, ValueReader& reader, CaptureNames& names,
                    std::vector<Expectation>& expectations)
      : check_(check),
        reader_(reader),
        names_(names),
        expectations_(expectations) {}

  void Read(const JsonValue& value) {
    switch (check_) {
      case Check::kCount:
        return ReadCount(value);
      case Check::kLine:
        return ReadLines(value, reader_, names_, expectations_);
      case Check::kStarts:
      case Check::kFinishes:
      case Check::kEquals:
        if (reader_.Is(value, Kind::kString)) Add(value.text, value.where);
        return;
      default:
        for (const JsonValue* text : reader_.OneOrMore(value)) {
          Add(text->text, text->where);
        }
    }
  }

 private:
  void ReadCount(const JsonValue& value) {
    if (!reader_.Is(value, Kind::kObject)) return;
    if (value.members.empty()) {
      reader_.Error(value.where, "empty object; expected { \"text\": times }");
    }
    for (const JsonMember& member : value.members) {
      Add(member.key, member.where,
          reader_.Integer(member.value, 0, kMaxCount));
    }
  }

  void Add(const std::string& text, Position where, int64_t count = 0) {
    // What is absent, and what is there often, gives nothing a name.
    CaptureNames own = names_;
    bool names = check_ != Check::kNever && check_ != Check::kCount;
    absl::StatusOr<TextPattern> pattern = TextPattern::Parse(
        text, PlaceOf(check_), reader_.variables(), names ? &names_ : &own);
    if (!pattern.ok()) return reader_.Error(where, pattern.status());
    Expectation& expectation = expectations_.emplace_back();
    expectation.check = check_;
    expectation.pattern = *std::move(pattern);
    expectation.count = count;
    expectation.where = where;
  }

  const Check check_;
  ValueReader& reader_;
  CaptureNames& names_;
  std::vector<Expectation>& expectations_;
};

}  // namespace

bool IsExpectation(std::string_view key) {
  for (Check check : kChecks) {
    if (CheckName(check) == key) return true;
  }
  return false;
}

void ReadExpectation(const JsonMember& member, ValueReader& reader,
                     CaptureNames& names,
                     std::vector<Expectation>& expectations) {
  for (Check check : kChecks) {
    if (CheckName(check) != member.key) continue;
    if (IsCrashCheck(check)) {
      return ReadCrashExpectation(member, reader, names, expectations);
    }
    ExpectationReader(check, reader, names, expectations).Read(member.value);
  }
}

void ReadStream(const JsonMember& member, ValueReader& reader,
                CaptureNames& names, std::vector<Expectation>& expectations) {
  if (!reader.Is(member.value, Kind::kObject)) return;
  std::vector<std::string> keys;
  for (Check check : kChecks) {
    if (!IsCrashCheck(check)) keys.emplace_back(CheckName(check));
  }
  if (member.value.members.empty()) {
    reader.Error(member.value.where,
                 "empty object; expected \"wants\" or "
                 "another expectation");
  }
  const size_t first = expectations.size();
  for (const JsonMember& key : member.value.members) {
    if (std::find(keys.begin(), keys.end(), key.key) == keys.end()) {
      reader.UnknownKey(key, keys);
    } else {
      ReadExpectation(key, reader, names, expectations);
    }
  }
  for (size_t i = first; i < expectations.size(); ++i) {
    expectations[i].stream = member.key == "stdout"
                                 ? Expectation::Stream::kStdout
                                 : Expectation::Stream::kStderr;
  }
}

}  // namespace harness
