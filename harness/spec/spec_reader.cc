#include "harness/spec/spec_reader.h"

#include <filesystem>
#include <utility>

#include "absl/strings/match.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/str_join.h"
#include "harness/spec/cases.h"
#include "harness/spec/consistency.h"
#include "harness/spec/expectation_reader.h"
#include "harness/spec/nearest.h"
#include "harness/spec/requirement_reader.h"
#include "harness/spec/step_reader.h"
#include "harness/spec/unknown_subject.h"
#include "harness/spec/utf8.h"
#include "harness/spec/value_reader.h"

namespace harness {
namespace {

using Kind = JsonValue::Kind;

constexpr int64_t kMaxRepeat = 1'000'000;
constexpr int64_t kMaxTimeFactor = 1000;
constexpr int64_t kMaxTimeMs = 3'600'000;
constexpr int64_t kMaxBytes = int64_t{1} << 40;

// Reads one object for one row of its table.
class SpecReader {
 public:
  SpecReader(const JsonValue& object, const std::string& file,
             const Subject& subject, const CaseRow& row,
             const Variables& variables, Diagnostics& errors)
      : object_(object),
        subject_(subject),
        row_(row),
        reader_(file, variables, errors) {
    spec_.file = file;
    spec_.where = object.where;
    spec_.family = std::filesystem::absolute(file).parent_path().filename();
    spec_.subject = subject.name;
  }

  Spec Read() {
    for (const JsonMember& member : object_.members) ReadMember(member);
    SetArgs();
    SetName();
    if (!expectation_tried_) {
      reader_.Error(object_.where,
                    "no expectation; say how it ends (\"ends\") or what it "
                    "prints (\"wants\", \"starts\", \"equals\", ...)");
    }
    CheckConsistency(object_, spec_, reader_);
    return std::move(spec_);
  }

 private:
  void ReadMember(const JsonMember& member) {
    if (IsExpectation(member.key)) {
      expectation_tried_ = true;
      return ReadExpectation(member, reader_, names_, spec_.expectations);
    }
    const std::string& key = member.key;
    const JsonValue& value = member.value;
    // clang-format off
    if (key == "scenario") ReadScenario(value);
    else if (key == "name") name_ = &value;
    else if (key == "args") ReadArgs(value);
    else if (key == "env") ReadEnv(value);
    else if (key == "stdin") spec_.stdin_text = reader_.Text(value);
    else if (key == "ends") ReadEnds(value);
    else if (key == "stdout" || key == "stderr") ReadOneStream(member);
    else if (key == "xfail")
      spec_.xfail = ReadXfail(value, subject_.values, reader_);
    else if (key == "limits") ReadLimits(value);
    else if (key == "steps") ReadWithSteps(value);
    else if (key == "repeat")
      spec_.repeat = static_cast<int>(reader_.Integer(value, 1, kMaxRepeat));
    else if (key == "requires")
      spec_.requirements = ReadRequirements(value, subject_.values, reader_);
    else if (key == "why") spec_.why = reader_.Text(value);
    else if (key == "source") spec_.source = reader_.Text(value);
    else if (key == "tags") ReadTags(value);
    else if (key == "extras") spec_.extras = reader_.Boolean(value);
    else if (key != "subject" && key != "cases") ReadUnknown(member);
    // clang-format on
  }

  void ReadScenario(const JsonValue& value) {
    spec_.scenario = reader_.Text(value);
    spec_.scenario_where = value.where;
  }

  void ReadOneStream(const JsonMember& member) {
    expectation_tried_ = true;
    ReadStream(member, reader_, names_, spec_.expectations);
  }

  // A wait expects something to be seen, the other steps do not.
  void ReadWithSteps(const JsonValue& value) {
    spec_.steps = ReadSteps(value, reader_);
    for (const SpecStep& step : spec_.steps) {
      if (step.act == SpecStep::Act::kWait) expectation_tried_ = true;
    }
    if (spec_.steps.empty()) expectation_tried_ = true;
  }

