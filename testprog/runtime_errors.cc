// The errors the runtime itself panics with, and each of them recovered.
#include <cstdio>

#include "runtime/chan.h"
#include "runtime/defer.h"
#include "runtime/panic.h"
#include "runtime/sync.h"
#include "testprog/registry.h"

namespace testprog {
namespace {

// Runs a scenario that panics, and prints what Recover says.
void PrintRecovered(void (*scenario)()) {
  runtime::Protect([&] {
    runtime::Defer handler([] {
      if (auto value = runtime::Recover()) {
        std::printf("recovered: %s\n", value->String().c_str());
      }
    });
    scenario();
  });
}

}  // namespace

SCENARIO(CloseClosedChannel) {
  auto channel = runtime::MakeChan<int>();
  channel.Close();
  channel.Close();
}
SCENARIO(CloseClosedChannelRecovered) { PrintRecovered(&CloseClosedChannel); }

SCENARIO(CloseNilChannel) { runtime::Chan<int>().Close(); }
SCENARIO(CloseNilChannelRecovered) { PrintRecovered(&CloseNilChannel); }

SCENARIO(SendOnClosedChannel) {
  auto channel = runtime::MakeChan<int>();
  channel.Close();
  channel.Send(1);
}
SCENARIO(SendOnClosedChannelRecovered) { PrintRecovered(&SendOnClosedChannel); }

SCENARIO(NegativeMakeChan) { runtime::MakeChan<int>(-1); }
SCENARIO(NegativeMakeChanRecovered) { PrintRecovered(&NegativeMakeChan); }

SCENARIO(NegativeWaitGroup) {
  runtime::WaitGroup wg;
  wg.Done();
}
SCENARIO(NegativeWaitGroupRecovered) { PrintRecovered(&NegativeWaitGroup); }

// A fatal error, as in Go: no deferred call runs, so nothing recovers it.
SCENARIO(UnlockUnlocked) {
  runtime::Mutex mutex;
  mutex.Unlock();
}
SCENARIO(UnlockUnlockedNotRecovered) { PrintRecovered(&UnlockUnlocked); }

}  // namespace testprog
