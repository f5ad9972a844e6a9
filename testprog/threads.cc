// Threads of the operating system: goroutines wired to them, calls that block
// them, too many of them.
#include <fcntl.h>
#include <poll.h>
#include <sched.h>
#include <unistd.h>

#include <atomic>
#include <cstdio>
#include <string>
#include <thread>

#include "runtime/blocking.h"
#include "runtime/chan.h"
#include "runtime/debug.h"
#include "runtime/go.h"
#include "runtime/panic.h"
#include "runtime/select.h"
#include "testprog/registry.h"

namespace testprog {
namespace {

bool ThreadExists(pid_t thread) {
  const std::string path = "/proc/self/task/" + std::to_string(thread);
  return access(path.c_str(), F_OK) == 0;
}

std::string WorkingDirectory() {
  char buffer[4096];
  return getcwd(buffer, sizeof(buffer)) == nullptr ? "" : buffer;
}

void PauseForEver() {
  for (;;) pause();
}

}  // namespace

SCENARIO(LockedPanic) {
  runtime::LockOsThread();
  runtime::Panic("locked");
}

SCENARIO(LockedTwicePanic) {
  runtime::LockOsThread();
  runtime::LockOsThread();
  runtime::UnlockOsThread();
  runtime::Panic("still locked");
}

SCENARIO(UnlockedPanic) {
  runtime::LockOsThread();
  runtime::UnlockOsThread();
  runtime::Panic("not locked");
}

SCENARIO(ThreadExhaustion) {
  runtime::SetMaxThreads(10);
  auto locked = runtime::MakeChan<int>();
  for (int i = 0; i < 100; ++i) {
    runtime::Go([=] {
      runtime::LockOsThread();
      locked.Send(0);
      runtime::Select();
    });
    locked.Recv();
  }
}

// An ordinary function, whose lambdas have no name in GCC's debug information.
void StartPanic() {
  std::thread thread([] { runtime::Panic("no name"); });
  thread.join();
}

SCENARIO(ThreadLambdaOfAFunction) { StartPanic(); }

SCENARIO(ForeignThreadPanic) {
  std::thread thread([] { runtime::Panic("foreign"); });
  thread.join();
}

SCENARIO(ForeignThreadSegv) {
  std::thread thread([] {
    const int* volatile pointer = nullptr;
    std::printf("%d\n", *pointer);
  });
  thread.join();
}

// A goroutine that ends while it is wired takes its thread along; the process's
// first thread cannot end, but runs nothing any more. Wants GOMAXPROCS=1.
SCENARIO(LockOSThreadMain) {
  auto ready = runtime::MakeChan<bool>(1);
  runtime::Go([=] {
    runtime::LockOsThread();
    ready.Send(gettid() == getpid());
  });
  if (!*ready.Recv()) std::puts("failed to start goroutine on main thread");
  for (int i = 0; i < 100; ++i) {
    runtime::Gosched();
    if (gettid() == getpid()) std::puts("goroutine migrated to locked thread");
  }
  std::puts("OK");
}

SCENARIO(LockOSThreadAlt) {
  runtime::LockOsThread();  // main stays where it is
  auto ready = runtime::MakeChan<pid_t>(1);
  runtime::Go([=] {
    runtime::LockOsThread();
    ready.Send(gettid());
  });
  const pid_t thread = *ready.Recv();
  runtime::UnlockOsThread();
  while (ThreadExists(thread)) {
    runtime::Gosched();
    if (gettid() == thread) std::puts("locked thread reused");
  }
  std::puts("OK");
}

// What a wired goroutine does to its thread stays there: no other thread is
// made from it.
SCENARIO(LockOSThreadAvoidsStatePropagation) {
  runtime::LockOsThread();
  if (chdir("/") != 0) std::puts("failed to chdir");
  auto ready = runtime::MakeChan<bool>(1);
  runtime::Go([=] {
    runtime::LockOsThread();
    if (unshare(CLONE_FS) != 0) std::puts("failed to unshare");
    if (chdir("/tmp") != 0) std::puts("failed to chdir");
    ready.Send(true);
  });
  ready.Recv();
  auto directory = runtime::MakeChan<std::string>();
  runtime::Go([=] {
    runtime::LockOsThread();
    directory.Send(WorkingDirectory());
  });
  const bool clean = *directory.Recv() == "/";
  std::puts(clean ? "OK" : "bad state propagated from old thread");
}

SCENARIO(BlockingPanic) {
  runtime::Blocking([] { runtime::Panic("in a blocking call"); });
}

// Main blocks its thread for ever; another goroutine runs all the same.
SCENARIO(BlockingMain) {
  runtime::Go([] { runtime::Panic("crash"); });
  runtime::Blocking(&PauseForEver);
}

// The exit does not wait for a call that is pending.
// Asked for its stack, its system call returns; the program must not go on.
SCENARIO(FatalWhileBlocked) {
  static std::atomic<bool> dying = false;
  runtime::Go([] {
    runtime::Blocking([] {
      while (!dying.load()) poll(nullptr, 0, /*timeout=*/-1);
      std::puts("went on");
      std::fflush(stdout);
    });
  });
  while (runtime::Stack(/*all=*/true).find("[syscall") == std::string::npos) {
    runtime::Gosched();
  }
  dying = true;
  runtime::Fatal("dying");
}

SCENARIO(BlockingExit) {
  auto blocked = runtime::MakeChan<bool>();
  runtime::Go([=] {
    runtime::Blocking([&] {
      blocked.Send(true);
      PauseForEver();
    });
  });
  blocked.Recv();
}

// Nobody can run while the call is pending, and that is no deadlock.
SCENARIO(BlockingNotAsleep) {
  auto answer = runtime::MakeChan<int>();
  runtime::Go([=] {
    std::puts("asked");
    std::fflush(stdout);
    answer.Send(runtime::Blocking(&std::getchar));
  });
  std::printf("answer %c\n", *answer.Recv());
}

}  // namespace testprog
