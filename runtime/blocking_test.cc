// Blocking calls, wired goroutines that end, the limit of threads. Runs in
// goroutine 1.
#include "runtime/blocking.h"

#include <errno.h>
#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <unistd.h>

#include <atomic>
#include <memory>
#include <stdexcept>
#include <string>
#include <thread>
#include <vector>

#include "runtime/chan.h"
#include "runtime/debug.h"
#include "runtime/defer.h"
#include "runtime/go.h"
#include "runtime/internal/machine/sanitizer.h"
#include "runtime/internal/testing/goroutines.h"
#include "runtime/panic.h"
#include "runtime/select.h"
#include "runtime/sync.h"

namespace runtime {
namespace {

// Blocks the reading thread until somebody writes.
class Pipe {
 public:
  Pipe() { EXPECT_EQ(pipe(ends_), 0); }
  Pipe(const Pipe&) = delete;
  Pipe& operator=(const Pipe&) = delete;
  ~Pipe() {
    close(ends_[0]);
    close(ends_[1]);
  }
  char Read() {
    char c = 0;
    while (read(ends_[0], &c, 1) < 0) EXPECT_EQ(errno, EINTR);
    return c;
  }
  void Write(char c) { EXPECT_EQ(write(ends_[1], &c, 1), 1); }

