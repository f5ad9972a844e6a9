// What the frames of a report look like.
#include <cstdio>

#include "runtime/chan.h"
#include "runtime/debug.h"
#include "runtime/go.h"
#include "runtime/panic.h"
#include "runtime/select.h"
#include "runtime/sync.h"
#include "testprog/registry.h"

namespace testprog {

constexpr int kGoroutines = 3;
constexpr int kFrames = 2;

using Signal = runtime::Chan<bool>;

// A chain of goroutines, each started at the end of a recursion.
inline void recurseThenCallGo(Signal w, int goroutines, int frames) {
  if (goroutines == 0) {
    w.Send(true);
    w.Recv();
    return;
  }
  if (frames == 0) {
    runtime::Go([=] { recurseThenCallGo(w, goroutines - 1, kFrames); });
    return;
  }
  recurseThenCallGo(w, goroutines, frames - 1);
}

inline void printStack() {
  std::fputs(runtime::Stack(/*all=*/true).c_str(), stdout);
}

SCENARIO(TracebackAncestors) {
  auto w = runtime::MakeChan<bool>();
  recurseThenCallGo(w, kGoroutines, kFrames);
  w.Recv();
  while (runtime::NumGoroutine() > 2) runtime::Gosched();  // those in between
  printStack();
  w.Send(true);
}

inline void Descend(int frames) {
  if (frames == 1) runtime::Panic("at the bottom");
  if (frames > 1) Descend(frames - 1);
  std::puts("not reached");  // or the call could be a jump
}

SCENARIO(DeepRecursion) {
  runtime::Go([] { Descend(99); });  // its own frame is the 100th
  runtime::Select();
}

SCENARIO(DeeperRecursion) {
  runtime::Go([] { Descend(300); });
  runtime::Select();
}

inline void crashDumpsAllThreadsLoop(runtime::WaitGroup* running) {
  running->Done();
  for (volatile bool on = true; on;) {
  }
}

SCENARIO(CrashDumpsAllThreads) {
  constexpr int kLoops = 4;
  runtime::WaitGroup running;
  running.Add(kLoops);
  for (int i = 0; i < kLoops; ++i) {
    runtime::Go([&] { crashDumpsAllThreadsLoop(&running); });
  }
  running.Wait();
  std::puts("ready");
  std::fflush(stdout);
  runtime::Select();
}

SCENARIO(RunningOnOtherThread) {
  runtime::WaitGroup running;
  running.Add(1);
  runtime::Go([&] { crashDumpsAllThreadsLoop(&running); });
  running.Wait();
  runtime::SetTraceback("all");
  runtime::Panic("crash");
}

// Last in the file: it moves the lines that follow.
SCENARIO(LineNumbers) {
  runtime::Go([] {
#line 8001 "moved.cc"
    runtime::Panic("here");
  });
#line 9001
  runtime::Select();
}

}  // namespace testprog
