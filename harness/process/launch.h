// Starts one program in a clean room.
//
// The program finds: exactly the given environment; descriptors 0, 1 and 2 and
// no others; every signal at its default and none blocked; a session, and so a
// process group, of its own without a terminal; umask 022; the given limits.
// It is killed when the thread that started it ends.

#ifndef LASTWORDS_HARNESS_PROCESS_LAUNCH_H_
#define LASTWORDS_HARNESS_PROCESS_LAUNCH_H_

#include <sys/types.h>

#include <string>

#include "absl/status/statusor.h"
#include "harness/process/file_descriptor.h"
#include "harness/process/process.h"
#include "harness/process/tree_tag.h"

namespace harness {

// Our ends of the pipes do not block.
struct LaunchedProgram {
  pid_t pid = 0;
  FileDescriptor pidfd;
  FileDescriptor output;  // stdout, and stderr unless they are separate
  FileDescriptor error;   // only when they are separate
  FileDescriptor input;   // only when asked for
};

struct LaunchOptions {
  std::string directory;
  TreeTag tag;
  bool with_input = false;
};

// Locks: none, but all signals must be blocked in the calling thread, as it
// shares its memory with the program until the program is executed.
absl::StatusOr<LaunchedProgram> Launch(const ProcessRequest& request,
                                       const LaunchOptions& options);

}  // namespace harness

#endif  // LASTWORDS_HARNESS_PROCESS_LAUNCH_H_
