#include "harness/spec/subject.h"

#include <sys/utsname.h>

#include <algorithm>
#include <filesystem>
#include <optional>
#include <utility>

#include "absl/strings/ascii.h"
#include "absl/strings/match.h"
#include "absl/strings/numbers.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/str_split.h"
#include "harness/spec/file_text.h"
#include "harness/spec/json_parser.h"

namespace harness {
namespace {

Variables MachineFacts() {
  struct utsname names = {};
  if (uname(&names) != 0) return {};
  return {{"os", absl::AsciiStrToLower(names.sysname)},
          {"arch", names.machine},
          {"kernel", names.release}};
}

absl::Status Broken(const Diagnostics& errors) {
  return absl::InvalidArgumentError(
      absl::StripSuffix(FormatDiagnostics(errors), "\n"));
}

void Expected(std::string_view what, const JsonValue& value,
              const std::string& file, Diagnostics& errors) {
  errors.push_back({file, value.where,
                    absl::StrCat("expected ", std::string(what), ", got ",
                                 std::string(KindName(value.kind)))});
}

void TakeTexts(const JsonMember* object, const std::string& file,
               Variables& into, Diagnostics& errors) {
  if (object == nullptr) return;
  if (object->value.kind != JsonValue::Kind::kObject) {
    return Expected("an object", object->value, file, errors);
  }
  for (const JsonMember& member : object->value.members) {
    if (member.value.kind == JsonValue::Kind::kString) {
      into[member.key] = member.value.text;
    } else if (member.value.kind == JsonValue::Kind::kInteger) {
      into[member.key] = absl::StrCat(member.value.integer);
    } else {
      Expected("a string or an integer", member.value, file, errors);
    }
  }
}

// The text that `object` has under `key`; empty if it has none.
std::string TakeText(const JsonValue& object, std::string_view key,
                     const std::string& file, Diagnostics& errors) {
  const JsonMember* member = object.Find(key);
  if (member == nullptr) return "";
  if (member->value.kind != JsonValue::Kind::kString) {
    Expected("a string", member->value, file, errors);
  }
  return member->value.text;
}

absl::StatusOr<Subject> ReadSubjectFile(const std::string& file) {
  absl::StatusOr<std::string> text = ReadFile(file);
  Diagnostics errors;
  if (!text.ok()) {
    errors.push_back({file, {}, std::string(text.status().message())});
    return Broken(errors);
  }
  std::optional<JsonValue> root = ParseJson(*text, file, errors);
  if (!root.has_value() || !errors.empty()) return Broken(errors);
  std::string name = TakeText(*root, "name", file, errors);
  std::filesystem::path binary = TakeText(*root, "binary", file, errors);
  Variables values;
  TakeTexts(root->Find("values"), file, values, errors);
  for (const JsonMember& member : root->members) {
    if (member.key == "name" || member.key == "binary" ||
        member.key == "values") {
      continue;
    }
    errors.push_back({file, member.where,
                      absl::StrCat("unknown key \"", member.key,
                                   "\"; a subject has \"name\", \"binary\" and "
                                   "\"values\"")});
  }
  if (errors.empty() && (name.empty() || binary.empty())) {
    errors.push_back(
        {file, root->where, "a subject needs a \"name\" and a \"binary\""});
  }
  if (!errors.empty()) return Broken(errors);
  binary = std::filesystem::path(file).parent_path() / binary;
  return MakeSubject(name, binary.string(), std::move(values));
}

}  // namespace

bool Subject::MayHave(std::string_view scenario) const {
  return scenarios.empty() ||
         std::any_of(scenarios.begin(), scenarios.end(),
                     [&](const Scenario& s) { return s.name == scenario; });
}

std::vector<std::string> Subject::ScenarioNames() const {
  std::vector<std::string> names;
  for (const Scenario& scenario : scenarios) names.push_back(scenario.name);
  return names;
}

bool Subject::IsAskedFor(std::string_view scenario) const {
  auto which = values.find("scenarios");
  bool some_only = which != values.end() && which->second == "some";
  return !some_only || scenario.empty() || MayHave(scenario);
}

double Subject::TimeFactor() const {
  auto stated_factor = values.find("time_factor");
  double factor = 1;
  if (stated_factor != values.end() &&
      absl::SimpleAtod(stated_factor->second, &factor) && factor >= 1) {
    return factor;
  }
  auto sanitizer = values.find("sanitizer");
  if (sanitizer == values.end() || sanitizer->second == "none") return 1;
  return absl::StrContains(sanitizer->second, "thread") ? 6 : 3;
}

Subject MakeSubject(std::string name, std::string binary, Variables stated) {
  Subject subject;
  subject.values = MachineFacts();
  subject.values["pkg"] = name;
  subject.values["subject"] = name;
  for (const auto& [key, value] : stated) subject.values[key] = value;
  subject.name = std::move(name);
  subject.binary = std::move(binary);
  subject.stated = std::move(stated);
  return subject;
}

absl::StatusOr<Subject> ParseSubject(std::string_view text) {
  std::string word(text);
  if (absl::EndsWith(word, ".json") && !absl::StrContains(word, "=")) {
    return ReadSubjectFile(word);
  }
  std::vector<std::string> pieces = absl::StrSplit(word, ',');
  Variables stated;
  std::string name;
  std::string binary;
  for (size_t i = 0; i < pieces.size(); ++i) {
    std::pair<std::string, std::string> pair =
        absl::StrSplit(pieces[i], absl::MaxSplits('=', 1));
    if (pair.first.empty() || pair.second.empty()) {
      return absl::InvalidArgumentError(
          absl::StrCat("bad subject \"", word,
                       "\"; expected NAME=BINARY[,KEY=VALUE...] or a file "
                       "that ends in .json"));
    }
    if (i == 0) {
      std::tie(name, binary) = pair;
    } else if (!stated.insert(pair).second) {
      return absl::InvalidArgumentError(absl::StrCat(
          "bad subject \"", word, "\"; \"", pair.first, "\" is given twice"));
    }
  }
  return MakeSubject(name, binary, std::move(stated));
}

absl::Status AddFacts(std::string_view json, Subject& subject) {
  std::string source = absl::StrCat(subject.binary, " --list=json");
  Diagnostics errors;
  std::optional<JsonValue> root = ParseJson(json, source, errors);
  if (!root.has_value() || !errors.empty()) return Broken(errors);
  Variables facts;
  TakeTexts(root->Find("facts"), source, facts, errors);
  std::vector<Scenario> scenarios;
  if (const JsonMember* list = root->Find("scenarios")) {
    if (list->value.kind != JsonValue::Kind::kArray) {
      Expected("an array", list->value, source, errors);
    }
    for (const JsonValue& item : list->value.items) {
      std::string name = TakeText(item, "name", source, errors);
      if (name.empty()) {
        errors.push_back({source, item.where, "a scenario without a name"});
        continue;
      }
      scenarios.push_back({name, TakeText(item, "family", source, errors)});
    }
  }
  if (!errors.empty()) return Broken(errors);
  for (const auto& [key, value] : facts) {
    if (!subject.stated.contains(key)) subject.values[key] = value;
  }
  subject.scenarios = std::move(scenarios);
  return absl::OkStatus();
}

}  // namespace harness
