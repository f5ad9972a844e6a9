#include "ci/soak/process.h"

#include <fcntl.h>
#include <poll.h>
#include <signal.h>
#include <spawn.h>
#include <sys/prctl.h>
#include <sys/syscall.h>
#include <sys/wait.h>
#include <unistd.h>

#include <array>
#include <cerrno>
#include <chrono>
#include <cstdio>
#include <cstdlib>
#include <cstring>

namespace soak {
namespace {

using Clock = std::chrono::steady_clock;

constexpr int kKillAfterMs = 1000;
constexpr size_t kMaxOutputBytes = size_t{1} << 20;

[[noreturn]] void Die(const char* what, int error) {
  std::fprintf(stderr, "soak: error: %s: %s\n", what, std::strerror(error));
  std::exit(2);
}

std::vector<char*> Pointers(const std::vector<std::string>& texts) {
  std::vector<char*> pointers;
  for (const std::string& text : texts) {
    pointers.push_back(const_cast<char*>(text.c_str()));
  }
  pointers.push_back(nullptr);
  return pointers;
}

pid_t Spawn(const std::vector<std::string>& argv,
            const std::vector<std::string>& environment, int output) {
  posix_spawn_file_actions_t actions;
  posix_spawn_file_actions_init(&actions);
  posix_spawn_file_actions_addopen(&actions, 0, "/dev/null", O_RDONLY, 0);
  posix_spawn_file_actions_adddup2(&actions, output, 1);
  posix_spawn_file_actions_adddup2(&actions, output, 2);
  pid_t pid = 0;
  const int error =
      posix_spawn(&pid, argv[0].c_str(), &actions, nullptr,
                  Pointers(argv).data(), Pointers(environment).data());
  posix_spawn_file_actions_destroy(&actions);
  if (error != 0) Die(argv[0].c_str(), error);
  return pid;
}

// glibc 2.36 declares pidfd_open without extern "C".
int PidfdOpen(pid_t pid) {
  return static_cast<int>(syscall(SYS_pidfd_open, pid, 0));
}

std::string EndOf(int status) {
  if (WIFSIGNALED(status)) return "signal " + std::to_string(WTERMSIG(status));
  return "exit " + std::to_string(WEXITSTATUS(status));
}

// Reads what there is; false at the end of the stream.
bool ReadSome(int fd, std::string& output) {
  std::array<char, 16384> buffer;
  const ssize_t count = read(fd, buffer.data(), buffer.size());
  if (count < 0) return errno == EINTR || errno == EAGAIN;
  if (output.size() < kMaxOutputBytes) {
    output.append(buffer.data(), static_cast<size_t>(count));
  }
  return count > 0;
}

// Collects output until the child has ended and the pipe is drained; false
// when the deadline came first.
bool Collect(int output_fd, int pid_fd, Clock::time_point deadline,
             std::string& output) {
  std::array<pollfd, 2> fds = {{{output_fd, POLLIN, 0}, {pid_fd, POLLIN, 0}}};
  while (true) {
    const auto left = std::chrono::duration_cast<std::chrono::milliseconds>(
        deadline - Clock::now());
    if (left.count() <= 0) return false;
    if (poll(fds.data(), fds.size(), static_cast<int>(left.count())) <= 0) {
      continue;
    }
    if (fds[0].revents != 0) {
      if (!ReadSome(output_fd, output)) fds[0].fd = -1;
    } else if (fds[1].revents != 0) {
      return true;  // ended, and nothing is left to read
    }
  }
}

}  // namespace

Run RunChild(const std::vector<std::string>& argv,
             const std::vector<std::string>& environment, int limit_ms) {
  std::array<int, 2> pipe_fds;
  if (pipe2(pipe_fds.data(), O_CLOEXEC) != 0) Die("pipe", errno);
  const pid_t pid = Spawn(argv, environment, pipe_fds[1]);
  close(pipe_fds[1]);
  const int pid_fd = PidfdOpen(pid);
  if (pid_fd < 0) Die("pidfd_open", errno);

  Run run;
  const auto deadline = Clock::now() + std::chrono::milliseconds(limit_ms);
  const bool ended = Collect(pipe_fds[0], pid_fd, deadline, run.output);
  if (!ended) {
    kill(pid, SIGQUIT);
    Collect(pipe_fds[0], pid_fd,
            Clock::now() + std::chrono::milliseconds(kKillAfterMs), run.output);
    kill(pid, SIGKILL);
  }
  int status = 0;
  waitpid(pid, &status, 0);
  run.end = ended ? EndOf(status) : "hang";
  close(pid_fd);
  close(pipe_fds[0]);
  return run;
}

Burner::Burner() : pid_(fork()) {
  if (pid_ < 0) Die("fork", errno);
  if (pid_ != 0) return;
  prctl(PR_SET_PDEATHSIG, SIGKILL);
  for (volatile unsigned turns = 0;;) turns = turns + 1;
}

Burner::~Burner() {
  kill(pid_, SIGKILL);
  waitpid(pid_, nullptr, 0);
}

}  // namespace soak
