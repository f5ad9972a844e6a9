#include "harness/process/launch.h"

#include <fcntl.h>
#include <linux/close_range.h>
#include <signal.h>
#include <sys/prctl.h>
#include <sys/resource.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <sys/wait.h>
#include <unistd.h>

#include <boost/asio/io_context.hpp>
// Process v2 of Boost 1.81 forgets these three when it uses std::filesystem.
#include <boost/optional.hpp>
#include <boost/type_traits/decay.hpp>
#include <boost/type_traits/is_convertible.hpp>
// clang-format off: they have to come first.
#include <boost/process/v2/posix/vfork_launcher.hpp>
#include <boost/process/v2/process.hpp>
// clang-format on
#include <cerrno>
#include <cstring>
#include <fstream>
#include <utility>
#include <vector>

#include "absl/strings/str_cat.h"
#include "harness/process/program.h"

namespace harness {
namespace {

namespace process_v2 = boost::process::v2;

constexpr mode_t kUmask = 022;
constexpr int kFirstFdAboveStdio = 3;
constexpr int kFailureFd = kFirstFdAboveStdio;  // in the child
constexpr int kExecFailedExitCode = 127;

// A core pattern that begins with '|' starts a program for every core, even
// for a limit of 0; the kernel makes an exception for a limit of 1.
bool CoresGoToAProgram() {
  std::ifstream pattern("/proc/sys/kernel/core_pattern");
  return pattern.get() == '|';
}

std::size_t CoreLimitBytes(std::size_t wanted) {
  static const bool to_a_program = CoresGoToAProgram();
  return wanted == 0 && to_a_program ? 1 : wanted;
}

std::vector<char*> Pointers(const std::vector<std::string>& strings) {
  std::vector<char*> pointers;
  pointers.reserve(strings.size() + 1);
  for (const std::string& string : strings) {
    pointers.push_back(const_cast<char*>(string.c_str()));
  }
  pointers.push_back(nullptr);
  return pointers;
}

// The initializer that makes the clean room. It executes the program itself
// instead of leaving that to the launcher, for the launcher of Boost 1.81 does
// three things that must not be done between vfork and exec: after a failure it
// calls exit(), which runs the *harness's* atexit handlers in its memory; it
// leaves signals as they are; and it loses which step failed.
//
// A failure comes back through a pipe that the execution closes, not through
// the shared memory: there is none where vfork is a mere fork, as under
// ThreadSanitizer and in some sandboxes.
class CleanRoom {
 public:
  struct Failure {
    const char* action = nullptr;  // a literal, so the same on both sides
    int error_number = 0;
  };

  CleanRoom(const ProcessRequest& request, const LaunchOptions& options,
            int input, int output, int error, int failure)
      : limits_(request.limits),
        options_(options),
        core_bytes_(CoreLimitBytes(request.limits.core_bytes)),
        environment_(Pointers(request.env)),
        descriptors_{input, output, error},
        failure_fd_(failure),
        harness_(getpid()) {}

  // Called by the launcher in the child. Safety: the child runs in the
  // harness's memory, so nothing here may allocate, lock or return.
  process_v2::error_code on_exec_setup(
      process_v2::posix::default_launcher&,
      const process_v2::filesystem::path& program, const char* const* argv) {
    BreakAway();
    ResetSignals();
    SetLimits();
    SetFiles();
    sigset_t none;
    sigemptyset(&none);
    sigprocmask(SIG_SETMASK, &none, nullptr);
    execve(program.c_str(), const_cast<char**>(argv), environment_.data());
    Fail("execve");
  }

 private:
  [[noreturn]] void Fail(const char* action) {
    const Failure failure{action, errno};
    const ssize_t ignored = write(failure_fd_, &failure, sizeof failure);
    static_cast<void>(ignored);  // without a reader there is nobody to tell
    _exit(kExecFailedExitCode);
  }

  void BreakAway() {
    if (setsid() < 0) Fail("setsid");
    if (prctl(PR_SET_PDEATHSIG, SIGKILL) != 0) Fail("prctl");
    // The harness may have died before it was asked to take us along.
    if (getppid() != harness_) _exit(kExecFailedExitCode);
  }

  static void ResetSignals() {
    struct sigaction by_default {};
    by_default.sa_handler = SIG_DFL;
    for (int signal = 1; signal < NSIG; ++signal) {
      sigaction(signal, &by_default, nullptr);  // fails for KILL and STOP
    }
  }

  void Limit(decltype(RLIMIT_CORE) resource, std::size_t bytes) {
    const rlimit limit{bytes, bytes};
    if (setrlimit(resource, &limit) != 0) Fail("setrlimit");
  }

  void SetLimits() {
    options_.tag.Apply();
    Limit(RLIMIT_CORE, core_bytes_);
    if (limits_.memory_bytes != 0) Limit(RLIMIT_AS, limits_.memory_bytes);
    if (limits_.file_size_bytes != 0) {
      Limit(RLIMIT_FSIZE, limits_.file_size_bytes);
    }
  }

  void SetFiles() {
    umask(kUmask);
    if (chdir(options_.directory.c_str()) != 0) Fail("chdir");
    for (int fd = 0; fd < kFirstFdAboveStdio; ++fd) {
      if (dup2(descriptors_[fd], fd) < 0) Fail("dup2");
    }
    if (dup3(failure_fd_, kFailureFd, O_CLOEXEC) < 0 &&
        failure_fd_ != kFailureFd) {
      Fail("dup3");
    }
    failure_fd_ = kFailureFd;
    if (close_range(kFailureFd + 1, ~0U, 0) != 0) Fail("close_range");
  }

