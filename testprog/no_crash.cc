// Programs with nothing to report.
#include <cstdio>

#include "runtime/chan.h"
#include "runtime/cond.h"
#include "runtime/go.h"
#include "runtime/once.h"
#include "runtime/rw_mutex.h"
#include "runtime/select.h"
#include "runtime/sleep.h"
#include "runtime/sync.h"
#include "testprog/registry.h"

namespace testprog {

SCENARIO(HelloWorld) { std::puts("hello"); }

SCENARIO(Ping) {
  auto ping = runtime::MakeChan<int>();
  auto pong = runtime::MakeChan<int>();
  runtime::Go([=] {
    while (const auto value = ping.Recv()) pong.Send(*value + 1);
    pong.Close();
  });
  int sum = 0;
  for (int i = 0; i < 100; ++i) {
    ping.Send(i);
    sum += *pong.Recv();
  }
  ping.Close();
  std::printf("%d %s\n", sum, pong.Recv() ? "open" : "closed");
}

// Far enough apart for a machine that has much else to do.
SCENARIO(SleepSort) {
  auto sorted = runtime::MakeChan<int>();
  for (const int value : {30, 10, 40, 20}) {
    runtime::Go([=] {
      runtime::Sleep(absl::Milliseconds(25) * value);
      sorted.Send(value);
    });
  }
  for (int i = 0; i < 4; ++i) std::printf("%d\n", *sorted.Recv());
}

// Both cases are always ready: neither may starve.
SCENARIO(SelectFairness) {
  constexpr int kTrials = 100'000;
  auto first = runtime::MakeChan<int>();
  auto second = runtime::MakeChan<int>();
  first.Close();
  second.Close();
  int chosen[2] = {};
  for (int i = 0; i < kTrials; ++i) {
    runtime::Select(runtime::OnRecv(first, [&](auto) { ++chosen[0]; }),
                    runtime::OnRecv(second, [&](auto) { ++chosen[1]; }));
  }
  // Ten standard deviations are 1,600.
  const int imbalance = chosen[0] - chosen[1];
  std::puts(imbalance > -3'200 && imbalance < 3'200 ? "OK" : "unfair");
}

// What is in it outlives the close.
SCENARIO(BufferedChannel) {
  auto channel = runtime::MakeChan<int>(3);
  for (const int value : {1, 2, 3}) channel.Send(value);
  channel.Close();
  for (const int value : channel) std::printf("%d\n", value);
}

SCENARIO(SelectDefault) {
  auto channel = runtime::MakeChan<int>(1);
  for (int i = 0; i < 2; ++i) {
    runtime::Select(runtime::OnSend(channel, 1, [] { std::puts("sent"); }),
                    runtime::OnDefault([] { std::puts("full"); }));
  }
}

// Gosched: the others come meanwhile, with GOMAXPROCS=1 all of them.
SCENARIO(MutexExcludes) {
  runtime::Mutex mutex;
  runtime::WaitGroup wg;
  int count = 0;
  for (int i = 0; i < 10; ++i) {
    wg.Go([&] {
      runtime::MutexLock lock(&mutex);
      const int before = count;
      runtime::Gosched();
      count = before + 1;
    });
  }
  wg.Wait();
  std::printf("%d\n", count);
}

SCENARIO(WriterExcludes) {
  runtime::RWMutex mutex;
  runtime::WaitGroup wg;
  const char* state = "before";
  {
    runtime::WriterLock lock(&mutex);
    for (int i = 0; i < 3; ++i) {
      wg.Go([&] {
        runtime::ReaderLock reader(&mutex);
        std::puts(state);
      });
    }
    state = "in between";
    runtime::Gosched();
    state = "after";
  }
  wg.Wait();
}

SCENARIO(ReadersTogether) {
  runtime::RWMutex mutex;
  runtime::WaitGroup wg;
  runtime::ReaderLock lock(&mutex);
  wg.Go([&] { runtime::ReaderLock other(&mutex); });
  wg.Wait();
  std::puts("together");
}

SCENARIO(CondBroadcast) {
  runtime::Mutex mutex;
  runtime::Cond cond;
  runtime::WaitGroup wg;
  bool ready = false;
  for (int i = 0; i < 3; ++i) {
    wg.Go([&] {
      runtime::MutexLock lock(&mutex);
      while (!ready) cond.Wait(&mutex);
      std::puts("ready");
    });
  }
  runtime::Gosched();
  {
    runtime::MutexLock lock(&mutex);
    ready = true;
  }
  cond.Broadcast();
  wg.Wait();
}

SCENARIO(OnceForAll) {
  runtime::Once once;
  runtime::WaitGroup wg;
  for (int i = 0; i < 3; ++i) {
    wg.Go([&] {
      once.Do([] {
        runtime::Gosched();
        std::puts("once");
      });
      std::puts("after");
    });
  }
  wg.Wait();
  once.Do([] { std::puts("twice"); });
}

SCENARIO(WaitGroupLetsAllGo) {
  runtime::WaitGroup work;
  runtime::WaitGroup waiters;
  work.Add(1);
  for (int i = 0; i < 3; ++i) {
    waiters.Go([&] {
      work.Wait();
      std::puts("let go");
    });
  }
  runtime::Gosched();
  work.Done();
  waiters.Wait();
}

SCENARIO(After1) {
  std::puts("ready");
  runtime::After(absl::Seconds(1)).Recv();
}

}  // namespace testprog
