// Where the report goes. Each of these runs itself once more, in a process that
// crashes; its standard error is the file "printed".
#include <fcntl.h>
#include <pthread.h>
#include <spawn.h>
#include <sys/resource.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

#include <atomic>
#include <cstdio>
#include <cstdlib>
#include <fstream>
#include <iterator>
#include <string>
#include <thread>

#include "runtime/debug.h"
#include "runtime/defer.h"
#include "runtime/go.h"
#include "runtime/panic.h"
#include "testprog/registry.h"

namespace testprog {
namespace {

constexpr char kChild[] = "TESTPROG_CHILD";

bool IsChild() { return std::getenv(kChild) != nullptr; }

// Returns the exit status of the child.
int RunChild() {
  setenv(kChild, "1", 1);
  std::string scenario(runtime::Arg(1));
  char program[] = "/proc/self/exe";
  char* arguments[] = {program, scenario.data(), nullptr};
  posix_spawn_file_actions_t actions;
  posix_spawn_file_actions_init(&actions);
  posix_spawn_file_actions_addopen(&actions, STDERR_FILENO, "printed",
                                   O_WRONLY | O_CREAT | O_APPEND, 0600);
  pid_t child = 0;
  posix_spawn(&child, program, &actions, nullptr, arguments, environ);
  posix_spawn_file_actions_destroy(&actions);
  int status = 0;
  waitpid(child, &status, 0);
  return WIFEXITED(status) ? WEXITSTATUS(status) : -1;
}

std::string TextOf(const char* file) {
  std::ifstream in(file);
  return {std::istreambuf_iterator<char>(in), {}};
}

void Show(const char* file) {
  std::printf("--- %s\n%s", file, TextOf(file).c_str());
}

int OpenForWriting(const char* file) {
  return open(file, O_WRONLY | O_CREAT, 0600);
}

constexpr int kManyFds = 300;

// Files of the program's own get all numbers that are free.
void TakeNumbers(const char* file) {
  for (int i = 0; i < kManyFds; ++i) open(file, O_WRONLY | O_CREAT, 0600);
}

long SizeOf(const char* file) {
  struct stat status;
  return stat(file, &status) == 0 ? static_cast<long>(status.st_size) : -1;
}

}  // namespace

SCENARIO(SetCrashOutput) {
  if (IsChild()) {
    runtime::SetCrashOutput(OpenForWriting("copy"));
    runtime::Panic("two\nlines");
  }
  std::printf("exit %d\n", RunChild());
  Show("copy");
  std::printf("equal: %d\n", TextOf("copy") == TextOf("printed"));
}

SCENARIO(SetCrashOutputEnded) {
  if (IsChild()) {
    runtime::SetCrashOutput(OpenForWriting("first"));
    runtime::SetCrashOutput(OpenForWriting("second"));
    std::printf("errno %d\n", runtime::SetCrashOutput(12345));
    runtime::SetCrashOutput(-1);
    runtime::Panic("only printed");
  }
  std::printf("exit %d\n", RunChild());
  Show("first");
  Show("second");
  Show("printed");
}

SCENARIO(CrashOutputClosedByDefer) {
  if (IsChild()) {
    const int copy = OpenForWriting("copy");
    runtime::SetCrashOutput(copy);
    runtime::Defer closer([=] {
      close(copy);
      close(STDERR_FILENO);
    });
    runtime::Panic("not lost");
  }
  std::printf("exit %d\n", RunChild());
  Show("copy");
  std::printf("equal: %d\n", TextOf("copy") == TextOf("printed"));
}

// As daemons do, between the start and the crash.
SCENARIO(CrashOutputClosedByNumber) {
  if (IsChild()) {
    runtime::SetCrashOutput(OpenForWriting("copy"));
    close_range(STDERR_FILENO + 1, ~0u, 0);
    runtime::Panic("not lost");
  }
  std::printf("exit %d\n", RunChild());
  Show("copy");
  std::printf("equal: %d\n", TextOf("copy") == TextOf("printed"));
}

SCENARIO(CrashOutputNumberReused) {
  if (IsChild()) {
    runtime::SetCrashOutput(OpenForWriting("copy"));
    close_range(STDERR_FILENO + 1, ~0u, 0);
    TakeNumbers("data");
    close(STDERR_FILENO);
    runtime::Panic("not into the data");
  }
  std::printf("exit %d\n", RunChild());
  std::printf("data: %ld bytes\n", SizeOf("data"));
  Show("copy");
  std::printf("equal: %d\n", TextOf("copy") == TextOf("printed"));
}

SCENARIO(CrashOutputPipeClosed) {
  if (IsChild()) {
    const int copy = std::atoi(std::getenv("TESTPROG_COPY"));
    runtime::SetCrashOutput(copy);
    close(copy);
    runtime::Panic("through the duplicate");
  }
  int ends[2] = {-1, -1};
  if (pipe(ends) != 0) return;
  setenv("TESTPROG_COPY", std::to_string(ends[1]).c_str(), 1);
  std::printf("exit %d\n", RunChild());
  close(ends[1]);
  char text[64] = {};
  if (read(ends[0], text, sizeof(text) - 1) > 0) std::printf("%s\n", text);
}

// A pipe cannot be found again; what has its number now is not it.
SCENARIO(CrashOutputPipeNumberReused) {
  if (IsChild()) {
    int ends[2];
    if (pipe(ends) == 0) runtime::SetCrashOutput(ends[1]);
    close_range(STDERR_FILENO + 1, ~0u, 0);
    TakeNumbers("data");
    runtime::Panic("not into the data");
  }
  std::printf("exit %d\n", RunChild());
  std::printf("data: %ld bytes\n", SizeOf("data"));
  Show("printed");
}

SCENARIO(CrashWithoutDescriptors) {
  if (IsChild()) {
    static std::atomic<bool> looks_on = false;
    std::thread([] {
      pthread_setname_np(pthread_self(), "onlooker");
      looks_on = true;
      looks_on.notify_one();
      for (;;) pause();
    }).detach();
    looks_on.wait(false);
    const rlimit few = {.rlim_cur = 64, .rlim_max = 64};
    setrlimit(RLIMIT_NOFILE, &few);
    while (open("/dev/null", O_RDONLY) >= 0) {
    }
    runtime::Panic("too many open files");
  }
  setenv("LASTWORDS_CRASH_OUTPUT", "kept", 1);
  setenv("LASTWORDS_REPORT", "report.json", 1);
  std::printf("exit %d\n", RunChild());
  Show("printed");
  std::printf("equal: %d\n", TextOf("kept") == TextOf("printed"));
  Show("report.json");
}

SCENARIO(CrashOutputFull) {
  if (IsChild()) {
    runtime::SetCrashOutput(open("/dev/full", O_WRONLY));
    runtime::Panic("printed all the same");
  }
  std::printf("exit %d\n", RunChild());
  Show("printed");
}

SCENARIO(StandardErrorFull) {
  if (IsChild()) {
    runtime::SetCrashOutput(OpenForWriting("copy"));
    dup2(open("/dev/full", O_WRONLY), STDERR_FILENO);
    runtime::Panic("copied all the same");
  }
  std::printf("exit %d\n", RunChild());
  Show("copy");
}

// No descriptor and no call is needed where nobody reads standard error.
SCENARIO(CrashOutputFile) {
  if (IsChild()) {
    dup2(open("/dev/full", O_WRONLY), STDERR_FILENO);
    runtime::Panic("kept in the file");
  }
  setenv("LASTWORDS_CRASH_OUTPUT", "kept", 1);
  std::printf("exit %d\n", RunChild());
  std::printf("exit %d\n", RunChild());
  Show("kept");
}

SCENARIO(CrashOutputFileThroughLink) {
  if (IsChild()) runtime::Panic("no link is followed");
  symlink("elsewhere", "link");
  setenv("LASTWORDS_CRASH_OUTPUT", "link", 1);
  std::printf("exit %d\n", RunChild());
  Show("printed");
  std::printf("elsewhere: %d\n", access("elsewhere", F_OK) == 0);
}

SCENARIO(ReportJson) {
  if (IsChild()) {
    runtime::Defer again([] {
      if (auto value = runtime::Recover()) runtime::Panic("second \"panic\"");
    });
    runtime::Panic("first\npanic");
  }
  setenv("LASTWORDS_REPORT", "report.json", 1);
  std::printf("exit %d\n", RunChild());
  Show("report.json");
}

// A device was full, or a process was killed while it wrote.
SCENARIO(ReportAfterTornOne) {
  if (IsChild()) runtime::Panic("on a line of its own");
  setenv("LASTWORDS_CRASH_OUTPUT", "kept", 1);
  setenv("LASTWORDS_REPORT", "report.json", 1);
  std::ofstream("kept") << "panic: to";
  std::ofstream("report.json") << "{\"version\":1,\"ti";
  std::printf("exit %d\n", RunChild());
  std::printf("exit %d\n", RunChild());
  Show("kept");
  Show("report.json");
}

SCENARIO(ReportJsonThroughLink) {
  if (IsChild()) runtime::Panic("no link is followed");
  symlink("elsewhere", "link");
  setenv("LASTWORDS_REPORT", "link", 1);
  std::printf("exit %d\n", RunChild());
  Show("printed");
  std::printf("elsewhere: %d\n", access("elsewhere", F_OK) == 0);
}

}  // namespace testprog
