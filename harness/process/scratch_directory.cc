#include "harness/process/scratch_directory.h"

#include <sys/stat.h>
#include <unistd.h>

#include <cerrno>
#include <cstdlib>
#include <cstring>
#include <filesystem>
#include <system_error>
#include <utility>

#include "absl/strings/str_cat.h"

namespace harness {
namespace {

namespace fs = std::filesystem;

constexpr mode_t kPrivate = 0700;

absl::Status CannotMake(const std::string& directory) {
  return absl::ResourceExhaustedError(absl::StrCat(
      "cannot make the directory ", directory, ": ", std::strerror(errno)));
}

void MakeAccessible(const std::string& directory) {
  std::error_code error;
  fs::permissions(directory, fs::perms::owner_all, fs::perm_options::add,
                  error);
  for (fs::directory_iterator it(directory, error), end; !error && it != end;
       it.increment(error)) {
    if (it->is_symlink(error) || !it->is_directory(error)) continue;
    MakeAccessible(it->path().native());
  }
}

bool AsMade(const std::string& directory) {
  struct stat status {};
  if (lstat(directory.c_str(), &status) != 0 || !S_ISDIR(status.st_mode) ||
      (status.st_mode & ALLPERMS) != kPrivate || status.st_uid != geteuid()) {
    return false;
  }
  std::error_code error;
  return fs::is_empty(directory, error) && !error;
}

}  // namespace

ScratchDirectories::~ScratchDirectories() {
  if (!root_.empty()) Remove(root_);
}

absl::StatusOr<std::string> ScratchDirectories::Take() {
  if (!free_.empty()) {
    std::string directory = std::move(free_.back());
    free_.pop_back();
    return directory;
  }
  if (root_.empty()) {
    std::error_code error;
    fs::path parent = fs::temp_directory_path(error);
    if (error) parent = "/tmp";
    std::string root = (parent / "lastwords.XXXXXX").native();
    if (mkdtemp(root.data()) == nullptr) return CannotMake(root);
    root_ = root;
  }
  std::string directory = absl::StrCat(root_, "/", ++made_);
  if (mkdir(directory.c_str(), kPrivate) != 0) return CannotMake(directory);
  return directory;
}

void ScratchDirectories::GiveBack(const std::string& directory) {
  if (AsMade(directory)) {
    free_.push_back(directory);
  } else {
    Remove(directory);
  }
}

std::shared_ptr<const std::string> ScratchDirectories::Rescue(
    const std::string& file) {
  std::string rescued = absl::StrCat(root_, "/rescued.", ++made_);
  std::error_code error;
  fs::rename(file, rescued, error);
  if (error) return nullptr;
  return {new std::string(std::move(rescued)), [](const std::string* path) {
            unlink(path->c_str());
            delete path;
          }};
}

void ScratchDirectories::Remove(const std::string& directory) {
  if (rmdir(directory.c_str()) == 0) return;
  MakeAccessible(directory);
  std::error_code error;
  fs::remove_all(directory, error);
}

}  // namespace harness
