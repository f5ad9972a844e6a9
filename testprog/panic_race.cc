// The scenario everything began with, and its relatives: main is let go by a
// goroutine that is still running the deferred calls of a panic.
#include <signal.h>
#include <unistd.h>

#include <csignal>
#include <cstdlib>
#include <memory>
#include <semaphore>
#include <thread>

#include "runtime/defer.h"
#include "runtime/go.h"
#include "runtime/panic.h"
#include "runtime/sleep.h"
#include "runtime/sync.h"
#include "testprog/registry.h"

namespace testprog {

SCENARIO(PanicRace) {
  runtime::WaitGroup wg;
  wg.Add(1);
  runtime::Go([&] {
    runtime::Defer done([&] {
      wg.Done();
      runtime::Gosched();
    });
    runtime::Panic("crash");
  });
  wg.Wait();
}

SCENARIO(PanicRaceSlowDefer) {
  runtime::WaitGroup wg;
  wg.Add(1);
  runtime::Go([&] {
    runtime::Defer done([&] {
      wg.Done();
      runtime::Sleep(absl::Milliseconds(20));
    });
    runtime::Panic("crash");
  });
  wg.Wait();
}

SCENARIO(PanicRaceExit) {
  runtime::WaitGroup wg;
  wg.Add(1);
  runtime::Go([&] {
    runtime::Defer done([&] {
      wg.Done();
      runtime::Gosched();
    });
    runtime::Panic("crash");
  });
  wg.Wait();
  runtime::Exit(0);
}

SCENARIO(PanicRaceStdExit) {
  runtime::WaitGroup wg;
  wg.Add(1);
  runtime::Go([&] {
    runtime::Defer done([&] {
      wg.Done();
      runtime::Gosched();
    });
    runtime::Panic("crash");
  });
  wg.Wait();
  std::exit(0);
}

SCENARIO(PanicRaceQuickExit) {
  runtime::WaitGroup wg;
  wg.Add(1);
  runtime::Go([&] {
    runtime::Defer done([&] {
      wg.Done();
      runtime::Gosched();
    });
    runtime::Panic("crash");
  });
  wg.Wait();
  std::quick_exit(0);
}

// No deferred call returns before all eight panics have begun.
SCENARIO(PanicRaceMany) {
  constexpr int kPanics = 8;
  const auto begun = std::make_shared<runtime::WaitGroup>();
  begun->Add(kPanics);
  runtime::WaitGroup wg;
  wg.Add(kPanics);
  for (int i = 0; i < kPanics; ++i) {
    runtime::Go([&wg, begun] {
      runtime::Defer done([&wg, begun] {
        begun->Done();
        begun->Wait();
        wg.Done();
        runtime::Gosched();
      });
      runtime::Panic("crash");
    });
  }
  wg.Wait();
}

SCENARIO(PanicRaceRecovered) {
  runtime::WaitGroup wg;
  wg.Add(1);
  runtime::Go([&] {
    runtime::Defer done([&] {
      runtime::Recover();
      wg.Done();
      runtime::Gosched();
    });
    runtime::Panic("crash");
  });
  wg.Wait();
}

SCENARIO(PanicRaceEndless) {
  runtime::WaitGroup wg;
  wg.Add(1);
  runtime::Go([&] {
    runtime::Defer done([&] {
      wg.Done();
      for (;;) runtime::Gosched();
    });
    runtime::Panic("crash");
  });
  wg.Wait();
}

SCENARIO(PanicRaceExitInDefer) {
  runtime::WaitGroup wg;
  wg.Add(1);
  runtime::Go([&] {
    runtime::Defer done([&] {
      wg.Done();
      runtime::Exit(3);
    });
    runtime::Panic("crash");
  });
  wg.Wait();
}

SCENARIO(PanicRaceRecoverExit) {
  runtime::WaitGroup wg;
  wg.Add(2);  // nobody else ends the process
  runtime::Go([&] {
    runtime::Defer done([&] {
      wg.Done();
      if (runtime::Recover()) runtime::Exit(3);
    });
    runtime::Panic("crash");
  });
  wg.Wait();
}

// TESTPROG_SIGNAL is the number of another one.
SCENARIO(PanicRaceSigterm) {
  const char* const other = std::getenv("TESTPROG_SIGNAL");
  const int number = other == nullptr ? SIGTERM : std::atoi(other);
  runtime::WaitGroup wg;
  wg.Add(1);
  runtime::Go([&] {
    runtime::Defer done([&] {
      kill(getpid(), number);
      wg.Done();
      runtime::Gosched();
    });
    runtime::Panic("crash");
  });
  wg.Wait();
}

// The same at the end of the exit handlers, with a thread: goroutines have
// ended.
inline std::binary_semaphore let_go(0);

inline void PanicInThread() {
  std::thread([] {
    runtime::Defer done([] {
      let_go.release();
      std::this_thread::yield();
    });
    runtime::Panic("crash");
  }).detach();
  let_go.acquire();
}

SCENARIO(PanicRaceAtExit) { std::atexit(&PanicInThread); }

SCENARIO(PanicRaceAtQuickExit) {
  std::at_quick_exit(&PanicInThread);
  std::quick_exit(0);
}

// Nothing is left to wait for: it ends by the signal after all.
SCENARIO(PanicRaceSigtermRecovered) {
  runtime::Go([] {
    runtime::Defer done([] {
      std::raise(SIGTERM);
      runtime::Recover();
    });
    runtime::Panic("crash");
  });
  for (;;) runtime::Gosched();
}

}  // namespace testprog
