// What follows the last goroutine of a report.
#include <signal.h>
#include <unistd.h>

#include <cstdio>

#include "runtime/go.h"
#include "runtime/panic.h"
#include "testprog/registry.h"

namespace testprog {
namespace {

void RunForEver() {
  for (;;) runtime::Gosched();
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

// The lambda is where it happens, not what calls it.
SCENARIO(SourceOfAFault) {
  volatile int* volatile nothing = nullptr;
  const auto body = [nothing] { *nothing = 1; };
  runtime::Go(body);
  for (;;) runtime::Gosched();
}

SCENARIO(Rerun) { runtime::Panic("once more"); }

// These say that they stand elsewhere.
SCENARIO(SourceThatIsNewer) {
#line 1 "/proc/self/status"
  runtime::Panic("new");
}

SCENARIO(SourceThatIsNoFile) {
#line 1 "/dev/zero"
  runtime::Panic("endless");
}

}  // namespace testprog
