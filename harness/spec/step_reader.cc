#include "harness/spec/step_reader.h"

#include <optional>
#include <string>
#include <utility>

#include "absl/strings/str_cat.h"
#include "harness/spec/ends.h"

namespace harness {
namespace {

using Act = SpecStep::Act;
using Kind = JsonValue::Kind;

const std::vector<std::string>& StepKeys() {
  static const auto& keys =
      *new std::vector<std::string>{"wait", "send", "input", "close_stdin"};
  return keys;
}

class StepReader {
 public:
  explicit StepReader(ValueReader& reader) : reader_(reader) {}

  void Read(const JsonValue& value) {
    if (!reader_.Is(value, Kind::kObject)) return;
    if (value.members.empty()) {
      return reader_.Error(value.where,
                           "empty step; expected one of \"wait\", \"send\", "
                           "\"input\", \"close_stdin\"");
    }
    for (size_t i = 1; i < value.members.size(); ++i) {
      reader_.Error(
          value.members[i].where,
          absl::StrCat("a second key in a step, \"", value.members[i].key,
                       "\"; each step is an object of its own"));
    }
    ReadAct(value.members.front());
  }

  std::vector<SpecStep> Take() { return std::move(steps_); }

 private:
  void ReadAct(const JsonMember& member) {
    // clang-format off
    if (member.key == "wait") ReadWait(member.value);
    else if (member.key == "send") ReadSend(member.value);
    else if (member.key == "input") ReadInput(member.value);
    else if (member.key == "close_stdin") ReadCloseStdin(member.value);
    else reader_.UnknownKey(member, StepKeys());
    // clang-format on
  }

  SpecStep& Add(Act act, Position where) {
    SpecStep& step = steps_.emplace_back();
    step.act = act;
    step.where = where;
    return step;
  }

  void ReadWait(const JsonValue& value) {
    if (!reader_.Is(value, Kind::kString)) return;
    absl::StatusOr<TextPattern> pattern = TextPattern::Parse(
        value.text, TextPattern::Place::kAnywhere, reader_.variables());
    if (!pattern.ok()) return reader_.Error(value.where, pattern.status());
    Add(Act::kWait, value.where).pattern = *std::move(pattern);
  }

  void ReadSend(const JsonValue& value) {
    std::string name = reader_.Text(value);
    if (name.empty()) return;
    absl::StatusOr<int> signal = ParseSignal(name);
    if (!signal.ok()) return reader_.Error(value.where, signal.status());
    Add(Act::kSend, value.where).signal = *signal;
  }

  void ReadInput(const JsonValue& value) {
    CheckStdinIsOpen(value.where);
    Add(Act::kInput, value.where).text = reader_.Text(value);
  }

  void ReadCloseStdin(const JsonValue& value) {
    if (!reader_.Is(value, Kind::kBoolean)) return;
    if (!value.boolean) {
      return reader_.Error(value.where,
                           "\"close_stdin\": false does nothing; leave it out");
    }
    CheckStdinIsOpen(value.where);
    stdin_is_closed_ = true;
    Add(Act::kCloseStdin, value.where);
  }

  void CheckStdinIsOpen(Position where) {
    if (stdin_is_closed_) {
      reader_.Error(where, "stdin was closed by a step before this one");
    }
  }

  ValueReader& reader_;
  std::vector<SpecStep> steps_;
  bool stdin_is_closed_ = false;
};

}  // namespace

std::vector<SpecStep> ReadSteps(const JsonValue& value, ValueReader& reader) {
  if (!reader.Is(value, Kind::kArray)) return {};
  if (value.items.empty()) {
    reader.Error(value.where, "empty array; expected at least one step");
  }
  StepReader steps(reader);
  for (const JsonValue& item : value.items) steps.Read(item);
  return steps.Take();
}

}  // namespace harness
