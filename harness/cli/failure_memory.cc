#include "harness/cli/failure_memory.h"

#include <fcntl.h>
#include <sys/file.h>

#include <cerrno>
#include <filesystem>
#include <fstream>
#include <system_error>
#include <utility>

#include "absl/strings/str_cat.h"
#include "harness/process/file_descriptor.h"
#include "harness/spec/file_text.h"

namespace harness {
namespace {

namespace fs = std::filesystem;

// The folder itself is the lock: the file in it is replaced.
FileDescriptor Lock(const std::string& directory) {
  FileDescriptor lock(
      ::open(directory.c_str(), O_RDONLY | O_DIRECTORY | O_CLOEXEC));
  while (lock.valid() && ::flock(lock.get(), LOCK_EX) != 0) {
    if (errno != EINTR) return {};
  }
  return lock;
}

// By a rename, so that whoever reads finds the old text or the new one.
bool Replace(const std::string& file, const std::string& text) {
  const std::string next = file + ".next";
  std::ofstream stream(next, std::ios::binary | std::ios::trunc);
  stream << text;
  stream.close();
  std::error_code error;
  if (stream.good()) fs::rename(next, file, error);
  return stream.good() && !error;
}

}  // namespace

FailureMemory::FailureMemory(std::string directory)
    : directory_(std::move(directory)) {}

std::string FailureMemory::file() const { return directory_ + "/failed-tests"; }

absl::StatusOr<FailedTests> FailureMemory::Read() const {
  std::error_code error;
  if (!fs::exists(file(), error)) return FailedTests{};
  const absl::StatusOr<std::string> text = ReadFile(file());
  if (text.ok()) return ParseFailedTests(*text);
  return absl::UnavailableError(
      absl::StrCat("cannot read ", file(), ": ", text.status().message()));
}

absl::Status FailureMemory::Add(const TestKey& key,
                                const std::string& spec_file) const {
  std::error_code error;
  fs::create_directories(directory_, error);
  return Change([&](FailedTests& tests) { tests[key] = spec_file; });
}

absl::Status FailureMemory::Remove(const std::vector<TestKey>& keys) const {
  std::error_code error;
  if (!fs::exists(file(), error)) return absl::OkStatus();
  return Change([&](FailedTests& tests) {
    for (const TestKey& key : keys) tests.erase(key);
  });
}

absl::Status FailureMemory::Change(
    const std::function<void(FailedTests&)>& change) const {
  const FileDescriptor lock = Lock(directory_);
  absl::StatusOr<FailedTests> tests = Read();
  if (!tests.ok()) return tests.status();
  FailedTests changed = *tests;
  change(changed);
  if (changed == *tests) return absl::OkStatus();
  if (lock.valid() && Replace(file(), FormatFailedTests(changed))) {
    return absl::OkStatus();
  }
  return absl::UnavailableError(absl::StrCat("cannot write ", file()));
}

}  // namespace harness
