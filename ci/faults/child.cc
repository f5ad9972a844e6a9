#include "ci/faults/child.h"

#include <dirent.h>
#include <fcntl.h>
#include <poll.h>
#include <signal.h>
#include <spawn.h>
#include <sys/mman.h>
#include <sys/syscall.h>
#include <sys/wait.h>
#include <unistd.h>

#include <array>
#include <cerrno>
#include <cstdio>
#include <cstdlib>
#include <cstring>

namespace faults {
namespace {

[[noreturn]] void Die(const std::string& what, int error) {
  std::fprintf(stderr, "faults: %s: %s\n", what.c_str(), std::strerror(error));
  std::exit(2);
}

// The descriptor, if it was made.
int Made(const char* what, int fd) {
  if (fd < 0) Die(what, errno);
  return fd;
}

std::vector<char*> Pointers(const std::vector<std::string>& texts) {
  std::vector<char*> pointers;
  for (const std::string& text : texts) {
    pointers.push_back(const_cast<char*>(text.c_str()));
  }
  pointers.push_back(nullptr);
  return pointers;
}

void Place(posix_spawn_file_actions_t* actions, int fd, int number) {
  if (fd < 0) {
    posix_spawn_file_actions_addclose(actions, number);
  } else {
    posix_spawn_file_actions_adddup2(actions, fd, number);
  }
}

// glibc 2.36 declares pidfd_open without extern "C".
int PidfdOpen(pid_t pid) {
  return static_cast<int>(syscall(SYS_pidfd_open, pid, 0));
}

}  // namespace

void Fd::Reset(int fd) {
  if (fd_ >= 0) close(fd_);
  fd_ = fd;
}

Pipe MakePipe() {
  std::array<int, 2> ends;
  Made("pipe", pipe2(ends.data(), O_CLOEXEC));
  return {Fd(ends[0]), Fd(ends[1])};
}

Fd MakeFile() { return Fd(Made("memfd", memfd_create("file", MFD_CLOEXEC))); }

void Shrink(const Pipe& pipe) {
  Made("F_SETPIPE_SZ", fcntl(pipe.writer.get(), F_SETPIPE_SZ, 4096));
}

size_t Fill(const Pipe& pipe) {
  const int capacity = fcntl(pipe.writer.get(), F_GETPIPE_SZ);
  const std::string filling(static_cast<size_t>(capacity), '#');
  const ssize_t n = write(pipe.writer.get(), filling.data(), filling.size());
  return static_cast<size_t>(Made("filling a pipe", static_cast<int>(n)));
}

std::string TextOf(const Fd& file) {
  std::string text;
  std::array<char, 16384> chunk;
  for (ssize_t n; (n = pread(file.get(), chunk.data(), chunk.size(),
                             static_cast<off_t>(text.size()))) > 0;) {
    text.append(chunk.data(), static_cast<size_t>(n));
  }
  return text;
}

std::string Testprog() {
  const char* const other = std::getenv("LASTWORDS_TESTPROG");
  return other == nullptr ? LASTWORDS_TESTPROG : other;
}

Child::Child(const std::vector<std::string>& argv,
             const std::vector<std::string>& environment,
             Descriptors descriptors) {
  posix_spawn_file_actions_t actions;
  posix_spawn_file_actions_init(&actions);
  posix_spawn_file_actions_addopen(&actions, STDIN_FILENO, "/dev/null",
                                   O_RDONLY, 0);
  Place(&actions, descriptors.output, STDOUT_FILENO);
  Place(&actions, descriptors.error, STDERR_FILENO);
  Place(&actions, descriptors.third, STDERR_FILENO + 1);
  // Ignored until there is a handler.
  signal(SIGUSR1, SIG_IGN);
  const int error =
      posix_spawnp(&pid_, argv[0].c_str(), &actions, nullptr,
                   Pointers(argv).data(), Pointers(environment).data());
  posix_spawn_file_actions_destroy(&actions);
  if (error != 0) Die(argv[0], error);
  pid_fd_.Reset(Made("pidfd_open", PidfdOpen(pid_)));
}

Child::~Child() {
  if (reaped_) return;
  kill(pid_, SIGKILL);
  waitpid(pid_, nullptr, 0);
}

bool Child::HasEnded(int within_ms) const {
  pollfd end = {.fd = end_fd(), .events = POLLIN, .revents = 0};
  return poll(&end, 1, within_ms) > 0;
}

void Child::StopAndContinue() const {
  kill(pid_, SIGSTOP);
  siginfo_t info;
  waitid(P_PID, static_cast<id_t>(pid_), &info, WSTOPPED | WEXITED | WNOWAIT);
  kill(pid_, SIGCONT);
}

std::string Child::End() {
  int status = 0;
  reaped_ = waitpid(pid_, &status, WNOHANG) == pid_;
  if (!reaped_) return "hang";
  if (WIFSIGNALED(status)) {
    return "signal " + std::to_string(WTERMSIG(status));
  }
  return "exit " + std::to_string(WEXITSTATUS(status));
}

Storm::Storm(pid_t pid)
    : thread_([this, pid] {
        const std::string tasks = "/proc/" + std::to_string(pid) + "/task";
        while (!over_.load()) {
          DIR* const threads = opendir(tasks.c_str());
          while (const dirent* entry = threads ? readdir(threads) : nullptr) {
            const pid_t thread = std::atoi(entry->d_name);
            if (thread != 0) tgkill(pid, thread, SIGUSR1);
          }
          if (threads != nullptr) closedir(threads);
        }
      }) {}

Storm::~Storm() {
  over_.store(true);
  thread_.join();
}

}  // namespace faults
