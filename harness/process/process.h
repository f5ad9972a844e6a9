// Runs one program in a clean room and says how it ended.
//
// Whatever the program does (hang, flood, daemonise, stop itself), a result
// comes within `limits.time` + 0.3 s, and nothing of its process tree survives
// the result. A program that behaves badly is a *result*; an absl::Status says
// that no program was run, so that nothing can be said about it.

#ifndef LASTWORDS_HARNESS_PROCESS_PROCESS_H_
#define LASTWORDS_HARNESS_PROCESS_PROCESS_H_

#include <sys/types.h>

#include <cstddef>
#include <cstdint>
#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "absl/status/statusor.h"
#include "absl/time/time.h"

namespace harness {

inline constexpr std::size_t kMiB = std::size_t{1} << 20;

struct Limits {
  absl::Duration time = absl::Seconds(10);

  // More output than this is excessive: flagged, but read on to its end,
  // because the end is where a report stands.
  std::size_t output_bytes = 16 * kMiB;
  // More than this, and the program is killed.
  std::size_t output_kill_bytes = 1024 * kMiB;
  // What is kept of each stream: half of this from its beginning, half from
  // its end.
  std::size_t kept_bytes = 8 * kMiB;

  std::size_t memory_bytes = 0;     // RLIMIT_AS; 0: unlimited
  std::size_t core_bytes = 0;       // RLIMIT_CORE
  std::size_t file_size_bytes = 0;  // RLIMIT_FSIZE; 0: unlimited
};

// One act of a conversation with the program. Steps are taken in order; a
// step is taken as soon as the one before it is done.
struct Step {
  enum class Kind { kWaitFor, kSendSignal, kSendInput, kCloseInput };

  // Returns the offset just after the match, or std::string_view::npos.
  using Finder = std::function<std::size_t(std::string_view)>;

  static Step WaitFor(std::string text);
  static Step WaitFor(Finder finder);
  static Step SendSignal(int signal);
  static Step SendInput(std::string text);
  static Step CloseInput();

  Kind kind = Kind::kWaitFor;
  // kWaitFor: the text to find in the combined output, after what the last
  // wait found. kSendInput: what to write.
  std::string text;
  // kWaitFor, instead of `text`: searches what came since the last match, of
  // which the last 64 KiB are kept.
  Finder finder;
  int signal = 0;
};

struct ProcessRequest {
  // A path, relative to the harness's own directory; PATH is not searched.
  std::string program;
  std::vector<std::string> args;  // without argv[0]
  std::vector<std::string> env;   // "K=V"; the whole environment

  // Standard input is /dev/null, unless there is something to write to it: this
  // text, then the inputs of the steps. After the last of them it is closed, or
  // when a step says so.
  std::string stdin_text;
  // Empty: an empty directory of its own, removed afterwards.
  std::string working_directory;

  Limits limits;
  // Also keep stdout and stderr apart. They then are two pipes, and `output`
  // has them in the order read, which only nearly is the order written.
  bool separate_streams = false;
  // At the time limit send SIGQUIT first, so that a hang shows its stacks.
  bool hang_dump = true;
  std::vector<Step> steps;
};

// A process of the program's tree that was still there after the program had
// ended, or had to be ended: then only one that had left the program's process
// group, which is ended as one. It has been killed.
struct LeakedProcess {
  pid_t pid = 0;
  std::string name;     // as in /proc/PID/comm
  std::string cmdline;  // arguments joined by spaces; empty if unreadable
};

// A step that never came to its turn, or waited in vain.
struct FailedStep {
  std::size_t index = 0;
  std::string reason;
};

struct ProcessResult {
  // kTimeout: the time limit was reached; exit_code or signal then say how the
  // program took the SIGQUIT and SIGKILL.
  enum class End { kExited, kSignaled, kTimeout };

  End end = End::kExited;
  int exit_code = 0;  // 0 unless it exited
  int signal = 0;     // 0 unless a signal ended it
  bool core_dumped = false;
  // Where the core was left in a directory that was removed: the file it was
  // moved to. That goes with the last copy of this, and with the runner.
  std::shared_ptr<const std::string> core_file;

  // stdout and stderr in the order written. When bytes were dropped, they
  // would stand at output_gap_offset.
  std::string output;
  std::uint64_t output_bytes_total = 0;
  std::uint64_t output_bytes_dropped = 0;
  std::size_t output_gap_offset = 0;
  // Only with separate_streams; bounded likewise.
  std::optional<std::string> out;
  std::optional<std::string> err;
  // Wrote more than limits.output_bytes. When it also was more than
  // limits.output_kill_bytes, `signal` is the SIGKILL it was given for it.
  bool excessive_output = false;

  std::vector<LeakedProcess> leaks;
  std::optional<FailedStep> failed_step;

  absl::Duration wall;         // start of the program to its end
  absl::Duration user_time;    // of the program and children it waited for
  absl::Duration system_time;  // likewise
  std::size_t max_rss_bytes = 0;
};

// Runs up to `max_in_flight` programs at a time, on one loop and one thread.
// The calling process becomes a subreaper, for good.
//
// Safety: all members may be called from any thread; Submit and Stop also from
// a callback, Wait and the destructor not.
class ProcessRunner {
 public:
  // Called on the loop's thread; must not block it.
  using Callback = std::function<void(absl::StatusOr<ProcessResult>)>;

  explicit ProcessRunner(int max_in_flight);
  ~ProcessRunner();  // Blocks: as Wait()

  ProcessRunner(const ProcessRunner&) = delete;
  ProcessRunner& operator=(const ProcessRunner&) = delete;

  // Errors: given to the callback, never thrown.
  //   NotFound            no such program; the message names the nearest file
  //   PermissionDenied    not executable
  //   InvalidArgument     arguments, working directory or format of the file
  //   ResourceExhausted   out of descriptors, processes or memory
  //   Cancelled           Stop() came first
  void Submit(ProcessRequest request, Callback done);

  // Ends the programs that run, each with its tree, and starts no more. For
  // good: whatever is submitted from now on is answered by Cancelled, too.
  void Stop();

  // Blocks: until every submitted request has been answered.
  void Wait();

  // Processes that were left by one of several programs in flight, and had to
  // be killed, of which nothing said by which. Of a program that was alone they
  // are its leaks. Blocks: as Wait().
  std::vector<LeakedProcess> Strays();

 private:
  class Loop;
  std::unique_ptr<Loop> loop_;
};

// Runs one program. Blocks: until it has a result.
absl::StatusOr<ProcessResult> RunProcess(const ProcessRequest& request);

}  // namespace harness

#endif  // LASTWORDS_HARNESS_PROCESS_PROCESS_H_
