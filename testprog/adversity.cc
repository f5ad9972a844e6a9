// Deaths in a process that has run out of something, or is not what it was.
#include <fcntl.h>
#include <link.h>
#include <pthread.h>
#include <signal.h>
#include <stdio.h>
#include <sys/mman.h>
#include <sys/resource.h>
#include <sys/wait.h>
#include <unistd.h>

#include <cstdio>
#include <cstdlib>
#include <stdexcept>
#include <string_view>
#include <thread>

#include "runtime/chan.h"
#include "runtime/defer.h"
#include "runtime/go.h"
#include "runtime/panic.h"
#include "runtime/select.h"
#include "runtime/sleep.h"
#include "testprog/registry.h"

namespace testprog {
namespace {

constexpr size_t kPageBytes = 4096;

// What is mapped stays; no page more. The runtime's clock has woken us, so its
// thread has the stack it needs.
void EndAddressSpace() {
  runtime::Sleep(absl::Milliseconds(1));
  const rlimit none = {.rlim_cur = kPageBytes, .rlim_max = kPageBytes};
  setrlimit(RLIMIT_AS, &none);
}

std::string_view Setting(const char* name) {
  const char* const text = std::getenv(name);
  return text == nullptr ? "" : text;
}

void BlockAbort() {
  sigset_t set;
  sigemptyset(&set);
  sigaddset(&set, SIGABRT);
  pthread_sigmask(SIG_BLOCK, &set, nullptr);
}

}  // namespace

SCENARIO(CrashHoldingStdioLock) {
  void* const closed =
      mmap(nullptr, kPageBytes, PROT_NONE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
  setvbuf(stdout, static_cast<char*>(closed), _IOFBF, kPageBytes);
  std::puts("into a buffer that is none");
}

SCENARIO(CrashHoldingLoaderLock) {
  dl_iterate_phdr(
      [](dl_phdr_info*, size_t, void*) {
        volatile int* volatile nil = nullptr;
        return *nil;
      },
      nullptr);
}

// At level crash the process dies by the signal, whatever was done to it.
SCENARIO(AbortDisarmed) {
  const std::string_view how = Setting("TESTPROG_ABORT");
  if (how == "blocked") BlockAbort();
  if (how == "ignored") signal(SIGABRT, SIG_IGN);
  if (how == "handled") signal(SIGABRT, [](int) {});
  runtime::Panic(how);
}

SCENARIO(ForkedChildPanics) {
  const pid_t child = fork();
  if (child == 0) runtime::Panic("child");
  int status = 0;
  waitpid(child, &status, 0);
  std::printf("exit %d\n", WEXITSTATUS(status));
}

void CrashAsTold(std::string_view how) {
  volatile int* volatile nothing = nullptr;
  if (how == "panic") runtime::Panic("child");
  if (how == "throw") throw std::runtime_error("child");
  if (how == "segv") *nothing = 1;
  if (how == "abort") std::abort();
  if (how == "fatal") runtime::Fatal("child");
  if (how == "exit") std::exit(3);
  if (how == "sigterm") raise(SIGTERM);
}

// Its memory is its parent's, whose gate stays open.
SCENARIO(VforkedChildCrashes) {
  const std::string_view how = Setting("TESTPROG_CRASH");
  const pid_t child = vfork();
  if (child == 0) CrashAsTold(how);
  int status = 0;
  waitpid(child, &status, 0);
  std::printf("exit %d signal %d\n", WEXITSTATUS(status), WTERMSIG(status));
  runtime::Panic("parent");
}

// What the thread that forks has read, the report has begun, and waits for the
// rest of it to be read.
void ForkWhileOneReports(int report, int standard_error) {
  char byte = 0;
  if (read(report, &byte, 1) != 1) _exit(1);
  const pid_t child = fork();
  if (child == 0) {
    dup2(standard_error, STDERR_FILENO);
    runtime::Panic("child");
  }
  int status = 0;
  waitpid(child, &status, 0);
  dprintf(standard_error, "exit %d\n", WEXITSTATUS(status));
  char rest[4096];
  while (read(report, rest, sizeof(rest)) > 0) {
  }
}

__attribute__((noinline)) void PanicDeep(int depth) {
  if (depth > 0) return PanicDeep(depth - 1);
  volatile bool here = true;
  if (here) runtime::Panic("parent");
}

// Wants a report that is larger than the pipe.
SCENARIO(ForkDuringReport) {
  const int standard_error = dup(STDERR_FILENO);
  int report[2];
  if (pipe(report) != 0) return;
  fcntl(report[1], F_SETPIPE_SZ, 4096);
  dup2(report[1], STDERR_FILENO);
  std::thread(&ForkWhileOneReports, report[0], standard_error).detach();
  PanicDeep(200);
}

SCENARIO(PanicWithoutAddressSpace) {
  EndAddressSpace();
  runtime::Panic("no memory");
}

SCENARIO(GoWithoutAddressSpace) {
  EndAddressSpace();
  for (;;) {
    runtime::Go([] { runtime::Select(); });
    runtime::Gosched();
  }
}

// For ci/faults, which closes standard error: the file gets its number.
SCENARIO(FileInsteadOfStandardError) {
  const std::string_view path = Setting("TESTPROG_FILE");
  const int fd = open(path.data(), O_WRONLY | O_CREAT, 0600);
  std::printf("%d\n", fd);
  runtime::Panic("nowhere to say it");
}

// The text is unmapped by the time it is printed.
SCENARIO(PanicValueGone) {
  void* const page = mmap(nullptr, kPageBytes, PROT_READ | PROT_WRITE,
                          MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
  runtime::Defer unmap([page] { munmap(page, kPageBytes); });
  runtime::Panic(std::string_view(static_cast<char*>(page), kPageBytes));
}

// TESTPROG_CROWD goroutines wait for ever when main panics.
SCENARIO(ManyParked) {
  const int count = std::atoi(Setting("TESTPROG_CROWD").data());
  auto never = runtime::MakeChan<int>();
  for (int i = 0; i < count; ++i) {
    runtime::Go([never]() mutable { never.Recv(); });
  }
  runtime::Gosched();
  runtime::Panic("many wait");
}

#if defined(__x86_64__)
SCENARIO(SmashedStackPointer) {
  __asm__ volatile("mov $0x4141414141, %%rsp; push %%rax" ::: "memory");
}
#endif

}  // namespace testprog
