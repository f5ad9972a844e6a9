// What follows the last goroutine of a report.
#include <signal.h>
#include <unistd.h>

#include <cstdio>

#include "runtime/chan.h"
#include "runtime/defer.h"
#include "runtime/go.h"
#include "runtime/panic.h"
#include "testprog/registry.h"

namespace testprog {
namespace {

void RunForEver() {
  for (;;) runtime::Gosched();
}

// Returns when the goroutine's panic, or panics, are swallowed.
void SwallowOne(void (*panic)()) {
  auto swallowed = runtime::MakeChan<bool>();
  runtime::Go([=]() mutable {
    runtime::Defer end([&] { swallowed.Close(); });
    runtime::Defer goexit([] { runtime::Goexit(); });
    panic();
  });
  swallowed.Recv();
}

}  // namespace

SCENARIO(SignalSender) {
  std::puts("ready");
  std::fflush(stdout);
  RunForEver();
}

SCENARIO(SignalOfItsOwn) {
  tgkill(getpid(), gettid(), SIGSEGV);
  RunForEver();  // a sanitizer may keep it for a moment
}

SCENARIO(SourceOfAPanic) {
  const char* why = "here";
  runtime::Panic(why);  // this line
}

// Three that look alike to an optimiser: each has its own line.
inline __attribute__((noinline)) void panicByNumber(int number) {
  if (number == 1) {
    runtime::Panic("first");  // 1
  }
  if (number == 2) {
    runtime::Panic("second");  // 2
  }
  if (number == 3) {
    runtime::Panic("third");  // 3
  }
}

SCENARIO(PanicOfMany) { panicByNumber(2); }

// The lambda is where it happens, not what calls it.
SCENARIO(SourceOfAFault) {
  volatile int* volatile nothing = nullptr;
  const auto body = [nothing] { *nothing = 1; };
  runtime::Go(body);
  for (;;) runtime::Gosched();
}

SCENARIO(SwallowedByGoexit) {
  SwallowOne([] {
    runtime::Defer second([] { runtime::Panic("second"); });
    runtime::Panic("first");
  });
  runtime::Panic("the last one");
}

SCENARIO(ManySwallowed) {
  for (int i = 0; i < 20; ++i) SwallowOne([] { runtime::Panic("gone"); });
  runtime::Fatal("all gone");
}

// It goes on in its own report; that is enough.
SCENARIO(SwallowedAndBack) {
  runtime::Defer back([] { runtime::Panic("back"); });
  runtime::Defer goexit([] { runtime::Goexit(); });
  runtime::Panic("away");
}

SCENARIO(Rerun) { runtime::Panic("once more"); }

// Below, where lines say that they stand elsewhere.
[[noreturn]] void PanicInANewerFile();
[[noreturn]] void PanicInADevice();

SCENARIO(SourceThatIsNewer) { PanicInANewerFile(); }

SCENARIO(SourceThatIsNoFile) { PanicInADevice(); }

#line 1 "/proc/self/status"
void PanicInANewerFile() { runtime::Panic("new"); }

#line 1 "/dev/zero"
void PanicInADevice() { runtime::Panic("endless"); }

}  // namespace testprog
