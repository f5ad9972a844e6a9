#include "harness/spec/line_reader.h"

#include <optional>
#include <string>
#include <utility>

#include "absl/strings/str_cat.h"

namespace harness {
namespace {

using Check = Expectation::Check;
using Kind = JsonValue::Kind;

constexpr int64_t kMaxCount = 1'000'000;

const std::vector<std::string>& LineKeys() {
  static const auto& keys = *new std::vector<std::string>{
      "next", "same", "empty", "not", "unordered", "count", "of"};
  return keys;
}

class LineReader {
 public:
  LineReader(ValueReader& reader, CaptureNames& names,
             std::vector<Expectation>& expectations)
      : reader_(reader), names_(names), expectations_(expectations) {}

  void Read(const JsonValue& value) {
    if (value.kind == Kind::kString) return Add(Check::kLine, value);
    if (value.kind != Kind::kObject) {
      return reader_.Error(value.where,
                           absl::StrCat("expected a string or an object, got ",
                                        std::string(KindName(value.kind))));
    }
    if (value.members.empty()) {
      return reader_.Error(value.where,
                           "empty object; expected one of \"next\", \"same\", "
                           "\"empty\", \"not\", \"unordered\", \"count\"");
    }
    if (value.Find("count") != nullptr || value.Find("of") != nullptr) {
      return ReadCount(value);
    }
    for (size_t i = 1; i < value.members.size(); ++i) {
      reader_.Error(value.members[i].where,
                    absl::StrCat("a second key, \"", value.members[i].key,
                                 "\"; each line is an object of its own"));
    }
    ReadMember(value.members.front());
  }

 private:
  void ReadMember(const JsonMember& member) {
    // clang-format off
    if (member.key == "next") AddAfter(Check::kLineNext, member);
    else if (member.key == "same") AddSame(member);
    else if (member.key == "empty") AddEmpty(member);
    else if (member.key == "not") ReadNot(member.value);
    else if (member.key == "unordered") ReadUnordered(member.value);
    else reader_.UnknownKey(member, LineKeys());
    // clang-format on
  }

  std::optional<TextPattern> Pattern(Check check, const JsonValue& value) {
    if (!reader_.Is(value, Kind::kString)) return std::nullopt;
    CaptureNames own = names_;  // what is absent gives nothing a name
    absl::StatusOr<TextPattern> pattern = TextPattern::Parse(
        value.text, TextPattern::Place::kAnywhere, reader_.variables(),
        check == Check::kLineNot ? &own : &names_);
    if (!pattern.ok()) {
      reader_.Error(value.where, pattern.status());
      return std::nullopt;
    }
    if (pattern->NeedsNewline()) {
      reader_.Error(value.where,
                    "a newline; one text of \"lines\" is looked for in one "
                    "line");
      return std::nullopt;
    }
    return *std::move(pattern);
  }

  Expectation& Append(Check check, Position where) {
    Expectation& line = expectations_.emplace_back();
    line.check = check;
    line.where = where;
    return line;
  }

  void Add(Check check, const JsonValue& value, int64_t count = 0,
           int group = 0) {
    if (check != Check::kLineNot) before_ = check;
    std::optional<TextPattern> pattern = Pattern(check, value);
    if (!pattern.has_value()) return;
    Expectation& line = Append(check, value.where);
    line.pattern = *std::move(pattern);
    line.count = count;
    line.group = group;
  }

  bool HasBefore(const JsonMember& member) {
    if (before_.has_value()) return true;
    reader_.Error(member.where,
                  absl::StrCat("\"", member.key,
                               "\" with nothing before it; begin with a text"));
    return false;
  }

  void AddAfter(Check check, const JsonMember& member) {
    if (HasBefore(member)) Add(check, member.value);
  }

  void AddSame(const JsonMember& member) {
    if (!HasBefore(member)) return;
    if (before_ == Check::kLineUnordered || before_ == Check::kLineEmpty) {
      return reader_.Error(
          member.where,
          "\"same\" after what leaves nothing of its line; expected a text, "
          "\"next\", \"same\" or \"count\" before it");
    }
    Add(Check::kLineSame, member.value);
  }

  void AddEmpty(const JsonMember& member) {
    if (!reader_.Is(member.value, Kind::kBoolean)) return;
    if (!member.value.boolean) {
      return reader_.Error(member.value.where,
                           "\"empty\": false says nothing; leave it out");
    }
    if (!HasBefore(member)) return;
    before_ = Check::kLineEmpty;
    Append(Check::kLineEmpty, member.value.where);
  }

  void ReadNot(const JsonValue& value) {
    for (const JsonValue* text : reader_.OneOrMore(value)) {
      Add(Check::kLineNot, *text);
    }
  }

  void ReadUnordered(const JsonValue& value) {
    if (!reader_.Is(value, Kind::kArray)) return;
    if (value.items.size() < 2) {
      reader_.Error(value.where,
                    "an order needs two; expected at least two texts");
    }
    ++group_;
    for (const JsonValue& text : value.items) {
      Add(Check::kLineUnordered, text, 0, group_);
    }
  }

  void ReadCount(const JsonValue& value) {
    const JsonMember* count = value.Find("count");
    const JsonMember* of = value.Find("of");
    if (count == nullptr || of == nullptr) {
      reader_.Error(
          value.where,
          absl::StrCat("\"", count == nullptr ? "of" : "count", "\" without \"",
                       count == nullptr ? "count" : "of", "\""));
    }
    for (const JsonMember& member : value.members) {
      if (member.key == "count" || member.key == "of") continue;
      reader_.Error(member.where,
                    absl::StrCat("\"", member.key, "\" beside \"count\""));
    }
    if (count == nullptr || of == nullptr) return;
    Add(Check::kLineCount, of->value,
        reader_.Integer(count->value, 1, kMaxCount));
  }

  ValueReader& reader_;
  CaptureNames& names_;
  std::vector<Expectation>& expectations_;
  std::optional<Check> before_;  // the last that says where it stands
  int group_ = 0;
};

}  // namespace

void ReadLines(const JsonValue& value, ValueReader& reader, CaptureNames& names,
               std::vector<Expectation>& expectations) {
  LineReader lines(reader, names, expectations);
  if (value.kind == Kind::kString) return lines.Read(value);
  if (value.kind != Kind::kArray) {
    return reader.Error(value.where,
                        absl::StrCat("expected a string or an array, got ",
                                     std::string(KindName(value.kind))));
  }
  if (value.items.empty()) {
    reader.Error(value.where, "empty array; expected at least one line");
  }
  for (const JsonValue& item : value.items) lines.Read(item);
}

}  // namespace harness
