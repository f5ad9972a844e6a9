#include "harness/cli/failed_selection.h"

#include <cstddef>
#include <cstdio>
#include <filesystem>
#include <string>
#include <system_error>
#include <vector>

#include "absl/strings/str_cat.h"
#include "harness/cli/failed_tests.h"
#include "harness/spec/nearest.h"

namespace harness {
namespace {

bool FileExists(const std::string& file) {
  std::error_code error;
  return std::filesystem::exists(file, error);
}

void TellGone(const std::vector<TestKey>& gone, const Selection& selection) {
  std::vector<std::string> known;
  for (const Spec& spec : selection.loaded) known.push_back(spec.Id());
  for (const TestKey& key : gone) {
    std::fprintf(stderr,
                 "lastwords: %s failed last time, and is no test any more%s\n",
                 key.id.c_str(), DidYouMean(key.id, known).c_str());
  }
}

// How many of `tests` are about the programs of this run.
size_t Concerned(const FailedTests& tests, const Subjects& subjects) {
  size_t concerned = 0;
  for (const auto& [key, file] : tests) {
    for (const auto& [name, subject] : subjects) {
      if (AbsolutePath(subject.binary) == key.binary) {
        ++concerned;
        break;
      }
    }
  }
  return concerned;
}

}  // namespace

absl::Status SelectFailed(const FailureMemory& memory, Selection& selection) {
  absl::StatusOr<FailedTests> failed = memory.Read();
  if (!failed.ok()) return failed.status();
  const std::vector<TestKey> gone =
      GoneTests(*failed, selection.loaded, selection.subjects, FileExists);
  TellGone(gone, selection);
  for (const TestKey& key : gone) failed->erase(key);
  absl::Status forgotten = memory.Remove(gone);
  if (!forgotten.ok()) return forgotten;

  std::erase_if(selection.specs, [&](const Spec& spec) {
    return !failed->contains(KeyOf(spec, selection.subjects));
  });
  if (!selection.specs.empty()) return absl::OkStatus();
  const size_t elsewhere = Concerned(*failed, selection.subjects);
  if (elsewhere == 0) {
    return absl::NotFoundError(
        absl::StrCat("--failed: no failure is remembered in ", memory.file()));
  }
  return absl::NotFoundError(absl::StrCat("--failed: of the ", elsewhere,
                                          " remembered in ", memory.file(),
                                          " none is selected"));
}

}  // namespace harness
