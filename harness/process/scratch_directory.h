// Empty directories for programs to run in.

#ifndef LASTWORDS_HARNESS_PROCESS_SCRATCH_DIRECTORY_H_
#define LASTWORDS_HARNESS_PROCESS_SCRATCH_DIRECTORY_H_

#include <cstdint>
#include <memory>
#include <string>
#include <vector>

#include "absl/status/statusor.h"

namespace harness {

// Hands out directories below one of its own, which goes with it.
class ScratchDirectories {
 public:
  ScratchDirectories() = default;
  ~ScratchDirectories();

  ScratchDirectories(const ScratchDirectories&) = delete;
  ScratchDirectories& operator=(const ScratchDirectories&) = delete;

  absl::StatusOr<std::string> Take();

  // One that comes back as it went is used again, for making and removing one
  // costs as much as all else that a run costs us. Others are removed.
  void GiveBack(const std::string& directory);

  // Moves a file out of a directory that is to be given back. It is removed
  // with the last copy of what is returned, or with all directories. Nothing
  // if it can not be moved.
  std::shared_ptr<const std::string> Rescue(const std::string& file);

 private:
  // With everything in it, whatever its permissions. What cannot be removed
  // stays: litter is not worth a verdict.
  static void Remove(const std::string& directory);

  std::string root_;  // made with the first directory
  std::uint64_t made_ = 0;
  std::vector<std::string> free_;
};

}  // namespace harness

#endif  // LASTWORDS_HARNESS_PROCESS_SCRATCH_DIRECTORY_H_
