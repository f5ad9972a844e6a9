// Loads specs from files and directories, and finds every error in them.
//
//   const SpecDocuments documents = ReadSpecFiles({"specs"});
//   LoadedSpecs loaded = LoadSpecs(documents, subjects);
//   if (!loaded.errors.empty()) {
//     std::cerr << FormatDiagnostics(loaded.errors);   // all files, all errors
//     return 2;
//   }
//   for (const Spec& spec : loaded.specs) ...
//
// A directory means all files *.json in it and below it, by name, but for
// schema.json and hidden ones. A file holds one spec or an array of them.
//
// Errors, besides those of one spec: no such file, a directory without specs,
// an empty file, an empty array, two tests of one name.

#ifndef LASTWORDS_HARNESS_SPEC_SPEC_LOADER_H_
#define LASTWORDS_HARNESS_SPEC_SPEC_LOADER_H_

#include <set>
#include <string>
#include <string_view>
#include <vector>

#include "harness/spec/diagnostic.h"
#include "harness/spec/json_value.h"
#include "harness/spec/spec.h"
#include "harness/spec/subject.h"

namespace harness {

struct LoadedSpecs {
  std::vector<Spec> specs;  // not to be used when there are errors
  Diagnostics errors;
};

// Files that are JSON, with whatever in them.
struct SpecDocuments {
  struct Document {
    std::string file;
    JsonValue root;
  };
  std::vector<Document> documents;
  Diagnostics errors;  // of all the other files
};

SpecDocuments ReadSpecFiles(const std::vector<std::string>& paths);

// Those that the specs are about, known or not.
std::set<std::string> SubjectsOf(const SpecDocuments& documents);

// Its errors are those of all files.
LoadedSpecs LoadSpecs(const SpecDocuments& documents, const Subjects& subjects);

// The pure part: one file's text, called `file` in errors. Appends to `loaded`.
void LoadSpecText(std::string_view text, const std::string& file,
                  const Subjects& subjects, LoadedSpecs& loaded);

}  // namespace harness

#endif  // LASTWORDS_HARNESS_SPEC_SPEC_LOADER_H_
