#include "harness/spec/crash_reader.h"

#include <algorithm>
#include <iterator>
#include <limits>
#include <optional>
#include <string>
#include <utility>

#include "absl/strings/match.h"
#include "absl/strings/str_cat.h"

namespace harness {
namespace {

using Check = Expectation::Check;
using Kind = JsonValue::Kind;

// What is said of all of these is said of any.
constexpr const char* kIds[] = {"1", "2", "3",  "4",  "5",   "6",      "7",
                                "8", "9", "10", "99", "123", "4567890"};

class CrashReader {
 public:
  CrashReader(ValueReader& reader, CaptureNames& names,
              std::vector<Expectation>& expectations)
      : reader_(reader), names_(names), expectations_(expectations) {}

  void Read(const JsonMember& member) {
    if (member.key == "fatal") return ReadFatal(member.value);
    if (member.key == "frames") {
      CrashWanted wanted;
      wanted.frames = Frames(member.value);
      if (!wanted.frames->functions.empty()) {
        Add(Check::kFrames, std::move(wanted), member.value.where);
      }
    } else if (member.key == "panics") {
      ReadPanics(member.value);
    } else {
      ReadGoroutines(member.value);
    }
  }

 private:
  void Add(Check check, CrashWanted wanted, Position where) {
    Expectation& expectation = expectations_.emplace_back();
    expectation.check = check;
    expectation.crash = std::move(wanted);
    expectation.where = where;
  }

  std::optional<TextPattern> Whole(const JsonValue& value) {
    if (!reader_.Is(value, Kind::kString)) return std::nullopt;
    return Parsed(value.text, value.where);
  }

  std::optional<TextPattern> Parsed(const std::string& text, Position where) {
    using Place = TextPattern::Place;
    bool whole = !text.empty() && text[0] != '/';
    absl::StatusOr<TextPattern> pattern =
        TextPattern::Parse(text, whole ? Place::kWhole : Place::kAnywhere,
                           reader_.variables(), &names_);
    if (pattern.ok()) return *std::move(pattern);
    reader_.Error(where, pattern.status());
    return std::nullopt;
  }

  void ReadFatal(const JsonValue& value) {
    std::optional<TextPattern> text = Whole(value);
    if (!text.has_value()) return;
    Expectation& expectation = expectations_.emplace_back();
    expectation.check = Check::kFatal;
    expectation.pattern = std::move(text);
    expectation.where = value.where;
  }

  // ---------------------------------------------------------------- frames

  FramesWanted Frames(const JsonValue& value) {
    if (value.kind != Kind::kObject) return {Functions(value), false};
    FramesWanted frames{{}, true};
    for (const JsonMember& member : value.members) {
      if (member.key == "exactly") {
        frames.functions = Functions(member.value);
      } else {
        reader_.UnknownKey(member, {"exactly"});
      }
    }
    if (value.members.empty()) {
      reader_.Error(value.where, "empty object; expected \"exactly\"");
    }
    return frames;
  }

  std::vector<TextPattern> Functions(const JsonValue& value) {
    std::vector<TextPattern> functions;
    for (const JsonValue* text : reader_.OneOrMore(value)) {
      if (std::optional<TextPattern> function = Function(*text)) {
        functions.push_back(*std::move(function));
      }
    }
    return functions;
  }

  // The commonest mistake: a frame with its parentheses would match no name.
  std::optional<TextPattern> Function(const JsonValue& value) {
    std::optional<TextPattern> function = Whole(value);
    if (function.has_value() && !function->is_regex() &&
        (absl::EndsWith(function->text(), ")") ||
         absl::EndsWith(function->text(), "(")) &&
        !absl::EndsWith(function->text(), "operator()")) {
      reader_.Error(value.where,
                    "a function with its arguments, which no name has; "
                    "expected a name such as \"main.f\"");
    }
    return function;
  }

  // ---------------------------------------------------------------- panics

  void ReadPanics(const JsonValue& value) {
    CrashWanted wanted;
    if (value.kind == Kind::kArray) {
      if (value.items.empty()) {
        reader_.Error(value.where, "empty array; expected at least one panic");
      }
      for (const JsonValue& item : value.items) ReadPanic(item, wanted.panics);
    } else {
      ReadPanic(value, wanted.panics);
    }
    if (!wanted.panics.empty()) {
      Add(Check::kPanics, std::move(wanted), value.where);
    }
  }

