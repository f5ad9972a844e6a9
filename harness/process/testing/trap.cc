// Behaves badly in a named way: `process_trap NAME [ARGUMENT]`.
//
// Prints "trap" first where the test has to see that it was here. Nothing here
// cleans up: that is what the process runner is tested for.

#include <dirent.h>
#include <fcntl.h>
#include <signal.h>
#include <sys/mman.h>
#include <sys/resource.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

#include <algorithm>
#include <cstdio>
#include <cstdlib>
#include <cstring>
#include <ctime>
#include <map>
#include <string>
#include <string_view>
#include <vector>

namespace {

constexpr int kUsageExitCode = 64;
constexpr std::size_t kBytesPerMiB = std::size_t{1} << 20;

void Say(std::string_view text) {
  while (!text.empty()) {
    const ssize_t count = write(STDOUT_FILENO, text.data(), text.size());
    if (count <= 0) _exit(kUsageExitCode);
    text.remove_prefix(static_cast<std::size_t>(count));
  }
}

[[noreturn]] void Hang() {
  for (;;) pause();
}

void Linger(int milliseconds) {
  timespec time{milliseconds / 1000, milliseconds % 1000 * 1'000'000L};
  while (nanosleep(&time, &time) != 0) {
  }
}

// Runs `body` in a child, and returns at once.
template <typename Body>
void InChild(Body body) {
  if (fork() == 0) {
    body();
    _exit(0);
  }
}

// A daemon by the book, up to the descriptors and the directory.
template <typename Body>
void InDaemon(Body body) {
  InChild([&body] {
    setsid();
    InChild([&body] {
      if (chdir("/") != 0) _exit(kUsageExitCode);
      body();
    });
  });
  wait(nullptr);
}

void CloseStdio() {
  for (int fd = 0; fd < 3; ++fd) close(fd);
}

void ForgetRealTimeLimit() {
  const rlimit unlimited{RLIM_INFINITY, RLIM_INFINITY};
  setrlimit(RLIMIT_RTTIME, &unlimited);
}

void ForgetTag() {
  ForgetRealTimeLimit();
  const rlimit unlimited{RLIM_INFINITY, RLIM_INFINITY};
  setrlimit(RLIMIT_LOCKS, &unlimited);
}

int HoldPipe(int) {
  InChild(Hang);
  Say("trap\n");
  return 0;
}

int HoldPipeSetsid(int) {
  InChild([] {
    setsid();
    Hang();
  });
  Say("trap\n");
  return 0;
}

int Daemon(int) {
  InDaemon([] {
    CloseStdio();
    Hang();
  });
  Say("trap\n");
  return 0;
}

int DaemonWithoutTag(int) {
  InDaemon([] {
    ForgetTag();
    Hang();
  });
  Say("trap\n");
  return 0;
}

// Nothing is left by which it can be found, but that somebody must adopt it.
int DaemonWithoutTrace(int) {
  InDaemon([] {
    CloseStdio();
    ForgetTag();
    Hang();
  });
  Say("trap\n");
  return 0;
}

int DaemonWithoutRealTimeLimit(int) {
  InDaemon([] {
    CloseStdio();
    ForgetRealTimeLimit();
    Hang();
  });
  Say("trap\n");
  return 0;
}

// Each process of the row starts the next, and ends. It ends by itself where
// nobody ends it.
int Chain(int microseconds) {
  InChild([microseconds] {
    CloseStdio();
    const time_t end = time(nullptr) + 20;
    while (time(nullptr) < end) {
      setsid();
      // It goes on where there are too many processes for another one.
      if (fork() > 0) _exit(0);
      const timespec pause{0, microseconds * 1000L};
      if (microseconds > 0) nanosleep(&pause, nullptr);
    }
  });
  Say("trap\n");
  return 0;
}

int LateGrandchild(int milliseconds) {
  InChild([milliseconds] {
    Linger(milliseconds);
    Say("grandchild\n");
  });
  Say("trap\n");
  return 0;
}

// The more memory a process has touched, the longer its exit takes.
int FatGrandchild(int mebibytes) {
  InChild([mebibytes] {
    const std::size_t size = static_cast<std::size_t>(mebibytes) * kBytesPerMiB;
    void* memory = mmap(nullptr, size, PROT_READ | PROT_WRITE,
                        MAP_PRIVATE | MAP_ANONYMOUS | MAP_POPULATE, -1, 0);
    if (memory == MAP_FAILED) _exit(kUsageExitCode);
  });
  Say("trap\n");
  return 0;
}

int IgnoreSignals(int) {
  for (int signal = 1; signal < NSIG; ++signal) {
    ::signal(signal, SIG_IGN);
  }
  Say("trap\n");
  Hang();
}

int StopSelf(int) {
  Say("trap\n");
  raise(SIGSTOP);
  Hang();
}

void ForkMany(int count) {
  for (int i = 0; i < count; ++i) InChild(Hang);
  Say("trap\n");
}

int ForkManyAndExit(int count) {
  ForkMany(count);
  return 0;
}

int ForkManyAndHang(int count) {
  ForkMany(count);
  Hang();
}

int HangWithDaemon(int) {
  InDaemon([] {
    CloseStdio();
    Hang();
  });
  Say("trap\n");
  Hang();
}

int Flood(int mebibytes) {
  const std::string line(63, 'x');
  std::string block;
  while (block.size() < kBytesPerMiB) block += line + "\n";
  Say("first words\n");
  for (int i = 0; i < mebibytes; ++i) Say(block);
  Say("last words\n");
  return 2;
}

int FloodForever(int) {
  for (;;) Flood(1);
}

int Rubbish(int) {
  Say(std::string_view("a\0b\xff\xfe\xc3(\xf0\x9f z", 11));
  return 0;
}

int CloseStdoutAndExit(int) {
  Say("trap\n");
  CloseStdio();
  Linger(50);
  return 7;
}

int CloseStdoutAndHang(int) {
  Say("trap\n");
  CloseStdio();
  Hang();
}

int ExecOther(int) {
  execl("/proc/self/exe", "other", "exit", "5", nullptr);
  return kUsageExitCode;
}

int Signal(int signal) {
  ::signal(signal, SIG_DFL);
  raise(signal);
  return kUsageExitCode;
}

int Exit(int code) { return code; }

int Segv(int) {
  Say("trap\n");
  volatile int* nowhere = nullptr;
  *nowhere = 1;
  return kUsageExitCode;
}

int Descriptors(int) {
  DIR* directory = opendir("/proc/self/fd");
  std::vector<int> open;
  while (const dirent* entry = readdir(directory)) {
    const int fd = std::atoi(entry->d_name);
    if (entry->d_name[0] != '.' && fd != dirfd(directory)) open.push_back(fd);
  }
  std::sort(open.begin(), open.end());
  for (const int fd : open) Say(std::to_string(fd) + " ");
  return 0;
}

int Environment(int) {
  for (char** entry = environ; *entry != nullptr; ++entry) {
    Say(std::string(*entry) + "\n");
  }
  return 0;
}

// Prints how many entries the directory has, and fills it.
int Directory(int) {
  int entries = 0;
  DIR* directory = opendir(".");
  while (const dirent* entry = readdir(directory)) {
    if (entry->d_name[0] != '.') ++entries;
  }
  char path[4096];
  if (getcwd(path, sizeof path) == nullptr) return kUsageExitCode;
  Say(std::to_string(entries) + " " + path);
  mkdir("sub", 0700);
  close(creat("sub/file", 0600));
  chmod("sub", 0);
  return 0;
}

int Signals(int) {
  FILE* status = std::fopen("/proc/self/status", "re");
  char line[256];
  while (std::fgets(line, sizeof line, status) != nullptr) {
    if (std::strncmp(line, "SigBlk", 6) == 0 ||
        std::strncmp(line, "SigIgn", 6) == 0 ||
        std::strncmp(line, "SigCgt", 6) == 0) {
      Say(line);
    }
  }
  return 0;
}

int Session(int) {
  Say(getpid() == getsid(0) && getpid() == getpgrp() ? "leader" : "member");
  return open("/dev/tty", O_RDWR) < 0 ? 0 : 1;
}

int Echo(int) {
  std::string text(65536, '\0');
  ssize_t count = 0;
  while ((count = read(STDIN_FILENO, text.data(), text.size())) > 0) {
    Say(std::string_view(text).substr(0, static_cast<std::size_t>(count)));
  }
  Say("end");
  return 0;
}

int Dialogue(int) {
  sigset_t usr1;
  sigemptyset(&usr1);
  sigaddset(&usr1, SIGUSR1);
  sigprocmask(SIG_BLOCK, &usr1, nullptr);
  Say("ready\n");
  int signal = 0;
  sigwait(&usr1, &signal);
  Say("got a signal\nname? ");
  char name[64] = {};
  const ssize_t count = read(STDIN_FILENO, name, sizeof name - 1);
  Say("hello " + std::string(name, static_cast<std::size_t>(count)));
  Hang();
}

int DumpOnQuit(int stopped) {
  signal(SIGQUIT, [](int) {
    Say("SIGQUIT: quit\ngoroutine 1 [running]:\n");
    _exit(2);
  });
  Say("trap\n");
  if (stopped != 0) raise(SIGSTOP);
  Hang();
}

int Order(int count) {
  for (int i = 0; i < count; ++i) {
    dprintf(STDOUT_FILENO, "out %d\n", i);
    dprintf(STDERR_FILENO, "err %d\n", i);
  }
  return 0;
}

int Allocate(int mebibytes) {
  const std::size_t size = static_cast<std::size_t>(mebibytes) * kBytesPerMiB;
  void* memory = mmap(nullptr, size, PROT_READ | PROT_WRITE,
                      MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
  Say(memory == MAP_FAILED ? "refused" : "given");
  return 0;
}

int WriteFile(int mebibytes) {
  const int fd = creat("file", 0600);
  const std::string block(kBytesPerMiB, 'x');
  for (int i = 0; i < mebibytes; ++i) {
    if (write(fd, block.data(), block.size()) < 0) return 1;
  }
  return 0;
}

int Burn(int milliseconds) {
  timespec used{};
  const long limit = milliseconds * 1'000'000L;
  while (used.tv_sec == 0 && used.tv_nsec < limit) {
    clock_gettime(CLOCK_PROCESS_CPUTIME_ID, &used);
  }
  return 0;
}

const std::map<std::string_view, int (*)(int)> kTraps = {
    {"allocate", Allocate},
    {"burn", Burn},
    {"chain", Chain},
    {"close-stdout-and-exit", CloseStdoutAndExit},
    {"close-stdout-and-hang", CloseStdoutAndHang},
    {"daemon", Daemon},
    {"daemon-without-real-time-limit", DaemonWithoutRealTimeLimit},
    {"daemon-without-tag", DaemonWithoutTag},
    {"daemon-without-trace", DaemonWithoutTrace},
    {"descriptors", Descriptors},
    {"dialogue", Dialogue},
    {"directory", Directory},
    {"dump-on-quit", DumpOnQuit},
    {"echo", Echo},
    {"environment", Environment},
    {"exec-other", ExecOther},
    {"exit", Exit},
    {"fat-grandchild", FatGrandchild},
    {"flood", Flood},
    {"flood-forever", FloodForever},
    {"fork-many-and-exit", ForkManyAndExit},
    {"fork-many-and-hang", ForkManyAndHang},
    {"hang-with-daemon", HangWithDaemon},
    {"hold-pipe", HoldPipe},
    {"hold-pipe-setsid", HoldPipeSetsid},
    {"ignore-signals", IgnoreSignals},
    {"late-grandchild", LateGrandchild},
    {"order", Order},
    {"rubbish", Rubbish},
    {"segv", Segv},
    {"session", Session},
    {"signal", Signal},
    {"signals", Signals},
    {"stop-self", StopSelf},
    {"write-file", WriteFile},
};

}  // namespace

int main(int argc, char** argv) {
  const auto trap = kTraps.find(argc > 1 ? argv[1] : "");
  if (trap == kTraps.end()) {
    std::fprintf(stderr, "usage: process_trap NAME [ARGUMENT]\n");
    return kUsageExitCode;
  }
  return trap->second(argc > 2 ? std::atoi(argv[2]) : 0);
}
