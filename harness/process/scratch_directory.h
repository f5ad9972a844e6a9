// Empty directories for programs to run in.

#ifndef LASTWORDS_HARNESS_PROCESS_SCRATCH_DIRECTORY_H_
#define LASTWORDS_HARNESS_PROCESS_SCRATCH_DIRECTORY_H_

#include <cstdint>
#include <string>

#include "absl/status/statusor.h"

namespace harness {

// Hands out directories below one of its own, which goes with it.
class ScratchDirectories {
 public:
  ScratchDirectories() = default;
  ~ScratchDirectories();

  ScratchDirectories(const ScratchDirectories&) = delete;
  ScratchDirectories& operator=(const ScratchDirectories&) = delete;

  absl::StatusOr<std::string> Make();

  // With everything in it, whatever its permissions. What cannot be removed
  // stays: litter is not worth a verdict.
  static void Remove(const std::string& directory);

 private:
  std::string root_;  // made with the first directory
  std::uint64_t made_ = 0;
};

}  // namespace harness

#endif  // LASTWORDS_HARNESS_PROCESS_SCRATCH_DIRECTORY_H_
