// The errors the runtime itself panics with, and each of them recovered.
#include <cstdio>
#include <string_view>
#include <vector>

#include "runtime/chan.h"
#include "runtime/checked.h"
#include "runtime/defer.h"
#include "runtime/map.h"
#include "runtime/panic.h"
#include "runtime/rw_mutex.h"
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

SCENARIO(IndexOutOfRange) {
  const std::vector<int> three = {1, 2, 3};
  std::printf("%d\n", runtime::At(three, 5));
}
SCENARIO(IndexOutOfRangeRecovered) { PrintRecovered(&IndexOutOfRange); }

SCENARIO(IndexNegative) {
  const std::vector<int> three = {1, 2, 3};
  std::printf("%d\n", runtime::At(three, -5));
}
SCENARIO(IndexNegativeRecovered) { PrintRecovered(&IndexNegative); }

SCENARIO(SliceOutOfRange) {
  std::vector<int> three = {1, 2, 3};
  runtime::Slice(three, 0, 5)[0] = 1;
}
SCENARIO(SliceOutOfRangeRecovered) { PrintRecovered(&SliceOutOfRange); }

SCENARIO(SliceStringOutOfRange) {
  constexpr std::string_view kText = "abc";
  std::printf("%c\n", runtime::Slice(kText, 1, 5)[0]);
}
SCENARIO(SliceStringOutOfRangeRecovered) {
  PrintRecovered(&SliceStringOutOfRange);
}

SCENARIO(SliceReversed) {
  std::vector<int> three = {1, 2, 3};
  runtime::Slice(three, 3, 1)[0] = 1;
}
SCENARIO(SliceReversedRecovered) { PrintRecovered(&SliceReversed); }

SCENARIO(CheckedDivideByZero) {
  const std::vector<int> none;
  std::printf("%d\n", runtime::Divide(1, static_cast<int>(none.size())));
}
SCENARIO(CheckedDivideByZeroRecovered) { PrintRecovered(&CheckedDivideByZero); }

SCENARIO(CheckedNilDeref) {
  const int* nil = nullptr;
  std::printf("%d\n", runtime::Deref(nil));
}
SCENARIO(CheckedNilDerefRecovered) { PrintRecovered(&CheckedNilDeref); }

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

SCENARIO(NilMapWrite) { runtime::Map<int, int>().Set(1, 2); }
SCENARIO(NilMapWriteRecovered) { PrintRecovered(&NilMapWrite); }

SCENARIO(NegativeWaitGroup) {
  runtime::WaitGroup wg;
  wg.Done();
}
SCENARIO(NegativeWaitGroupRecovered) { PrintRecovered(&NegativeWaitGroup); }

// Fatal errors, as in Go: no deferred call runs, so nothing recovers them.
SCENARIO(UnlockUnlocked) ABSL_NO_THREAD_SAFETY_ANALYSIS {
  runtime::Mutex mutex;
  mutex.Unlock();
}
SCENARIO(UnlockUnlockedNotRecovered) { PrintRecovered(&UnlockUnlocked); }

SCENARIO(UnlockUnlockedRWMutex) ABSL_NO_THREAD_SAFETY_ANALYSIS {
  runtime::RWMutex mutex;
  mutex.Unlock();
}

SCENARIO(RUnlockUnlockedRWMutex) ABSL_NO_THREAD_SAFETY_ANALYSIS {
  runtime::RWMutex mutex;
  mutex.RUnlock();
}

}  // namespace testprog
