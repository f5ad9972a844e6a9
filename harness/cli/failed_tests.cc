#include "harness/cli/failed_tests.h"

#include <filesystem>
#include <set>

#include "absl/strings/escaping.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/str_split.h"

namespace harness {

TestKey KeyOf(const Spec& spec, const Subjects& subjects) {
  return {spec.Id(), AbsolutePath(subjects.at(spec.subject).binary)};
}

std::string AbsolutePath(const std::string& path) {
  return std::filesystem::absolute(path).lexically_normal().string();
}

std::string FormatFailedTests(const FailedTests& tests) {
  std::string text;
  for (const auto& [key, file] : tests) {
    absl::StrAppend(&text, absl::Utf8SafeCEscape(key.id), "\t",
                    absl::Utf8SafeCEscape(key.binary), "\t",
                    absl::Utf8SafeCEscape(file), "\n");
  }
  return text;
}

FailedTests ParseFailedTests(const std::string& text) {
  FailedTests tests;
  for (const absl::string_view line : absl::StrSplit(text, '\n')) {
    const std::vector<std::string> words = absl::StrSplit(line, '\t');
    TestKey key;
    std::string file;
    if (words.size() == 3 && absl::CUnescape(words[0], &key.id) &&
        absl::CUnescape(words[1], &key.binary) &&
        absl::CUnescape(words[2], &file)) {
      tests[key] = file;
    }
  }
  return tests;
}

std::vector<TestKey> GoneTests(
    const FailedTests& tests, const std::vector<Spec>& loaded,
    const Subjects& subjects,
    const std::function<bool(const std::string&)>& exists) {
  std::set<TestKey> keys;
  std::set<std::string> files;
  std::set<std::string> binaries;
  for (const Spec& spec : loaded) {
    keys.insert(KeyOf(spec, subjects));
    files.insert(AbsolutePath(spec.file));
  }
  for (const auto& [name, subject] : subjects) {
    binaries.insert(AbsolutePath(subject.binary));
  }
  std::vector<TestKey> gone;
  for (const auto& [key, file] : tests) {
    if (binaries.contains(key.binary) && !keys.contains(key) &&
        (files.contains(file) || !exists(file))) {
      gone.push_back(key);
    }
  }
  return gone;
}

}  // namespace harness
