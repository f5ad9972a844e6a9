// Programs with nothing to report.
#include <cstdio>

#include "runtime/chan.h"
#include "runtime/go.h"
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

SCENARIO(SleepSort) {
  auto sorted = runtime::MakeChan<int>();
  for (const int value : {30, 10, 40, 20}) {
    runtime::Go([=] {
      runtime::Sleep(absl::Milliseconds(5) * value);
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

SCENARIO(After1) {
  std::puts("ready");
  runtime::After(absl::Seconds(1)).Recv();
}

}  // namespace testprog
