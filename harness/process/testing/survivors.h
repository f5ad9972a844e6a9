// For tests: is anything left of what was run?

#ifndef LASTWORDS_HARNESS_PROCESS_TESTING_SURVIVORS_H_
#define LASTWORDS_HARNESS_PROCESS_TESTING_SURVIVORS_H_

#include <filesystem>
#include <fstream>
#include <iterator>
#include <string>

namespace harness {

// How many processes have `mark`, such as "TRAP_MARK=7.", in their environment.
// It goes through everything but a process that sets another.
inline int Survivors(const std::string& mark) {
  int survivors = 0;
  for (const auto& entry : std::filesystem::directory_iterator("/proc")) {
    std::ifstream file(entry.path() / "environ", std::ios::binary);
    const std::string environment{std::istreambuf_iterator<char>(file), {}};
    survivors += environment.find(mark) != std::string::npos ? 1 : 0;
  }
  return survivors;
}

}  // namespace harness

#endif  // LASTWORDS_HARNESS_PROCESS_TESTING_SURVIVORS_H_
