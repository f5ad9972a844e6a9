#include "harness/spec/spec_files.h"

#include <algorithm>
#include <filesystem>
#include <set>
#include <system_error>

#include "absl/strings/match.h"
#include "absl/strings/str_cat.h"
#include "harness/spec/nearest.h"

namespace harness {
namespace {

namespace fs = std::filesystem;

bool IsSpecFile(const fs::path& path) {
  std::string name = path.filename().string();
  return absl::EndsWith(name, ".json") && name[0] != '.' &&
         name != "schema.json" && !absl::EndsWith(name, ".subject.json");
}

std::vector<std::string> FilesBelow(const std::string& directory,
                                    Diagnostics& errors) {
  std::vector<std::string> files;
  std::error_code error;
  fs::recursive_directory_iterator entry(directory, error);
  for (; !error && entry != fs::end(entry); entry.increment(error)) {
    if (entry->is_regular_file() && IsSpecFile(entry->path())) {
      files.push_back(entry->path().string());
    }
  }
  if (error) {
    errors.push_back({directory, {}, error.message()});
  } else if (files.empty()) {
    errors.push_back({directory,
                      {},
                      "no spec in this directory or below it; expected files "
                      "named *.json"});
  }
  std::sort(files.begin(), files.end());
  return files;
}

// What else lies where `path` was looked for.
std::string NearestSibling(const fs::path& path) {
  fs::path parent = path.parent_path().empty() ? "." : path.parent_path();
  std::vector<std::string> siblings;
  std::error_code error;
  for (fs::directory_iterator entry(parent, error);
       !error && entry != fs::end(entry); entry.increment(error)) {
    siblings.push_back(entry->path().filename().string());
  }
  std::string nearest = Nearest(path.filename().string(), siblings);
  if (nearest.empty()) return "";
  return absl::StrCat("; did you mean \"",
                      (path.parent_path() / nearest).string(), "\"?");
}

}  // namespace

std::vector<std::string> FindSpecFiles(const std::vector<std::string>& paths,
                                       Diagnostics& errors) {
  std::vector<std::string> files;
  std::set<fs::path> seen;
  auto add = [&](const std::string& file) {
    std::error_code error;
    fs::path canonical = fs::weakly_canonical(file, error);
    if (seen.insert(error ? fs::path(file) : canonical).second) {
      files.push_back(file);
    }
  };
  for (const std::string& path : paths) {
    std::error_code error;
    fs::file_status status = fs::status(path, error);
    if (fs::is_directory(status)) {
      for (const std::string& file : FilesBelow(path, errors)) add(file);
    } else if (fs::exists(status)) {
      add(path);
    } else {
      errors.push_back(
          {path,
           {},
           absl::StrCat("no such file or directory", NearestSibling(path))});
    }
  }
  return files;
}

}  // namespace harness