  void ReadUnknown(const JsonMember& member) {
    expectation_tried_ = true;  // for all we know: one complaint is enough
    reader_.UnknownKey(member, SpecKeys());
  }

  void ReadArgs(const JsonValue& value) {
    if (!reader_.Is(value, Kind::kArray)) return;
    for (const JsonValue& item : value.items) {
      spec_.args.push_back(reader_.Text(item, /*may_be_empty=*/true));
    }
  }

  void ReadEnv(const JsonValue& value) {
    if (!reader_.Is(value, Kind::kObject)) return;
    if (value.members.empty()) {
      reader_.Error(value.where, "empty object; expected variables");
    }
    for (const JsonMember& member : value.members) {
      if (member.key.empty() || absl::StrContains(member.key, "=")) {
        reader_.Error(member.where,
                      absl::StrCat("\"", member.key,
                                   "\" can not name an environment variable"));
      }
      spec_.env[member.key] = reader_.Text(member.value, true);
    }
  }

  void ReadEnds(const JsonValue& value) {
    expectation_tried_ = true;
    if (value.kind == Kind::kInteger) {
      return reader_.Error(value.where,
                           absl::StrCat("expected a string, got an integer; "
                                        "did you mean \"exit ",
                                        value.integer, "\"?"));
    }
    if (!reader_.Is(value, Kind::kString)) return;
    std::string text = reader_.Text(value);
    if (text.empty()) return;
    absl::StatusOr<Ends> ends = ParseEnds(text);
    if (!ends.ok()) return reader_.Error(value.where, ends.status());
    spec_.ends = *ends;
    spec_.ends_where = value.where;
  }

  void ReadLimits(const JsonValue& value) {
    if (!reader_.Is(value, Kind::kObject)) return;
    if (value.members.empty()) {
      reader_.Error(value.where,
                    "empty object; expected \"time_ms\" or another limit");
    }
    SpecLimits& limits = spec_.limits;
    for (const JsonMember& member : value.members) {
      auto bytes = [&](int64_t least) {
        return static_cast<size_t>(
            reader_.Integer(member.value, least, kMaxBytes));
      };
      // clang-format off
      if (member.key == "time_ms")
        limits.time_ms = reader_.Integer(member.value, 1, kMaxTimeMs);
      else if (member.key == "time_factor")
        limits.time_factor = reader_.Integer(member.value, 1, kMaxTimeFactor);
      else if (member.key == "output_bytes") limits.output_bytes = bytes(1);
      else if (member.key == "memory_bytes") limits.memory_bytes = bytes(1);
      else if (member.key == "core_bytes") limits.core_bytes = bytes(0);
      else if (member.key == "file_size_bytes")
        limits.file_size_bytes = bytes(1);
      else reader_.UnknownKey(member, {"time_ms", "time_factor", "output_bytes",
                                       "memory_bytes", "core_bytes",
                                       "file_size_bytes"});
      // clang-format on
    }
  }

  void ReadTags(const JsonValue& value) {
    for (const JsonValue* tag : reader_.OneOrMore(value)) {
      spec_.tags.push_back(reader_.Text(*tag));
    }
  }

  void SetArgs() {
    bool names_scenario = object_.Find("scenario") != nullptr;
    if (!names_scenario && object_.Find("args") == nullptr) {
      reader_.Error(object_.where,
                    "nothing to run; expected \"scenario\" or \"args\"");
    }
    if (names_scenario) {
      spec_.args.insert(spec_.args.begin(), spec_.scenario);
    }
  }

  // The name is `name`, or the scenario, or the file's. A row's key is in it:
  // where the writer put $k, or at the end.
  void SetName() {
    const JsonMember* scenario = object_.Find("scenario");
    std::string written;
    if (name_ != nullptr) {
      spec_.name = reader_.Text(*name_);
      CheckName(spec_.name, name_->where);
      written = name_->text;
    } else if (scenario != nullptr) {
      spec_.name = spec_.scenario;
      CheckName(spec_.name, scenario->value.where);
      written = scenario->value.text;
    } else {
      spec_.name = std::filesystem::path(spec_.file).stem();
    }
    if (row_.key.empty() || absl::StrContains(written, "$k") ||
        absl::StrContains(written, "${k}")) {
      return;
    }
    CheckName(row_.key, row_.where);
    absl::StrAppend(&spec_.name, "/", row_.key);
  }

