// Runs one child to its end, whatever it does, and keeps what it wrote.
#ifndef LASTWORDS_CI_SOAK_PROCESS_H_
#define LASTWORDS_CI_SOAK_PROCESS_H_

#include <sys/types.h>

#include <string>
#include <vector>

#include "ci/soak/judge.h"

namespace soak {

// Blocks: until the child has ended, at most limit_ms and a moment. A child
// that is still there then gets SIGQUIT, for the dump that says where it hangs,
// and SIGKILL a second later; its end is "hang".
// Errors: ends the program when no process can be started.
Run RunChild(const std::vector<std::string>& argv,
             const std::vector<std::string>& environment, int limit_ms);

// A process that does nothing but use a core, until the destructor, or until
// this program dies.
class Burner {
 public:
  Burner();
  ~Burner();
  Burner(const Burner&) = delete;
  Burner& operator=(const Burner&) = delete;

 private:
  pid_t pid_;
};

}  // namespace soak

#endif  // LASTWORDS_CI_SOAK_PROCESS_H_
