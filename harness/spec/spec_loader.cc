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

void ParseSpecs(std::string_view text, const std::string& file,
                SpecDocuments& into) {
  if (text.find_first_not_of(kBlank) == std::string_view::npos) {
    into.errors.push_back({file,
                           {1, 1},
                           "empty file; expected a spec { ... } or an array of "
                           "specs [ ... ]"});
    return;
  }
  std::optional<JsonValue> root = ParseJson(text, file, into.errors);
  if (root.has_value()) into.documents.push_back({file, *std::move(root)});
}

void LoadDocument(const SpecDocuments::Document& document,
                  const Subjects& subjects, LoadedSpecs& loaded) {
  const auto& [file, root] = document;
  if (root.kind != JsonValue::Kind::kArray) {
    return ReadSpecs(root, file, subjects, loaded.specs, loaded.errors);
  }
  if (root.items.empty()) {
    loaded.errors.push_back({file, root.where, "empty array; no spec in it"});
  }
  for (const JsonValue& item : root.items) {
    ReadSpecs(item, file, subjects, loaded.specs, loaded.errors);
  }
}

}  // namespace

SpecDocuments ReadSpecFiles(const std::vector<std::string>& paths) {
  SpecDocuments read;
  for (const std::string& file : FindSpecFiles(paths, read.errors)) {
    absl::StatusOr<std::string> text = ReadFile(file);
    if (text.ok()) {
      ParseSpecs(*text, file, read);
    } else {
      read.errors.push_back({file, {}, std::string(text.status().message())});
    }
  }
  return read;
}

std::set<std::string> SubjectsOf(const SpecDocuments& documents) {
  std::set<std::string> names;
  for (const SpecDocuments::Document& document : documents.documents) {
    const JsonValue& root = document.root;
    if (root.kind != JsonValue::Kind::kArray) names.insert(SubjectOf(root));
    for (const JsonValue& item : root.items) names.insert(SubjectOf(item));
  }
  return names;
}

LoadedSpecs LoadSpecs(const SpecDocuments& documents,
                      const Subjects& subjects) {
  LoadedSpecs loaded;
  loaded.errors = documents.errors;
  for (const SpecDocuments::Document& document : documents.documents) {
    LoadDocument(document, subjects, loaded);
  }
  ReportDuplicates(loaded.specs, loaded.errors);
  return loaded;
}

void LoadSpecText(std::string_view text, const std::string& file,
                  const Subjects& subjects, LoadedSpecs& loaded) {
  SpecDocuments read;
  ParseSpecs(text, file, read);
  loaded.errors.insert(loaded.errors.end(), read.errors.begin(),
                       read.errors.end());
  for (const SpecDocuments::Document& document : read.documents) {
    LoadDocument(document, subjects, loaded);
  }
}

}  // namespace harness