  const Limits& limits_;
  const LaunchOptions& options_;
  const std::size_t core_bytes_;
  const std::vector<char*> environment_;
  const int descriptors_[kFirstFdAboveStdio];
  int failure_fd_;
  const pid_t harness_;
};

// In a harness that was itself started without a stdin, a fresh descriptor may
// be 0, 1 or 2, and would be overwritten on its way to the child.
FileDescriptor AboveStdio(FileDescriptor fd) {
  if (!fd.valid() || fd.get() >= kFirstFdAboveStdio) return fd;
  return FileDescriptor(fcntl(fd.get(), F_DUPFD_CLOEXEC, kFirstFdAboveStdio));
}

struct Pipe {
  FileDescriptor read_end;
  FileDescriptor write_end;
};

bool MakePipe(Pipe& made) {
  int ends[2];
  if (pipe2(ends, O_CLOEXEC) != 0) return false;
  made.read_end = AboveStdio(FileDescriptor(ends[0]));
  made.write_end = AboveStdio(FileDescriptor(ends[1]));
  return made.read_end.valid() && made.write_end.valid();
}

void DoNotBlock(const FileDescriptor& fd) {
  if (fd.valid())
    fcntl(fd.get(), F_SETFL, fcntl(fd.get(), F_GETFL) | O_NONBLOCK);
}

struct Plumbing {
  Pipe output;
  Pipe error;
  Pipe input;
  Pipe failure;
  FileDescriptor null;
};

bool MakePlumbing(const ProcessRequest& request, const LaunchOptions& options,
                  Plumbing& made) {
  if (!MakePipe(made.output) || !MakePipe(made.failure)) return false;
  if (request.separate_streams && !MakePipe(made.error)) return false;
  if (options.with_input) return MakePipe(made.input);
  made.null =
      AboveStdio(FileDescriptor(open("/dev/null", O_RDONLY | O_CLOEXEC)));
  return made.null.valid();
}

// What the launcher and its context need, and pidfd_open. Asio forgets to close
// what it has already opened when it runs out in the middle.
constexpr int kLaunchDescriptors = 5;

bool EnoughDescriptors(const FileDescriptor& any) {
  FileDescriptor spare[kLaunchDescriptors];
  for (FileDescriptor& fd : spare) {
    fd = FileDescriptor(fcntl(any.get(), F_DUPFD_CLOEXEC, 0));
    if (!fd.valid()) return false;
  }
  return true;
}

void KillAndReap(pid_t pid) {
  if (pid <= 0) return;
  kill(pid, SIGKILL);
  waitpid(pid, nullptr, 0);
}

// Returns the pid, or 0 with errno.
pid_t Spawn(const std::string& program, const std::vector<std::string>& args,
            CleanRoom& room) {
  // The launcher announces the fork to the context, whose reactor, if it has
  // one, then replaces its descriptors in the *shared* memory by ones that
  // only the child has. A fresh context has no reactor yet.
  boost::asio::io_context context;
  process_v2::posix::vfork_launcher launcher;
  process_v2::error_code error;
  try {
    auto process = launcher(context.get_executor(), error,
                            process_v2::filesystem::path(program), args, room);
    const pid_t pid = error ? 0 : process.id();
    process.detach();
    errno = error.value();
    return pid;
  } catch (const boost::system::system_error&) {
    // No descriptor was left for the handle; the child runs all the same.
    KillAndReap(launcher.pid);
    errno = EMFILE;
    return 0;
  }
}

// No action if the program was executed.
CleanRoom::Failure AwaitExecution(Pipe& pipe) {
  pipe.write_end = FileDescriptor();
  CleanRoom::Failure failure;
  while (read(pipe.read_end.get(), &failure, sizeof failure) < 0 &&
         errno == EINTR) {
  }
  return failure;
}

}  // namespace

absl::StatusOr<LaunchedProgram> Launch(const ProcessRequest& request,
                                       const LaunchOptions& options) {
  absl::StatusOr<std::string> program = AbsoluteProgram(request.program);
  if (!program.ok()) return program.status();

  Plumbing plumbing;
  if (!MakePlumbing(request, options, plumbing) ||
      !EnoughDescriptors(plumbing.output.read_end)) {
    return ExplainLaunchFailure(*program, "making pipes", errno);
  }
  const int output = plumbing.output.write_end.get();
  CleanRoom room(
      request, options,
      options.with_input ? plumbing.input.read_end.get() : plumbing.null.get(),
      output,
      request.separate_streams ? plumbing.error.write_end.get() : output,
      plumbing.failure.write_end.get());

  LaunchedProgram launched;
  launched.pid = Spawn(*program, request.args, room);
  if (launched.pid == 0) return ExplainLaunchFailure(*program, "vfork", errno);
  const CleanRoom::Failure failure = AwaitExecution(plumbing.failure);
  if (failure.action != nullptr) {
    waitpid(launched.pid, nullptr, 0);
    return ExplainLaunchFailure(*program, failure.action, failure.error_number);
  }
  launched.pidfd = FileDescriptor(
      static_cast<int>(syscall(SYS_pidfd_open, launched.pid, 0)));
  if (!launched.pidfd.valid()) {
    const int error_number = errno;
    KillAndReap(launched.pid);
    return ExplainLaunchFailure(*program, "pidfd_open", error_number);
  }
  launched.output = std::move(plumbing.output.read_end);
  launched.error = std::move(plumbing.error.read_end);
  launched.input = std::move(plumbing.input.write_end);
  DoNotBlock(launched.output);
  DoNotBlock(launched.error);
  DoNotBlock(launched.input);
  return launched;
}

}  // namespace harness