  // It is printed as it is, and names a file.
  void CheckName(std::string_view name, Position where) {
    if (!HasControlCharacter(name)) return;
    reader_.Error(where,
                  "a control character in the name of a test; give it another "
                  "\"name\"");
  }

  const JsonValue& object_;
  const Subject& subject_;
  const CaseRow& row_;
  ValueReader reader_;
  Spec spec_;
  CaptureNames names_;  // of the placeholders read so far
  const JsonValue* name_ = nullptr;
  bool expectation_tried_ = false;  // there is one, right or wrong
};

// In the name of a subject there is nothing to expand.
const Subject& Nobody() {
  static const Subject& nobody = *new Subject;
  return nobody;
}

const Subject* FindSubject(const JsonValue& object, const Subjects& subjects,
                           ValueReader& reader) {
  std::string name = Spec{}.subject;
  Position where = object.where;
  if (const JsonMember* member = object.Find("subject")) {
    name = reader.Text(member->value);
    where = member->value.where;
    if (name.empty()) return nullptr;
  }
  auto found = subjects.find(name);
  if (found != subjects.end()) return &found->second;
  std::vector<std::string> known;
  for (const auto& [key, subject] : subjects) known.push_back(key);
  reader.Error(
      where,
      absl::StrCat("unknown subject \"", name, "\"", DidYouMean(name, known),
                   " (known: ", absl::StrJoin(known, ", "),
                   "; add one by --subject ", name, "=BINARY)"));
  return nullptr;
}

void ReadRows(const JsonValue& object, const std::string& file,
              const Subject& subject, std::vector<Spec>& specs,
              Diagnostics& errors) {
  ValueReader reader(file, subject.values, errors);
  const JsonMember* table = object.Find("cases");
  for (const CaseRow& row :
       ReadCases(table == nullptr ? nullptr : &table->value, reader)) {
    Variables variables = row.variables;
    variables.insert(subject.values.begin(), subject.values.end());
    specs.push_back(
        SpecReader(object, file, subject, row, variables, errors).Read());
  }
}

// What is wrong whatever the subject is.
void ReadWithoutSubject(const JsonValue& object, const std::string& file,
                        Diagnostics& errors) {
  const UnknownSubject unknown(object);
  std::vector<Spec> specs;
  Diagnostics found;
  ReadRows(object, file, unknown.subject(), specs, found);
  for (Diagnostic& error : found) {
    if (!unknown.Decides(error.where)) errors.push_back(std::move(error));
  }
}

}  // namespace

const std::vector<std::string>& SpecKeys() {
  static const auto& keys = *new std::vector<std::string>{
      "scenario", "args",   "name",   "subject", "env",    "stdin",
      "ends",     "wants",  "never",  "starts",  "equals", "finishes",
      "count",    "lines",  "frames", "panics",  "fatal",  "goroutines",
      "stdout",   "stderr", "steps",  "cases",   "limits", "repeat",
      "requires", "xfail",  "extras", "why",     "source", "tags"};
  return keys;
}

std::string SubjectOf(const JsonValue& object) {
  const JsonMember* member = object.Find("subject");
  if (member == nullptr) return Spec{}.subject;
  Diagnostics told_later;
  return ValueReader("", Nobody().values, told_later).Text(member->value);
}

void ReadSpecs(const JsonValue& object, const std::string& file,
               const Subjects& subjects, std::vector<Spec>& specs,
               Diagnostics& errors) {
  ValueReader outer(file, Nobody().values, errors);
  if (!outer.Is(object, Kind::kObject)) return;
  const Subject* subject = FindSubject(object, subjects, outer);
  if (subject == nullptr) return ReadWithoutSubject(object, file, errors);
  ReadRows(object, file, *subject, specs, errors);
}

}  // namespace harness