 private:
  int ends_[2] = {-1, -1};
};

int CountInSyscall() {
  int count = 0;
  for (size_t i = 0; i < internal::GoroutineTableSize(); ++i) {
    count += internal::GoroutineAt(i)->state == internal::GState::kSyscall;
  }
  return count;
}

void WaitUntilInSyscall(int count) {
  while (CountInSyscall() != count) Gosched();
}

TEST(BlockingTest, ReturnsWhatTheFunctionReturns) {
  int number = 1;
  EXPECT_EQ(Blocking([] { return 7; }), 7);
  Blocking([&]() -> int& { return number; }) = 2;
  EXPECT_EQ(number, 2);
  EXPECT_EQ(*Blocking([] { return std::make_unique<int>(3); }), 3);
  Blocking([] {});
}

TEST(BlockingTest, KeepsErrno) {
  constexpr int kRounds = 1'000;
  WaitGroup wg;
  std::atomic<int> wrong = 0;
  for (int i = 0; i < 2 * MaxProcs(); ++i) {
    wg.Go([&, i] {
      for (int round = 0; round < kRounds; ++round) {
        Blocking([&] { errno = 100 + i; });
        wrong.fetch_add(*internal::ThreadErrno() != 100 + i);
      }
    });
  }
  wg.Wait();
  EXPECT_EQ(wrong, 0);
}

TEST(BlockingTest, OthersRunThoughMoreAreBlockedThanThereAreProcessors) {
  const int blocked = 2 * MaxProcs() + 1;
  Pipe pipe;
  WaitGroup wg;
  std::atomic<int> sum = 0;
  for (int i = 0; i < blocked; ++i) {
    wg.Go([&] { sum.fetch_add(Blocking([&] { return pipe.Read(); })); });
  }
  WaitUntilInSyscall(blocked);
  WaitGroup others;
  for (int i = 0; i < 10 * MaxProcs(); ++i) others.Go([] { Gosched(); });
  others.Wait();
  EXPECT_EQ(sum, 0);
  for (int i = 0; i < blocked; ++i) pipe.Write(1);
  wg.Wait();
  EXPECT_EQ(sum, blocked);
}

TEST(BlockingTest, NoMoreRunAtOnceAfterwardsThanThereAreProcessors) {
  const int blocked = 4 * MaxProcs();
  constexpr int kSpins = 100;
  Pipe pipe;
  WaitGroup wg;
  std::atomic<int> running = 0;
  std::atomic<int> too_many = 0;
  for (int i = 0; i < blocked; ++i) {
    wg.Go([&] {
      Blocking([&] { return pipe.Read(); });
      for (int spin = 0; spin < kSpins; ++spin) {
        too_many.fetch_add(running.fetch_add(1) >= MaxProcs());
        running.fetch_sub(1);
      }
    });
  }
  WaitUntilInSyscall(blocked);
  for (int i = 0; i < blocked; ++i) pipe.Write(1);
  wg.Wait();
  EXPECT_EQ(too_many, 0);
}

TEST(BlockingTest, MayUseTheRuntimeInside) {
  const auto questions = MakeChan<int>();
  const auto answers = MakeChan<int>();
  Mutex mutex;
  Go([=] {
    for (const int question : questions) answers.Send(question + 1);
  });
  int last = 0;
  for (int i = 0; i < 100; ++i) {
    Blocking([&] {
      questions.Send(i);
      MutexLock lock(&mutex);
      Gosched();
      WaitGroup wg;
      wg.Go([&] { last = *answers.Recv(); });
      wg.Wait();
    });
    ASSERT_EQ(last, i + 1);
  }
  questions.Close();
}

TEST(BlockingTest, InsideASelectThatParksItIsStillBlocking) {
  const auto go_on = MakeChan<bool>();
  Pipe pipe;
  WaitGroup wg;
  wg.Go([&] {
    Blocking([&] {
      go_on.Recv();
      pipe.Read();
    });
  });
  WaitUntilParked(internal::WaitReason::kChanReceive, 1);
  go_on.Send(true);
  WaitUntilInSyscall(1);
  pipe.Write(1);
  wg.Wait();
}

TEST(BlockingTest, Nests) {
  Pipe pipe;
  WaitGroup wg;
  wg.Go([&] {
    Blocking([&] {
      Blocking([] {});
      pipe.Read();  // the inner one's end was not the outer one's
    });
  });
  WaitUntilInSyscall(1);
  pipe.Write(1);
  wg.Wait();
  EXPECT_EQ(CountInSyscall(), 0);
}

TEST(BlockingTest, APanicInsideIsRecoveredOutside) {
  std::string order;
  struct Noisy {
    std::string* order;
    ~Noisy() { *order += "destroyed "; }
  };
  for (int i = 0; i < 100; ++i) {
    EXPECT_EQ(PanicOf([&] {
                Blocking([&] {
                  const Noisy noisy{&order};
                  Panic("x");
                });
              }),
              "x");
    EXPECT_EQ(CountInSyscall(), 0);
  }
  EXPECT_EQ(order.size(), 100 * std::string("destroyed ").size());
}

TEST(BlockingTest, APanicRecoveredInsideLeavesItBlocking) {
  Pipe pipe;
  WaitGroup wg;
  std::string text;
  wg.Go([&] {
    Blocking([&] {
      text = PanicOf([] { Panic("x"); });
      pipe.Read();
    });
  });
  WaitUntilInSyscall(1);
  pipe.Write(1);
  wg.Wait();
  EXPECT_EQ(text, "x");
}

// As after a fault, whose own frame no destructor leaves.
TEST(BlockingTest, IsOverWhereItsDestructorDidNotRun) {
  EXPECT_EQ(PanicOf([] {
              internal::EnterBlocking();
              Panic("x");
            }),
            "x");
  EXPECT_EQ(CountInSyscall(), 0);
  WaitGroup wg;
  wg.Go([] { Gosched(); });
  wg.Wait();
  Blocking([] { EXPECT_EQ(CountInSyscall(), 1); });
}

TEST(BlockingTest, ExceptionsAndGoexitPass) {
  EXPECT_THROW(Blocking([] { throw std::runtime_error("x"); }),
               std::runtime_error);
  WaitGroup wg;
  bool deferred = false;
  wg.Go([&] {
    Defer mark([&] { deferred = true; });
    Blocking([] { Goexit(); });
  });
  wg.Wait();
  EXPECT_TRUE(deferred);
  WaitUntilInSyscall(0);  // it has said it is done, but may not have ended
}

TEST(BlockingTest, AWiredGoroutineKeepsItsThread) {
  constexpr int kRounds = 200;
  WaitGroup wg;
  std::atomic<int> moved = 0;
  for (int i = 0; i < 2 * MaxProcs(); ++i) {
    wg.Go([&] {
      LockOsThread();
      const pid_t thread = gettid();
      for (int round = 0; round < kRounds; ++round) {
        moved.fetch_add(Blocking([] { return gettid(); }) != thread);
        moved.fetch_add(gettid() != thread);
      }
      UnlockOsThread();
    });
  }
  wg.Wait();
  EXPECT_EQ(moved, 0);
}

TEST(BlockingTest, OnAForeignThreadItJustCalls) {
  int result = 0;
  std::thread foreign([&] { result = Blocking([] { return 7; }); });
  foreign.join();
  EXPECT_EQ(result, 7);
}

TEST(BlockingTest, ManyPingPongsLoseNothing) {
  constexpr int kPairs = 6;
  constexpr int kRounds = internal::kSanitized ? 100 : 500;
  WaitGroup wg;
  std::atomic<int> turns = 0;
  std::vector<std::unique_ptr<Pipe>> pipes;
  for (int i = 0; i < kPairs; ++i) {
    Pipe* there = pipes.emplace_back(std::make_unique<Pipe>()).get();
    Pipe* back = pipes.emplace_back(std::make_unique<Pipe>()).get();
    wg.Go([&, there, back] {
      for (int round = 0; round < kRounds; ++round) {
        there->Write('x');
        turns.fetch_add(Blocking([&] { return back->Read(); }) == 'y');
      }
    });
    wg.Go([&, there, back] {
      for (int round = 0; round < kRounds; ++round) {
        turns.fetch_add(Blocking([&] { return there->Read(); }) == 'x');
        back->Write('y');
      }
    });
  }
  wg.Wait();
  EXPECT_EQ(turns, 2 * kPairs * kRounds);
}

TEST(BlockingDeathTest, ADeadlockIsFoundOnceTheCallIsOver) {
  EXPECT_EXIT(
      {
        Blocking([] {});
        Select();
      },
      testing::ExitedWithCode(2),
      testing::StartsWith("fatal error: all goroutines are asleep"));
}

TEST(WiredTest, AThreadEndsWithItsGoroutine) {
  constexpr int kRounds = 100;
  const int before = internal::WorkerCount();
  WaitGroup wg;
  for (int i = 0; i < kRounds; ++i) {
    wg.Go([] { LockOsThread(); });
    wg.Wait();
  }
  // Main's thread, which may be among them, stays.
  while (internal::WorkerCount() > before + MaxProcs() + 1) Gosched();
}

TEST(WiredTest, AThreadThatWasUnlockedGoesOn) {
  WaitGroup wg;
  pid_t thread = 0;
  wg.Go([&] {
    LockOsThread();
    LockOsThread();
    thread = gettid();
    UnlockOsThread();
    UnlockOsThread();
  });
  wg.Wait();
  const std::string path = "/proc/self/task/" + std::to_string(thread);
  EXPECT_EQ(access(path.c_str(), F_OK), 0);
}

TEST(MaxThreadsTest, OneTooManyIsFatal) {
  const auto exhaust = [] {
    SetMaxThreads(internal::WorkerCount() + 5);
    for (int i = 0; i < 20; ++i) {
      const auto locked = MakeChan<bool>();
      Go([=] {
        LockOsThread();
        locked.Send(true);
        Select();
      });
      locked.Recv();
    }
  };
  EXPECT_EXIT(
      exhaust(), testing::ExitedWithCode(2),
      testing::ContainsRegex("^runtime: program exceeds [0-9]+-thread "
                             "limit\nfatal error: thread exhaustion\n"));
}

TEST(MaxThreadsTest, ReturnsTheLimitBefore) {
  EXPECT_EQ(SetMaxThreads(500), 10'000);
  EXPECT_EQ(SetMaxThreads(10'000), 500);
}

}  // namespace
}  // namespace runtime
