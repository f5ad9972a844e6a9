// Runs in goroutine 1 (goroutine_main_test.cc).
#include "runtime/internal/sched/scheduler.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <sys/syscall.h>
#include <unistd.h>

#include <array>
#include <atomic>
#include <cstdio>
#include <cstdlib>
#include <memory>
#include <new>
#include <set>
#include <string>
#include <thread>
#include <utility>
#include <vector>

#include "runtime/internal/base/config.h"
#include "runtime/internal/machine/sanitizer.h"

namespace runtime::internal {
namespace {

// LeakSanitizer reads every stack there ever was, 10 ms for each, at the end.
constexpr int kFew = 300;

pid_t ThreadId() { return static_cast<pid_t>(syscall(SYS_gettid)); }

template <class F>
constexpr ClosureType kTestClosure = {
    .size_bytes = sizeof(F),
    .move_construct =
        [](void* to, void* from) {
          ::new (to) F(std::move(*static_cast<F*>(from)));
        },
    .call = [](void* closure) { (*static_cast<F*>(closure))(); },
    .destroy = [](void* closure) { std::destroy_at(static_cast<F*>(closure)); },
};

template <class F>
void Start(F function) {
  NewGoroutine(
      &kTestClosure<F>, &function,
      [](G* self) {
        self->closure_type->call(self->closure);
        FinishGoroutine();
      },
      0);
}

// Happens once; one goroutine or thread may wait for it.
class Event {
 public:
  void Wait() {
    if (state_.load() == this) return;
    Park(
        [](G* g, void* self) {
          void* nobody = nullptr;
          return static_cast<Event*>(self)->state_.compare_exchange_strong(
              nobody, g);
        },
        this, WaitReason::kSemacquire);
  }
  void Happen() {
    if (void* g = state_.exchange(this)) Ready(static_cast<G*>(g));
  }
  bool waited_for() const {
    void* state = state_.load();
    return state != nullptr && state != this;
  }

 private:
  std::atomic<void*> state_ = nullptr;  // null; then who waits, or this
};

// Counts down to an event.
class Countdown {
 public:
  explicit Countdown(int count) : left_(count) {}
  void Down() {
    if (left_.fetch_sub(1) == 1) zero_.Happen();
  }
  void Wait() { zero_.Wait(); }