  void ReadPanic(const JsonValue& value, std::vector<PanicWanted>& panics) {
    if (value.kind == Kind::kString) {
      if (auto text = Whole(value)) panics.push_back({*std::move(text)});
      return;
    }
    if (value.kind != Kind::kObject) {
      return reader_.Error(value.where,
                           absl::StrCat("expected a string or an object, got ",
                                        std::string(KindName(value.kind))));
    }
    std::optional<TextPattern> text;
    bool recovered = false, repanicked = false;
    for (const JsonMember& member : value.members) {
      // clang-format off
      if (member.key == "value") text = Whole(member.value);
      else if (member.key == "recovered")
        recovered = reader_.Boolean(member.value);
      else if (member.key == "repanicked")
        repanicked = reader_.Boolean(member.value);
      else reader_.UnknownKey(member, {"value", "recovered", "repanicked"});
      // clang-format on
    }
    if (value.Find("value") == nullptr) {
      reader_.Error(value.where, "a panic without its \"value\"");
    }
    if (repanicked && !recovered) {
      reader_.Error(value.where,
                    "\"repanicked\" without \"recovered\": only what was "
                    "recovered can be panicked again");
    }
    if (text.has_value()) {
      panics.push_back({*std::move(text), recovered, repanicked});
    }
  }

  // ------------------------------------------------------------ goroutines

  void ReadGoroutines(const JsonValue& value) {
    if (value.kind == Kind::kObject) return ReadGoroutine(value);
    if (value.kind != Kind::kArray) {
      return reader_.Error(
          value.where,
          absl::StrCat("expected an object or an array of them, got ",
                       std::string(KindName(value.kind))));
    }
    if (value.items.empty()) {
      reader_.Error(value.where,
                    "empty array; expected at least one goroutine");
    }
    for (const JsonValue& item : value.items) {
      if (reader_.Is(item, Kind::kObject)) ReadGoroutine(item);
    }
  }

  void ReadGoroutine(const JsonValue& value) {
    if (value.members.empty()) {
      return reader_.Error(value.where, "empty object, which any goroutine is");
    }
    CrashWanted wanted;
    GoroutineWanted& goroutine = wanted.goroutine.emplace();
    for (const JsonMember& member : value.members) {
      // clang-format off
      if (member.key == "id") goroutine.id = OwnId(member.value);
      else if (member.key == "state") goroutine.state = State(member.value);
      else if (member.key == "frames") goroutine.frames = Frames(member.value);
      else if (member.key == "created_by")
        goroutine.created_by = Function(member.value);
      else if (member.key == "parent") goroutine.parent = Id(member.value);
      else if (member.key == "locked")
        goroutine.locked = reader_.Boolean(member.value);
      else reader_.UnknownKey(member, {"id", "state", "frames", "created_by",
                                       "parent", "locked"});
      // clang-format on
    }
    Add(Check::kGoroutine, std::move(wanted), value.where);
  }

  // A text that any id is like says nothing, but for the name it gives one.
  std::optional<TextPattern> OwnId(const JsonValue& value) {
    std::optional<TextPattern> id = Id(value);
    if (!id.has_value() || !id->names().empty()) return id;
    const bool any =
        std::all_of(std::begin(kIds), std::end(kIds),
                    [&](const char* some) { return id->Find(some); });
    if (any) reader_.Error(value.where, "can not fail: any id is like this");
    return id;
  }

  // In "[chan receive, 5 minutes]" the state is what is before the comma.
  std::optional<TextPattern> State(const JsonValue& value) {
    std::optional<TextPattern> state = Whole(value);
    if (!state.has_value() || state->is_regex()) return state;
    const std::string& text = state->text();
    const size_t comma = text.find(", ");
    if (comma == text.npos) return state;
    const std::string rest = text.substr(comma + 2);
    reader_.Error(
        value.where,
        absl::StrCat("\"", rest, "\" is no part of a state; expected \"",
                     text.substr(0, comma), "\"",
                     absl::StrContains(rest, "locked to thread")
                         ? " and \"locked\": true"
                         : ""));
    return state;
  }

  // A number, or a text such as "{goid:g}".
  std::optional<TextPattern> Id(const JsonValue& value) {
    if (value.kind == Kind::kString) return Whole(value);
    if (value.kind != Kind::kInteger) {
      reader_.Error(value.where,
                    absl::StrCat("expected an integer or a string, got ",
                                 std::string(KindName(value.kind))));
      return std::nullopt;
    }
    constexpr int64_t kAny = std::numeric_limits<int64_t>::max();
    return Parsed(absl::StrCat(reader_.Integer(value, 0, kAny)), value.where);
  }

  ValueReader& reader_;
  CaptureNames& names_;
  std::vector<Expectation>& expectations_;
};

}  // namespace

void ReadCrashExpectation(const JsonMember& member, ValueReader& reader,
                          CaptureNames& names,
                          std::vector<Expectation>& expectations) {
  CrashReader(reader, names, expectations).Read(member);
}

}  // namespace harness
