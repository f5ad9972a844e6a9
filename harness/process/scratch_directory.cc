#include "harness/process/scratch_directory.h"

#include <sys/stat.h>
#include <unistd.h>

#include <cerrno>
#include <cstdlib>
#include <cstring>
#include <filesystem>
#include <system_error>

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

}  // namespace

ScratchDirectories::~ScratchDirectories() {
  if (!root_.empty()) Remove(root_);
}

absl::StatusOr<std::string> ScratchDirectories::Make() {
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

void ScratchDirectories::Remove(const std::string& directory) {
  if (rmdir(directory.c_str()) == 0) return;
  MakeAccessible(directory);
  std::error_code error;
  fs::remove_all(directory, error);
}

}  // namespace harness