 private:
  std::atomic<int> left_;
  Event zero_;
};

TEST(SchedulerTest, AGoroutineHasAnIdAndAParent) {
  EXPECT_EQ(CurrentG()->id, 1u);
  std::set<uint64_t> ids;
  for (int i = 0; i < 3; ++i) {
    Event done;
    uint64_t id = 0;
    uint64_t parent = 0;
    Start([&] {
      id = CurrentG()->id;
      parent = CurrentG()->parent_id;
      done.Happen();
    });
    done.Wait();
    EXPECT_EQ(parent, 1u);
    ids.insert(id);
  }
  EXPECT_EQ(ids.size(), 3u);
  EXPECT_FALSE(ids.contains(1));
}

TEST(SchedulerTest, ManyGoroutinesRunAndEnd) {
  constexpr int kCount = kSanitized ? kFew : 100'000;
  const int before = GoroutineCount();
  std::atomic<int> ran = 0;
  Countdown all(kCount);
  for (int i = 0; i < kCount; ++i) {
    Start([&] {
      ran.fetch_add(1);
      all.Down();
    });
  }
  all.Wait();
  EXPECT_EQ(ran, kCount);
  // Each counts itself down before it has ended; so did those of the tests
  // before.
  while (GoroutineCount() > before) Yield();
  // Some that were about to sleep may have been replaced; not many.
  EXPECT_LE(WorkerCount(), 16 * GetConfig().max_procs);
}

TEST(SchedulerTest, ManyGoroutinesParkAtOnceAndAreAllWoken) {
  constexpr size_t kCount = kSanitized ? kFew : 10'000;
  std::vector<Event> events(kCount);
  std::atomic<size_t> woken = 0;
  Countdown all(kCount);
  for (Event& event : events) {
    Start([&] {
      event.Wait();
      woken.fetch_add(1);
      all.Down();
    });
  }
  for (Event& event : events) {
    while (!event.waited_for()) Yield();
  }
  EXPECT_EQ(woken, 0u);
  for (Event& event : events) event.Happen();
  all.Wait();
  EXPECT_EQ(woken, kCount);
}

TEST(SchedulerTest, AClosureOfAnySizeIsMovedAndDestroyed) {
  struct Counted {
    explicit Counted(std::shared_ptr<int> held) : alive(std::move(held)) {}
    std::shared_ptr<int> alive;
  };
  const auto alive = std::make_shared<int>(0);
  const auto run = [&](auto padding) {
    padding.fill(7);
    Event done;
    int sum = 0;
    Start([&sum, &done, padding, counted = Counted(alive)] {
      for (const char c : padding) sum += c;
      done.Happen();
    });
    done.Wait();
    while (alive.use_count() != 1) Yield();
    return sum;
  };
  EXPECT_EQ(run(std::array<char, 1>()), 7);
  EXPECT_EQ(run(std::array<char, kInlineClosureBytes>()), 7 * 64);
  EXPECT_EQ(run(std::array<char, 5'000>()), 7 * 5'000);
}

TEST(SchedulerTest, ACommitThatRefusesContinuesAtOnce) {
  int committed = 0;
  Park(
      [](G* g, void* argument) {
        EXPECT_EQ(g->id, 1u);
        ++*static_cast<int*>(argument);
        return false;
      },
      &committed, WaitReason::kSemacquire);
  EXPECT_EQ(committed, 1);
}

// The event happens before, while and after the other is about to park.
TEST(SchedulerTest, NoWakeupIsLostBetweenGoroutines) {
  constexpr int kRounds = kSanitized ? 2'000 : 30'000;
  std::atomic<int> met = 0;
  for (int i = 0; i < kRounds; ++i) {
    Event there;
    Event back;
    Start([&] {
      there.Wait();
      met.fetch_add(1);
      back.Happen();
    });
    if (i % 3 == 0) Yield();
    there.Happen();
    back.Wait();
  }
  EXPECT_EQ(met, kRounds);
}

TEST(SchedulerTest, AForeignThreadMakesReady) {
  constexpr size_t kCount = kSanitized ? kFew : 20'000;
  std::vector<Event> events(kCount);
  Countdown all(kCount);
  for (Event& event : events) {
    Start([&] {
      event.Wait();
      all.Down();
    });
  }
  std::thread foreign([&] {
    for (Event& event : events) event.Happen();
  });
  all.Wait();
  foreign.join();
  SUCCEED();  // or all.Wait() is a deadlock, which is reported
}

TEST(SchedulerTest, AForeignThreadParksAndIsWoken) {
  constexpr int kRounds = kSanitized ? 500 : 5'000;
  std::vector<Event> pings(kRounds);
  std::vector<Event> pongs(kRounds);
  std::atomic<int> turns = 0;
  pid_t foreign_id = 0;
  std::set<pid_t> ran_on;
  std::thread foreign([&] {
    foreign_id = ThreadId();
    for (size_t i = 0; i < kRounds; ++i) {
      pings[i].Wait();
      ran_on.insert(ThreadId());
      turns.fetch_add(1);
      pongs[i].Happen();
    }
  });
  for (size_t i = 0; i < kRounds; ++i) {
    pings[i].Happen();
    pongs[i].Wait();
  }
  foreign.join();
  EXPECT_EQ(turns, kRounds);
  EXPECT_EQ(ran_on, std::set<pid_t>{foreign_id});
}

TEST(SchedulerTest, AForeignThreadStartsGoroutines) {
  constexpr int kCount = 1'000;
  std::atomic<int> ran = 0;
  Countdown all(kCount);
  std::thread foreign([&] {
    for (int i = 0; i < kCount; ++i) {
      Start([&] {
        ran.fetch_add(1);
        all.Down();
      });
    }
  });
  all.Wait();
  foreign.join();
  EXPECT_EQ(ran, kCount);
}

TEST(SchedulerTest, ALockedGoroutineKeepsItsThreadAndHasItForItself) {
  constexpr int kRounds = 2'000;
  constexpr int kOthers = 8;
  std::atomic<pid_t> locked_to = 0;
  std::atomic<bool> stop = false;
  std::atomic<int> intruders = 0;
  Countdown others(kOthers);
  for (int i = 0; i < kOthers; ++i) {
    Start([&] {
      while (!stop.load()) {
        if (ThreadId() == locked_to.load()) intruders.fetch_add(1);
        Yield();
      }
      others.Down();
    });
  }
  int moved = 0;
  Event done;
  Start([&] {
    LockToThread();
    LockToThread();
    locked_to.store(ThreadId());
    for (int i = 0; i < kRounds; ++i) {
      if (i == kRounds / 2) UnlockFromThread();  // one of two: still locked
      if (i % 2 == 0) {
        Yield();
      } else {
        Event event;
        Start([&] { event.Happen(); });
        event.Wait();
      }
      if (ThreadId() != locked_to.load()) ++moved;
    }
    locked_to.store(0);
    UnlockFromThread();
    done.Happen();
  });
  done.Wait();
  stop.store(true);
  others.Wait();
  EXPECT_EQ(moved, 0);
  EXPECT_EQ(intruders, 0);
}

TEST(SchedulerTest, AGoroutineThatEndsLockedGivesItsThreadBack) {
  constexpr int kRounds = 200;
  const int workers_before = WorkerCount();
  for (int i = 0; i < kRounds; ++i) {
    Event done;
    Start([&] {
      LockToThread();
      done.Happen();
    });
    done.Wait();
  }
  // Not a worker for each of them. Some, for who has said that it is done may
  // be about to end.
  EXPECT_LE(WorkerCount(), workers_before + kRounds / 4);
}

TEST(SchedulerTest, LockedGoroutinesTalkAcrossThreads) {
  constexpr size_t kRounds = 1'000;
  std::vector<Event> pings(kRounds);
  std::vector<Event> pongs(kRounds);
  Countdown both(2);
  std::atomic<pid_t> first = 0;
  std::atomic<pid_t> second = 0;
  Start([&] {
    LockToThread();
    first = ThreadId();
    for (size_t i = 0; i < kRounds; ++i) {
      pings[i].Happen();
      pongs[i].Wait();
    }
    UnlockFromThread();
    both.Down();
  });
  Start([&] {
    LockToThread();
    second = ThreadId();
    for (size_t i = 0; i < kRounds; ++i) {
      pings[i].Wait();
      pongs[i].Happen();
    }
    UnlockFromThread();
    both.Down();
  });
  both.Wait();
  EXPECT_NE(first, second);
}

// On one processor the order is certain. --------------------------------------

class OneProcessorTest : public testing::Test {
 protected:
  OneProcessorTest() { setenv("GOMAXPROCS", "1", 1); }
};

[[noreturn]] void End(bool good, const std::string& text) {
  std::fprintf(stderr, "%s", text.c_str());
  _exit(good ? 0 : 1);
}

[[noreturn]] void YieldInTurns() {
  constexpr int kCount = 5;
  constexpr int kRounds = 50;
  std::string turns;
  Countdown all(kCount);
  Event go[kCount];
  for (int i = 0; i < kCount; ++i) {
    Start([&, i] {
      go[i].Wait();
      for (int round = 0; round < kRounds; ++round) {
        turns += static_cast<char>('a' + i);
        Yield();
      }
      all.Down();
    });
  }
  for (Event& event : go) {
    while (!event.waited_for()) Yield();
  }
  for (Event& event : go) event.Happen();
  all.Wait();
  // Whatever the first order is, it is kept.
  const std::string first = turns.substr(0, kCount);
  std::string expected;
  for (int round = 0; round < kRounds; ++round) expected += first;
  End(turns == expected &&
          std::set(first.begin(), first.end()).size() == kCount,
      turns);
}

TEST_F(OneProcessorTest, YieldGoesRoundInTurns) {
  EXPECT_EXIT(YieldInTurns(), testing::ExitedWithCode(0), "");
}

// Two that wake each other for ever, each time through the run-next slot.
struct Pair {
  std::atomic<bool> stop = false;
  std::atomic<int> turns = 0;
  Countdown ended{2};

  // What each of the two waits for.
  std::atomic<Event*> seats[2] = {};

  void Run(size_t self) {
    while (!stop.load() && turns.fetch_add(1) < kMostTurns) {
      Event mine;
      seats[self].store(&mine);
      WakeOther(self);
      mine.Wait();
    }
    stop.store(true);
    WakeOther(self);
    ended.Down();
  }

  void WakeOther(size_t self) {
    if (Event* other = seats[1 - self].exchange(nullptr)) other->Happen();
  }

  // Then whoever has not run by now was starved.
  static constexpr int kMostTurns = 1'000'000;
};

[[noreturn]] void OthersBesideAPair(bool from_foreign_thread) {
  Pair pair;
  Start([&] { pair.Run(0); });
  Start([&] { pair.Run(1); });
  Event done;
  int turns_when_run = 0;
  const auto other = [&] {
    turns_when_run = pair.turns;
    pair.stop.store(true);
    done.Happen();
  };
  while (pair.turns < 100) Yield();
  if (from_foreign_thread) {
    // Into the global queue.
    std::thread([&] { Start(other); }).join();
  } else {
    Start(other);
  }
  done.Wait();
  pair.ended.Wait();
  End(turns_when_run >= 100 && turns_when_run < Pair::kMostTurns,
      "ran after turns: " + std::to_string(turns_when_run));
}

TEST_F(OneProcessorTest, APairDoesNotStarveTheRing) {
  EXPECT_EXIT(OthersBesideAPair(false), testing::ExitedWithCode(0),
              "ran after turns");
}

TEST_F(OneProcessorTest, APairDoesNotStarveTheGlobalQueue) {
  EXPECT_EXIT(OthersBesideAPair(true), testing::ExitedWithCode(0),
              "ran after turns");
}

}  // namespace
}  // namespace runtime::internal
