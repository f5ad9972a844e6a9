// Once. Runs in goroutine 1.
#include "runtime/once.h"

#include <gtest/gtest.h>

#include <atomic>
#include <string>
#include <thread>

#include "runtime/chan.h"
#include "runtime/go.h"
#include "runtime/internal/machine/sanitizer.h"
#include "runtime/internal/testing/goroutines.h"
#include "runtime/sync.h"

namespace runtime {
namespace {

TEST(OnceTest, CallsTheFirstFunctionOnly) {
  Once once;
  int calls = 0;
  once.Do([&] { ++calls; });
  once.Do([&] { ++calls; });
  EXPECT_EQ(calls, 1);
}

TEST(OnceTest, OthersWaitUntilItIsDone) {
  constexpr int kWaiters = 20;
  Once once;
  WaitGroup wg;
  const auto go_on = MakeChan<bool>();
  bool done = false;  // written once, read after Do
  std::atomic<int> saw_it = 0;
  wg.Go([&] {
    once.Do([&] {
      go_on.Recv();
      done = true;
    });
  });
  WaitUntilParked(internal::WaitReason::kChanReceive, 1);
  for (int i = 0; i < kWaiters; ++i) {
    wg.Go([&] {
      once.Do([] { ADD_FAILURE() << "called twice"; });
      saw_it.fetch_add(done);
    });
  }
  WaitUntilParked(internal::WaitReason::kOnceDo, kWaiters);
  go_on.Send(true);
  wg.Wait();
  EXPECT_EQ(saw_it, kWaiters);
}

TEST(OnceTest, APanicCountsAsDoneAndLetsWaitersGo) {
  Once once;
  const auto go_on = MakeChan<bool>();
  WaitGroup wg;
  std::string text;
  wg.Go([&] {
    text = PanicOf([&] {
      once.Do([&] {
        go_on.Recv();
        Panic("burnt");
      });
    });
  });
  WaitUntilParked(internal::WaitReason::kChanReceive, 1);
  wg.Go([&] { once.Do([] { ADD_FAILURE() << "called twice"; }); });
  WaitUntilParked(internal::WaitReason::kOnceDo, 1);
  go_on.Send(true);
  wg.Wait();
  EXPECT_EQ(text, "burnt");
}

TEST(OnceTest, GoexitAndExceptionsCountAsDone) {
  Once by_goexit;
  Once by_exception;
  WaitGroup wg;
  wg.Go([&] { by_goexit.Do([] { Goexit(); }); });
  wg.Wait();
  EXPECT_THROW(by_exception.Do([] { throw 1; }), int);
  by_goexit.Do([] { ADD_FAILURE() << "called twice"; });
  by_exception.Do([] { ADD_FAILURE() << "called twice"; });
}

TEST(OnceTest, OfManyGoroutinesAndThreadsOneCalls) {
  constexpr int kRounds = internal::kSanitized ? 50 : 1'000;
  constexpr int kGoroutines = 16;
  for (int i = 0; i < kRounds; ++i) {
    Once once;
    WaitGroup wg;
    int calls = 0;
    std::atomic<int> right = 0;
    const auto work = [&] {
      once.Do([&] {
        Gosched();
        ++calls;
      });
      right.fetch_add(calls == 1);
    };
    for (int g = 0; g < kGoroutines; ++g) wg.Go(work);
    std::thread foreign(work);
    wg.Wait();
    foreign.join();
    ASSERT_EQ(right, kGoroutines + 1);
  }
}

// The first to find it done may destroy it, before the one that did it is on
// its way.
TEST(OnceTest, IsNotTouchedOnceItIsDone) {
  const auto use = [](Once* once, int, auto destroy) {
    WaitGroup wg;
    std::atomic<bool> began = false;
    wg.Go([&, once] { once->Do([&] { began = true; }); });
    while (!began) Gosched();
    once->Do([] {});
    destroy();
    wg.Wait();
  };
  EXPECT_EQ(CountTouched<Once>(use), 0);
}

}  // namespace
}  // namespace runtime
