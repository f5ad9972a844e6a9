// Remembers the tests that failed, in a file `failed-tests` beside the outputs
// that are kept of them. Programs that run at the same time, as ctest's do, may
// remember in the same folder.
//
//   FailureMemory memory(OutputDirectory(""));
//   memory.Add(key, file);        // at once, so that no interrupt loses it
//   memory.Remove(passed);        // at the end
//
// A test that did not run is in neither, so that a run of a few leaves the
// other failures as they were.

#ifndef LASTWORDS_HARNESS_CLI_FAILURE_MEMORY_H_
#define LASTWORDS_HARNESS_CLI_FAILURE_MEMORY_H_

#include <functional>
#include <string>
#include <vector>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "harness/cli/failed_tests.h"

namespace harness {

class FailureMemory {
 public:
  explicit FailureMemory(std::string directory);

  std::string file() const;

  // Empty if nothing was ever remembered there.
  // Errors: Unavailable if the file can not be read.
  absl::StatusOr<FailedTests> Read() const;

  // Blocks: while another program changes the file.
  // Errors: Unavailable if the file can not be read or written.
  absl::Status Add(const TestKey& key, const std::string& spec_file) const;
  absl::Status Remove(const std::vector<TestKey>& keys) const;

 private:
  absl::Status Change(const std::function<void(FailedTests&)>& change) const;

  const std::string directory_;
};

}  // namespace harness

#endif  // LASTWORDS_HARNESS_CLI_FAILURE_MEMORY_H_
