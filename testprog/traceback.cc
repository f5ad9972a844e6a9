// What the frames of a report look like.
#include <signal.h>
#include <unistd.h>

#include <cstdio>
#include <string>
#include <utility>
#include <vector>

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

// A chain of goroutines, each started at the end of a recursion. The copy of
// the channel keeps every call a call, as an optimizer may not make a jump of
// what has something to destroy.
// NOLINTNEXTLINE(performance-unnecessary-value-param)
inline __attribute__((noinline)) void recurseThenCallGo(Signal w,
                                                        int goroutines,
                                                        int frames) {
  if (goroutines == 0) {
    w.Send(true);
    w.Recv();
    std::fflush(stdout);  // or the call before could be a jump
    return;
  }
  if (frames == 0) {
    runtime::Go([=] {
      recurseThenCallGo(w, goroutines - 1, kFrames);
      std::fflush(stdout);  // the same
    });
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

inline __attribute__((noinline)) void Descend(int frames) {
  if (frames == 1) runtime::Panic("at the bottom");
  if (frames > 1) Descend(frames - 1);
  std::puts("not reached");  // or the call could be a jump
}

SCENARIO(DeepRecursion) {
  runtime::Go([] {
    Descend(99);
    std::puts("not reached");
  });
  runtime::Select();
}

SCENARIO(DeeperRecursion) {
  runtime::Go([] {
    Descend(300);
    std::puts("not reached");
  });
  runtime::Select();
}

// Inlined, so a frame without an offset.
inline __attribute__((always_inline)) void Inner() { runtime::Panic("inner"); }
inline __attribute__((always_inline)) void Outer() { Inner(); }

SCENARIO(InlinedFrames) { Outer(); }

inline void Child() { runtime::Panic("child"); }
inline void Parent() {
  runtime::Go(Child);
  runtime::Select();
  std::puts("not reached");
}

SCENARIO(ParentChild) {
  runtime::Go(Parent);
  runtime::Select();
  std::puts("not reached");
}

template <class T>
void Crash(const std::vector<T>& values) {
  if (!values.empty()) runtime::Panic("generic");
  std::puts("not reached");  // or the call could be a jump
}

template <class T>
struct Box {
  std::vector<T> values;
  void Open() {
    Crash(values);
    std::puts("not reached");
  }
};

SCENARIO(GenericFrames) {
  Box<std::pair<int, std::string>>{{{1, "one"}}}.Open();
}

struct Machine {
  Machine() {
    Start(1);
    std::puts("not reached");
  }
  static void Stop(int status) {
    if (status != 0) runtime::Panic("method");
    std::puts("not reached");
  }
  void Start(int status) const {
    Stop(status);
    std::puts("not reached");
  }
};

SCENARIO(MethodFrames) { Machine machine; }

struct Number {
  int value;
  Number operator/(Number other) const {
    if (other.value == 0) runtime::Panic("operators");
    return {value / other.value};
  }
  Number operator%(Number other) const {
    const Number quotient = *this / other;
    return {value - quotient.value * other.value};
  }
  explicit operator bool() const { return (*this % Number{0}).value != 0; }
  int operator()() const { return static_cast<bool>(*this) ? 1 : 2; }
};

SCENARIO(OperatorFrames) { std::printf("%d\n", Number{1}()); }

SCENARIO(LambdaFrames) {
  const auto outer = [] {
    const auto inner = [](int status) {
      if (status != 0) runtime::Panic("lambdas");
      std::puts("not reached");
    };
    inner(1);
    std::puts("not reached");
  };
  outer();
  std::puts("not reached");
}

namespace {

void Hidden() { runtime::Panic("anonymous"); }

}  // namespace

SCENARIO(AnonymousFrames) { Hidden(); }

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

// Of goroutines that hand values to and fro, workers that are stopped for a
// report are often on neither.
inline __attribute__((noinline)) void startSwitching() {
  constexpr int kPairs = 4;
  runtime::WaitGroup switching;
  switching.Add(kPairs);
  for (int i = 0; i < kPairs; ++i) {
    auto channel = runtime::MakeChan<int>();
    runtime::Go([=]() mutable {
      for (int turn = 0;; ++turn) channel.Send(turn);
    });
    runtime::Go([=, &switching]() mutable {
      while (channel.Recv() != 100) {
      }
      switching.Done();
      for (;;) channel.Recv();
    });
  }
  switching.Wait();
}

SCENARIO(CrashBesideSwitches) {
  startSwitching();
  runtime::SetTraceback("all");
  runtime::Panic("crash");
}

// It comes to whatever thread the kernel likes.
SCENARIO(QuitBesideSwitches) {
  startSwitching();
  kill(getpid(), SIGQUIT);
  runtime::Select();
  std::puts("not reached");  // or the call could be a jump
}

// Last in the file: it moves the lines that follow.
SCENARIO(LineNumbers) {
  runtime::Go([] {
#line 8001 "moved.cc"
    runtime::Panic("here");
  });
#line 9001
  runtime::Select();
  std::puts("not reached");  // or the call could be a jump
}

}  // namespace testprog
