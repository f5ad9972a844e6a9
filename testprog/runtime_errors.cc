// The errors the runtime itself panics with, and each of them recovered.
#include <cstdio>
#include <limits>
#include <string_view>
#include <vector>

#include "runtime/chan.h"
#include "runtime/checked.h"
#include "runtime/defer.h"
#include "runtime/go.h"
#include "runtime/map.h"
#include "runtime/panic.h"
#include "runtime/rw_mutex.h"
#include "runtime/select.h"
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

// A null pointer, and a zero, of which the compiler does not know: what would
// fault for certain it may take for code that is never reached.
template <class T>
T* Nil() {
  T* nil = nullptr;
  asm volatile("" : "+r"(nil));
  return nil;
}
int Zero() {
  int zero = 0;
  asm volatile("" : "+r"(zero));
  return zero;
}

}  // namespace

// Not in the namespace without a name, where nobody could derive from it: the
// virtual call would not be one.
class Account {
 public:
  virtual ~Account() = default;
  __attribute__((noinline)) void Deposit(int amount) { balance_ += amount; }
  virtual int Limit() const { return 1; }

 private:
  int balance_ = 0;
};

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

SCENARIO(CloseUnderSender) {
  auto channel = runtime::MakeChan<int>();
  runtime::Go([=] { channel.Close(); });
  channel.Send(1);
}
SCENARIO(CloseUnderSenderRecovered) { PrintRecovered(&CloseUnderSender); }

SCENARIO(SelectSendOnClosed) {
  auto channel = runtime::MakeChan<int>();
  channel.Close();
  runtime::Select(runtime::OnSend(channel, 1, [] { std::puts("sent"); }));
}
SCENARIO(SelectSendOnClosedRecovered) { PrintRecovered(&SelectSendOnClosed); }

SCENARIO(CloseUnderSelect) {
  auto channel = runtime::MakeChan<int>();
  runtime::Go([=] { channel.Close(); });
  runtime::Select(runtime::OnSend(channel, 1, [] { std::puts("sent"); }));
}
SCENARIO(CloseUnderSelectRecovered) { PrintRecovered(&CloseUnderSelect); }

SCENARIO(NegativeMakeChan) { runtime::MakeChan<int>(-1); }
SCENARIO(NegativeMakeChanRecovered) { PrintRecovered(&NegativeMakeChan); }

SCENARIO(NilMapWrite) { runtime::Map<int, int>().Set(1, 2); }
SCENARIO(NilMapWriteRecovered) { PrintRecovered(&NilMapWrite); }

SCENARIO(NegativeWaitGroup) {
  runtime::WaitGroup wg;
  wg.Done();
}
SCENARIO(NegativeWaitGroupRecovered) { PrintRecovered(&NegativeWaitGroup); }

SCENARIO(NilDeref) { std::printf("%d\n", *Nil<int>()); }
SCENARIO(NilDerefRecovered) { PrintRecovered(&NilDeref); }

SCENARIO(DivideByZero) { std::printf("%d\n", 100 / Zero()); }
SCENARIO(DivideByZeroRecovered) { PrintRecovered(&DivideByZero); }

// The quotient has no room. Go has none of this: it wraps.
SCENARIO(DivideOverflow) {
  volatile long least = std::numeric_limits<long>::min();
  volatile long minus_one = -1;
  std::printf("%ld\n", least / minus_one);
}
SCENARIO(DivideOverflowRecovered) { PrintRecovered(&DivideOverflow); }

SCENARIO(NilFunctionCall) {
  Nil<void()>()();
  std::puts("the last call of a function may be a jump");
}
SCENARIO(NilFunctionCallRecovered) { PrintRecovered(&NilFunctionCall); }

SCENARIO(NilMemberCall) {
  Nil<Account>()->Deposit(1);
  std::puts("deposited");
}
SCENARIO(NilMemberCallRecovered) { PrintRecovered(&NilMemberCall); }

SCENARIO(NilVirtualCall) { std::printf("%d\n", Nil<Account>()->Limit()); }

SCENARIO(NilArrayWrite) { Nil<int>()[4] = 1; }

SCENARIO(NilDerefInGoroutine) {
  runtime::WaitGroup wg;
  wg.Add(1);
  runtime::Go([&] {
    runtime::Defer done([&] { wg.Done(); });
    NilDeref();
  });
  wg.Wait();
}

SCENARIO(NilDerefInDefer) {
  runtime::Defer handler([] { NilDeref(); });
  runtime::Panic("first");
}

SCENARIO(PanicAfterNilDeref) {
  runtime::Defer handler([] { runtime::Panic("second"); });
  NilDeref();
}

SCENARIO(NilDerefRepanicked) {
  runtime::Defer handler([] { runtime::Panic(*runtime::Recover()); });
  NilDeref();
}

// The lock of malloc could be held there, for all that can be told.
SCENARIO(NilDerefInLibc) {
  runtime::Defer handler([] { runtime::Recover(); });
  std::puts(Nil<char>());
  std::puts("printed");
}

namespace {

void Test(const char* name) {
  runtime::Protect([name] {
    runtime::Defer handler([] {
      if (runtime::Recover()) std::printf(" recovered");
      std::printf(" done\n");
    });
    std::printf("%s:", name);
    std::printf("%d SHOULD NOT BE HERE", *Nil<int>());
  });
}

void TestInNewThread(const char* name) {
  auto done = runtime::MakeChan<bool>();
  runtime::Go([=]() mutable {
    runtime::LockOsThread();
    Test(name);
    done.Send(true);
  });
  done.Recv();
}

}  // namespace

SCENARIO(Crash) {
  runtime::LockOsThread();
  Test("main");
  TestInNewThread("new-thread");
  TestInNewThread("second-new-thread");
  Test("main-again");
}

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
