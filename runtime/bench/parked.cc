// Parks so many goroutines, then panics. Says on standard output when, in ns of
// CLOCK_MONOTONIC, so that crash_bench can tell how long the report took.
//
//   GOTRACEBACK=all parked 100000
//
// Its peer, line by line the same: parked.go.
#include <cstdio>
#include <cstdlib>
#include <ctime>

#include "runtime/chan.h"
#include "runtime/go.h"
#include "runtime/panic.h"
#include "runtime/sync.h"

namespace {

int goroutines = 0;

long long NowNs() {
  timespec now;
  clock_gettime(CLOCK_MONOTONIC, &now);
  return now.tv_sec * 1'000'000'000LL + now.tv_nsec;
}

void Park() {
  const auto never = runtime::MakeChan<int>();
  runtime::WaitGroup started;
  for (int i = 0; i < goroutines; ++i) {
    started.Add(1);
    runtime::Go([&] {
      started.Done();
      never.Recv();
    });
  }
  started.Wait();
  std::printf("%lld\n", NowNs());
  std::fflush(stdout);
  runtime::Panic("now");
}

}  // namespace

int main(int argc, char** argv) {
  goroutines = argc > 1 ? std::atoi(argv[1]) : 0;
  runtime::Main(argc, argv, Park);
}
