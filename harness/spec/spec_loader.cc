#include "harness/spec/spec_loader.h"

#include <map>
#include <optional>

#include "absl/strings/str_cat.h"
#include "harness/spec/file_text.h"
#include "harness/spec/json_parser.h"
#include "harness/spec/spec_files.h"
#include "harness/spec/spec_reader.h"

namespace harness {
namespace {

constexpr std::string_view kBlank = " \t\r\n";

void ReportDuplicates(const std::vector<Spec>& specs, Diagnostics& errors) {
  std::map<std::string, const Spec*> first;
  for (const Spec& spec : specs) {
    auto [place, is_first] = first.emplace(spec.Id(), &spec);
    if (is_first) continue;
    errors.push_back(
        {spec.file, spec.where,
         absl::StrCat("duplicate test name \"", spec.Id(), "\"; first at ",
                      FormatPlace(place->second->file, place->second->where),
                      "; give one of them a \"name\"")});
  }
}

}  // namespace

void LoadSpecText(std::string_view text, const std::string& file,
                  const Subjects& subjects, LoadedSpecs& loaded) {
  if (text.find_first_not_of(kBlank) == std::string_view::npos) {
    loaded.errors.push_back(
        {file,
         {1, 1},
         "empty file; expected a spec { ... } or an array of "
         "specs [ ... ]"});
    return;
  }
  std::optional<JsonValue> root = ParseJson(text, file, loaded.errors);
  if (!root.has_value()) return;
  if (root->kind != JsonValue::Kind::kArray) {
    return ReadSpecs(*root, file, subjects, loaded.specs, loaded.errors);
  }
  if (root->items.empty()) {
    loaded.errors.push_back({file, root->where, "empty array; no spec in it"});
  }
  for (const JsonValue& item : root->items) {
    ReadSpecs(item, file, subjects, loaded.specs, loaded.errors);
  }
}

LoadedSpecs LoadSpecs(const std::vector<std::string>& paths,
                      const Subjects& subjects) {
  LoadedSpecs loaded;
  for (const std::string& file : FindSpecFiles(paths, loaded.errors)) {
    absl::StatusOr<std::string> text = ReadFile(file);
    if (text.ok()) {
      LoadSpecText(*text, file, subjects, loaded);
    } else {
      loaded.errors.push_back({file, {}, std::string(text.status().message())});
    }
  }
  ReportDuplicates(loaded.specs, loaded.errors);
  return loaded;
}

}  // namespace harness
