#include "harness/bench/raw_spawn.h"

#include <fcntl.h>
#include <poll.h>
#include <spawn.h>
#include <sys/wait.h>
#include <unistd.h>

#include <cstdio>
#include <cstdlib>
#include <vector>

namespace harness {
namespace {

void Check(bool good, const char* what) {
  if (good) return;
  std::perror(what);
  std::exit(1);
}

struct Running {
  pid_t pid = 0;
  int pipe = -1;
};

Running Spawn(const char* program, Session session) {
  int ends[2];
  Check(pipe2(ends, O_CLOEXEC) == 0, "pipe2");
  posix_spawn_file_actions_t actions;
  posix_spawn_file_actions_init(&actions);
  posix_spawn_file_actions_adddup2(&actions, ends[1], STDOUT_FILENO);
  posix_spawn_file_actions_adddup2(&actions, ends[1], STDERR_FILENO);
  posix_spawnattr_t attributes;
  posix_spawnattr_init(&attributes);
  posix_spawnattr_setflags(&attributes,
                           session == Session::kOwn ? POSIX_SPAWN_SETSID : 0);
  char* const argv[] = {const_cast<char*>(program), nullptr};
  char* const environment[] = {nullptr};
  Running running;
  Check(posix_spawn(&running.pid, program, &actions, &attributes, argv,
                    environment) == 0,
        "posix_spawn");
  posix_spawnattr_destroy(&attributes);
  posix_spawn_file_actions_destroy(&actions);
  close(ends[1]);
  running.pipe = ends[0];
  return running;
}

}  // namespace

std::size_t RawSpawn(const char* program, int runs, int in_flight,
                     Session session) {
  std::vector<char> buffer(std::size_t{64} << 10);
  std::vector<Running> running;
  std::vector<pollfd> polled;
  std::size_t bytes = 0;
  for (int started = 0; started < runs || !running.empty();) {
    while (started < runs && static_cast<int>(running.size()) < in_flight) {
      running.push_back(Spawn(program, session));
      ++started;
    }
    polled.clear();
    for (const Running& one : running) polled.push_back({one.pipe, POLLIN, 0});
    Check(poll(polled.data(), polled.size(), -1) > 0, "poll");
    for (std::size_t i = polled.size(); i-- > 0;) {
      if (polled[i].revents == 0) continue;
      const ssize_t count = read(polled[i].fd, buffer.data(), buffer.size());
      if (count > 0) {
        bytes += static_cast<std::size_t>(count);
        continue;
      }
      close(running[i].pipe);
      Check(waitpid(running[i].pid, nullptr, 0) > 0, "waitpid");
      running.erase(running.begin() + static_cast<std::ptrdiff_t>(i));
    }
  }
  return bytes;
}

}  // namespace harness
