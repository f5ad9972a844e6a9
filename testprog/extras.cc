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

SCENARIO(Rerun) { runtime::Panic("once more"); }

}  // namespace testprog
