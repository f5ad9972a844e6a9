#include "runtime/internal/base/note.h"

#include <gtest/gtest.h>
#include <signal.h>

#include <thread>

namespace runtime::internal {
namespace {

constexpr int64_t kLongNs = 60'000'000'000;

TEST(FutexTest, ReturnsAtOnceWhenTheWordIsAnother) {
  FutexWord word{1};
  const int64_t start_ns = MonotonicNs();
  FutexWait(&word, 0, kLongNs);
  EXPECT_LT(MonotonicNs() - start_ns, kLongNs / 2);
}

TEST(FutexTest, WaitsAtMostTheTimeout) {
  FutexWord word{0};
  constexpr int64_t kTimeoutNs = 3'000'000;
  const int64_t start_ns = MonotonicNs();
  int64_t waited_ns = 0;
  // It may return early for no reason.
  while ((waited_ns = MonotonicNs() - start_ns) < kTimeoutNs) {
    FutexWait(&word, 0, kTimeoutNs - waited_ns);
  }
  EXPECT_LT(waited_ns, kLongNs / 2);
}

TEST(NoteTest, AWakeupThatComesFirstIsKept) {
  Note note;
  note.Wakeup();
  note.Sleep();
  EXPECT_TRUE(note.SleepUntil(MonotonicNs() - 1));
}

TEST(NoteTest, ClearForgetsTheWakeup) {
  Note note;
  note.Wakeup();
  note.Clear();
  EXPECT_FALSE(note.SleepUntil(MonotonicNs() - 1));
}

TEST(NoteTest, SleepUntilEndsAtItsDeadline) {
  Note note;
  const int64_t deadline_ns = MonotonicNs() + 2'000'000;
  EXPECT_FALSE(note.SleepUntil(deadline_ns));
  EXPECT_GE(MonotonicNs(), deadline_ns);
}

// Two threads take turns: each turn is one sleep and one wake-up, in either
// order.
TEST(NoteTest, NoWakeupIsLostBetweenThreads) {
  constexpr int kRounds = 20'000;
  Note ping;
  Note pong;
  int64_t turns = 0;  // passed to and fro with the notes
  bool in_time = true;
  std::thread other([&] {
    for (int i = 0; i < kRounds; ++i) {
      if (!ping.SleepUntil(MonotonicNs() + kLongNs)) return;
      ping.Clear();
      ++turns;
      pong.Wakeup();
    }
  });
  for (int i = 0; i < kRounds && in_time; ++i) {
    ++turns;
    ping.Wakeup();
    in_time = pong.SleepUntil(MonotonicNs() + kLongNs);
    pong.Clear();
  }
  other.join();
  EXPECT_TRUE(in_time);
  EXPECT_EQ(turns, 2 * kRounds);
}

Note* note_of_handler = nullptr;

TEST(NoteTest, ASignalHandlerMayWakeUp) {
  Note note;
  note_of_handler = &note;
  struct sigaction action = {};
  action.sa_handler = [](int) { note_of_handler->Wakeup(); };
  struct sigaction old_action = {};
  ASSERT_EQ(sigaction(SIGUSR1, &action, &old_action), 0);
  raise(SIGUSR1);
  sigaction(SIGUSR1, &old_action, nullptr);
  EXPECT_TRUE(note.SleepUntil(MonotonicNs() + kLongNs));
}

}  // namespace
}  // namespace runtime::internal
