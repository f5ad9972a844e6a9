// Signals that end the program, and faults that are no nil dereference.
#include <signal.h>
#include <sys/mman.h>
#include <unistd.h>

#include <cstdio>
#include <cstdlib>
#include <string_view>
#include <utility>

#include "runtime/chan.h"
#include "runtime/debug.h"
#include "runtime/defer.h"
#include "runtime/go.h"
#include "runtime/panic.h"
#include "runtime/sync.h"
#include "testprog/registry.h"

namespace testprog {
namespace {

void RunForEver() {
  for (;;) runtime::Gosched();
}

// The compiler does not know where it points.
using Bytes = volatile char* volatile;

// A page nobody may read.
char* ClosedPage() {
  return static_cast<char*>(
      mmap(nullptr, 4096, PROT_NONE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0));
}

}  // namespace

SCENARIO(Segv) {
  auto started = runtime::MakeChan<bool>();
  runtime::Go([started]() mutable {
    started.Close();
    RunForEver();
  });
  started.Recv();
  kill(getpid(), SIGSEGV);
  RunForEver();  // any thread may get it, a little later
}

SCENARIO(TgkillSegv) {
  runtime::LockOsThread();
  tgkill(getpid(), gettid(), SIGSEGV);
  std::puts("still there");
}

SCENARIO(Breakpoint) {
  runtime::Breakpoint();
  std::puts("continued");
}

SCENARIO(Abort) {
  runtime::Defer handler([] {
    runtime::Recover();
    runtime::Panic("BAD: recovered from abort");
  });
  runtime::Abort();
}

SCENARIO(SignalExitStatus) {
  kill(getpid(), SIGTERM);
  RunForEver();  // any thread may get it, a little later
}

SCENARIO(SigquitDump) {
  auto never = runtime::MakeChan<int>();
  runtime::Go([never]() mutable {
    never.Recv();
    std::puts("received");
  });
  runtime::Go([] {
    runtime::MakeChan<int>().Send(1);
    std::puts("sent");
  });
  runtime::Gosched();
  std::puts("ready");
  std::fflush(stdout);
  RunForEver();
}

// A long report: whoever has read its beginning may still stop the program.
SCENARIO(SigtermDuringPrint) {
  auto never = runtime::MakeChan<int>();
  for (int i = 0; i < 500; ++i) {
    runtime::Go([never]() mutable {
      never.Recv();
      std::puts("received");
    });
  }
  runtime::Gosched();
  runtime::Panic("last words");
}

SCENARIO(FaultHighAddress) {
  Bytes page = ClosedPage();
  page[8] = 1;
}

SCENARIO(PanicOnFault) {
  runtime::SetPanicOnFault(true);
  Bytes page = ClosedPage();
  page[8] = 1;
}

// What one goroutine wants is not what the next one does.
SCENARIO(PanicOnFaultOfAnother) {
  auto wants = runtime::MakeChan<bool>();
  runtime::Go([=] {
    runtime::SetPanicOnFault(true);
    wants.Close();
  });
  wants.Recv();
  runtime::Gosched();
  runtime::Go([] {
    Bytes page = ClosedPage();
    page[8] = 1;
  });
  RunForEver();
}

SCENARIO(PanicOnFaultRecovered) {
  runtime::SetPanicOnFault(true);
  Bytes page = ClosedPage();
  runtime::Defer handler([&] {
    const auto value = runtime::Recover();
    const auto address = value->As<runtime::RuntimeError>()->Addr();
    std::printf("recovered: %s\n", value->String().c_str());
    std::printf(
        "at byte %ld\n",
        static_cast<long>(*address - reinterpret_cast<uintptr_t>(page)));
  });
  page[8] = 1;
}

inline void SayAsked(int) {
  constexpr std::string_view kAsked = "asked\n";
  if (write(STDOUT_FILENO, kAsked.data(), kAsked.size()) < 0) std::abort();
}

// Runs before main, and then as any other. A handler from before is asked about
// signals that are sent, not about panics.
SCENARIO_AT_INIT(HandlerFromBefore) {
  static bool installed = false;
  if (!std::exchange(installed, true)) {
    signal(SIGSEGV, &SayAsked);
    return;
  }
  raise(SIGSEGV);
  Bytes nil = nullptr;
  nil[8] = 1;
}

SCENARIO(SigbusTruncatedMap) {
  const int file = memfd_create("truncated", 0);
  if (ftruncate(file, 4096) != 0) runtime::Panic("no file");
  Bytes bytes = static_cast<char*>(
      mmap(nullptr, 4096, PROT_READ | PROT_WRITE, MAP_SHARED, file, 0));
  bytes[8] = 1;
  if (ftruncate(file, 0) != 0) runtime::Panic("cannot truncate");
  bytes[8] = 2;
}

}  // namespace testprog
