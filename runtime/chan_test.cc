// Channels and Select. Runs in goroutine 1.
#include "runtime/chan.h"

#include <gtest/gtest.h>

#include <atomic>
#include <memory>
#include <numeric>
#include <optional>
#include <string>
#include <thread>
#include <utility>
#include <vector>

#include "runtime/defer.h"
#include "runtime/go.h"
#include "runtime/internal/base/choose.h"
#include "runtime/internal/machine/sanitizer.h"
#include "runtime/internal/testing/goroutines.h"
#include "runtime/panic.h"
#include "runtime/select.h"
#include "runtime/sync.h"

namespace runtime {
namespace {

// Channels. ------------------------------------------------------------------

TEST(ChanTest, UnbufferedHandsOverAndBothWait) {
  const auto channel = MakeChan<int>();
  EXPECT_EQ(channel.Cap(), 0u);
  std::atomic<bool> sent = false;
  Go([&] {
    channel.Send(1);
    sent = true;
    channel.Send(2);
  });
  WaitUntilParked(internal::WaitReason::kChanSend, 1);
  EXPECT_FALSE(sent);
  EXPECT_EQ(channel.Len(), 0u);
  EXPECT_EQ(channel.Recv(), 1);
  EXPECT_EQ(channel.Recv(), 2);  // the receiver may wait first
}

TEST(ChanTest, ABufferHoldsItsCapacityInOrder) {
  const auto channel = MakeChan<int>(3);
  EXPECT_EQ(channel.Cap(), 3u);
  for (int i = 0; i < 3; ++i) channel.Send(i);
  EXPECT_EQ(channel.Len(), 3u);
  const auto done = MakeChan<int>();
  Go([&] {
    channel.Send(3);
    done.Send(0);
  });
  WaitUntilParked(internal::WaitReason::kChanSend, 1);
  EXPECT_EQ(channel.Len(), 3u);
  for (int i = 0; i < 4; ++i) EXPECT_EQ(channel.Recv(), i);
  EXPECT_EQ(channel.Len(), 0u);
  done.Recv();
}

TEST(ChanTest, ACopyIsTheSameChannel) {
  const auto channel = MakeChan<int>(1);
  const Chan<int> copy = channel;  // NOLINT: the subject
  channel.Send(5);
  EXPECT_EQ(copy.Len(), 1u);
  EXPECT_EQ(copy.Recv(), 5);
}

TEST(ChanTest, AClosedOneIsDrainedThenEmpty) {
  const auto channel = MakeChan<int>(2);
  channel.Send(1);
  channel.Send(2);
  channel.Close();
  EXPECT_EQ(channel.Recv(), 1);
  EXPECT_EQ(channel.Recv(), 2);
  EXPECT_EQ(channel.Recv(), std::nullopt);
  EXPECT_EQ(channel.Recv(), std::nullopt);
}

TEST(ChanTest, ErrorsPanic) {
  const auto channel = MakeChan<int>(1);
  channel.Close();
  EXPECT_EQ(PanicOf([&] { channel.Send(1); }), "send on closed channel");
  EXPECT_EQ(PanicOf([&] { channel.Close(); }), "close of closed channel");
  EXPECT_EQ(PanicOf([] { Chan<int>().Close(); }), "close of nil channel");
  EXPECT_EQ(PanicOf([] { MakeChan<int>(-1); }), "makechan: size out of range");
  EXPECT_EQ(PanicOf([] { MakeChan<int>(kMaxChanCapacity + 1); }),
            "makechan: size out of range");
}

TEST(ChanTest, CloseWakesEveryReceiver) {
  constexpr int kReceivers = 10;
  const auto channel = MakeChan<int>();
  std::atomic<int> empty = 0;
  WaitGroup wg;
  wg.Add(kReceivers);
  for (int i = 0; i < kReceivers; ++i) {
    Go([&] {
      if (!channel.Recv()) empty.fetch_add(1);
      wg.Done();
    });
  }
  WaitUntilParked(internal::WaitReason::kChanReceive, kReceivers);
  channel.Close();
  wg.Wait();
  EXPECT_EQ(empty, kReceivers);
}

TEST(ChanTest, CloseMakesWaitingSendersPanic) {
  constexpr int kSenders = 5;
  const auto channel = MakeChan<int>();
  std::atomic<int> panicked = 0;
  WaitGroup wg;
  wg.Add(kSenders);
  for (int i = 0; i < kSenders; ++i) {
    Go([&] {
      const std::string text = PanicOf([&] { channel.Send(1); });
      if (text == "send on closed channel") panicked.fetch_add(1);
      wg.Done();
    });
  }
  WaitUntilParked(internal::WaitReason::kChanSend, kSenders);
  channel.Close();
  wg.Wait();
  EXPECT_EQ(panicked, kSenders);
}

TEST(ChanTest, WaitersAreServedInOrder) {
  constexpr int kWaiters = 10;
  const auto channel = MakeChan<int>();
  for (int i = 0; i < kWaiters; ++i) {
    Go([=] { channel.Send(i); });
    WaitUntilParked(internal::WaitReason::kChanSend, i + 1);
  }
  for (int i = 0; i < kWaiters; ++i) EXPECT_EQ(channel.Recv(), i);
}

TEST(ChanTest, ANilOneBlocksForEver) {
  Go([] { Chan<int>().Recv(); });
  Go([] { Chan<int>().Send(1); });
  WaitUntilParked(internal::WaitReason::kChanReceiveNil, 1);
  WaitUntilParked(internal::WaitReason::kChanSendNil, 1);
  EXPECT_EQ(Chan<int>().Len(), 0u);
  EXPECT_EQ(Chan<int>().Cap(), 0u);
}

TEST(ChanTest, MovesElementsThatCannotBeCopied) {
  using Element = std::unique_ptr<std::string>;
  for (const int capacity : {0, 1, 4}) {
    const auto channel = MakeChan<Element>(capacity);
    Go([=] {
      for (int i = 0; i < 8; ++i) {
        channel.Send(std::make_unique<std::string>(std::to_string(i)));
      }
      channel.Close();
    });
    std::string all;
    while (std::optional<Element> element = channel.Recv()) all += **element;
    EXPECT_EQ(all, "01234567") << capacity;
  }
}

struct NoDefault {
  explicit NoDefault(std::shared_ptr<int> h) : held(std::move(h)) {}
  std::shared_ptr<int> held;
};

TEST(ChanTest, WhatIsLeftInTheBufferIsDestroyed) {
  const auto held = std::make_shared<int>(0);
  {
    const auto channel = MakeChan<NoDefault>(4);
    for (int i = 0; i < 3; ++i) channel.Send(NoDefault(held));
    EXPECT_EQ(held.use_count(), 4);
    EXPECT_EQ(channel.Recv()->held, held);
    EXPECT_EQ(held.use_count(), 3);
  }
  EXPECT_EQ(held.use_count(), 1);
}

void SumOverChannel(int capacity) {
  constexpr int64_t kProducers = 8;
  constexpr int64_t kConsumers = 5;
  constexpr int64_t kEach = internal::kSanitized ? 300 : 5'000;
  const auto channel = MakeChan<int64_t>(capacity);
  std::atomic<int64_t> sum = 0;
  std::atomic<int64_t> count = 0;
  WaitGroup producers;
  WaitGroup consumers;
  for (int64_t p = 0; p < kProducers; ++p) {
    producers.Add(1);
    Go([&, p] {
      for (int64_t i = 0; i < kEach; ++i) channel.Send(p * kEach + i);
      producers.Done();
    });
  }
  for (int64_t c = 0; c < kConsumers; ++c) {
    consumers.Add(1);
    Go([&] {
      while (const std::optional<int64_t> value = channel.Recv()) {
        sum.fetch_add(*value);
        count.fetch_add(1);
      }
      consumers.Done();
    });
  }
  producers.Wait();
  channel.Close();
  consumers.Wait();
  constexpr int64_t kCount = kProducers * kEach;
  EXPECT_EQ(count, kCount);
  EXPECT_EQ(sum, kCount * (kCount - 1) / 2);
}

TEST(ChanTest, ManyProducersAndConsumersUnbuffered) { SumOverChannel(0); }
TEST(ChanTest, ManyProducersAndConsumersBufferOfOne) { SumOverChannel(1); }
TEST(ChanTest, ManyProducersAndConsumersBuffered) { SumOverChannel(64); }

TEST(ChanTest, ForeignThreadsSendAndReceive) {
  constexpr int kCount = internal::kSanitized ? 300 : 3'000;
  const auto to = MakeChan<int>();
  const auto back = MakeChan<int>(1);
  std::thread foreign([=] {
    while (const std::optional<int> value = to.Recv()) back.Send(*value + 1);
    back.Close();
  });
  int wrong = 0;
  for (int i = 0; i < kCount; ++i) {
    to.Send(i);
    wrong += back.Recv() != i + 1;
  }
  to.Close();
  EXPECT_EQ(back.Recv(), std::nullopt);
  foreign.join();
  EXPECT_EQ(wrong, 0);
}

TEST(ChanTest, OneGoroutinesSieveFindsPrimes) {
  auto numbers = MakeChan<int>();
  Go([=] {
    for (int i = 2;; ++i) numbers.Send(i);
  });
  std::vector<int> primes;
  for (int i = 0; i < 30; ++i) {
    const int prime = *numbers.Recv();
    primes.push_back(prime);
    const auto filtered = MakeChan<int>();
    Go([=] {
      for (;;) {
        const int number = *numbers.Recv();
        if (number % prime != 0) filtered.Send(number);
      }
    });
    numbers = filtered;
  }
  EXPECT_EQ(primes.front(), 2);
  EXPECT_EQ(primes.back(), 113);
}

TEST(ChanTest, ARangeReceivesUntilTheChannelIsClosedAndDrained) {
  const auto channel = MakeChan<std::unique_ptr<int>>(1);
  Go([=] {
    for (int i = 0; i < 5; ++i) channel.Send(std::make_unique<int>(i));
    channel.Close();
  });
  std::vector<int> received;
  for (const std::unique_ptr<int>& value : channel) received.push_back(*value);
  EXPECT_EQ(received, (std::vector<int>{0, 1, 2, 3, 4}));
  for (const std::unique_ptr<int>& value : channel) ADD_FAILURE() << *value;
}

TEST(ChanTest, ARangeKeepsItsChannelAndMayBeLeft) {
  auto channel = MakeChan<int>(3);
  for (int i = 0; i < 3; ++i) channel.Send(i);
  const auto same = channel;
  for (const int value : channel) {
    channel = Chan<int>();  // the range goes on with what it began with
    if (value == 1) break;
  }
  EXPECT_EQ(same.Recv(), 2);
}

// Select. --------------------------------------------------------------------

TEST(SelectTest, TakesTheOneThatIsReady) {
  const auto one = MakeChan<int>(1);
  const auto two = MakeChan<int>(1);
  two.Send(2);
  std::string done;
  Select(OnRecv(one, [&](std::optional<int>) { done += "one"; }),
         OnRecv(two, [&](std::optional<int> value) {
           done += "two=" + std::to_string(*value);
         }));
  EXPECT_EQ(done, "two=2");
}

TEST(SelectTest, DefaultOnlyWhenNoneIsReady) {
  const auto channel = MakeChan<int>(1);
  std::string done;
  const auto poll = [&] {
    Select(OnRecv(channel, [&](std::optional<int>) { done += "r"; }),
           OnDefault([&] { done += "d"; }));
  };
  poll();
  channel.Send(1);
  poll();
  poll();
  channel.Close();
  poll();
  EXPECT_EQ(done, "drdr");
  done.clear();
  Select(OnDefault([&] { done += "d"; }));
  EXPECT_EQ(done, "d");
}

TEST(SelectTest, EachReadyOneIsChosenAboutAsOften) {
  constexpr int kRounds = 6'000;
  const Chan<int> channels[] = {MakeChan<int>(1), MakeChan<int>(1),
                                MakeChan<int>(1)};
  int counts[3] = {};
  for (const auto& channel : channels) channel.Send(0);
  for (int i = 0; i < kRounds; ++i) {
    const auto taken = [&](size_t which) {
      return [&, which](std::optional<int>) {
        ++counts[which];
        channels[which].Send(0);
      };
    };
    Select(OnRecv(channels[0], taken(0)), OnRecv(channels[1], taken(1)),
           OnRecv(channels[2], taken(2)));
  }
  for (const int count : counts)
    EXPECT_NEAR(count, kRounds / 3.0, kRounds / 10.0);
}

TEST(SelectTest, TheSourceOfChoicesDecides) {
  // Always the newest of those seen so far: the order of the cases.
  class Last final : public internal::ChoiceStrategy {
   public:
    uint32_t Choose(internal::ChoiceKind, uint32_t candidates) override {
      return candidates - 1;
    }
  } last;
  const auto one = MakeChan<int>(100);
  const auto two = MakeChan<int>(100);
  for (int i = 0; i < 50; ++i) {
    one.Send(i);
    two.Send(i);
  }
  internal::choice_strategy.store(&last);
  int ones = 0;
  for (int i = 0; i < 50; ++i) {
    Select(OnRecv(one, [&](std::optional<int>) { ++ones; }),
           OnRecv(two, [](std::optional<int>) {}));
  }
  internal::choice_strategy.store(nullptr);
  EXPECT_EQ(ones, 50);
}

TEST(SelectTest, SendsOrReceivesWhicheverCan) {
  const auto full = MakeChan<int>(1);
  const auto ready = MakeChan<int>(1);
  full.Send(1);
  std::string done;
  const auto round = [&] {
    Select(OnSend(full, 2, [&] { done += "s"; }),
           OnRecv(ready, [&](std::optional<int>) { done += "r"; }));
  };
  ready.Send(0);
  round();
  EXPECT_EQ(full.Recv(), 1);
  round();
  EXPECT_EQ(done, "rs");
  EXPECT_EQ(full.Recv(), 2);
}

TEST(SelectTest, AParkedOneIsWokenByAReceiverASenderOrAClose) {
  const auto in = MakeChan<int>();
  const auto out = MakeChan<int>();
  const auto results = MakeChan<std::string>();
  const auto select = [=] {
    Go([=] {
      std::string result;
      Select(OnRecv(in,
                    [&](std::optional<int> value) {
                      result = value ? "r" + std::to_string(*value) : "closed";
                    }),
             OnSend(out, 7, [&] { result = "s"; }));
      results.Send(result);
    });
    WaitUntilParked(internal::WaitReason::kSelect, 1);
  };
  select();
  in.Send(5);
  EXPECT_EQ(results.Recv(), "r5");
  select();
  EXPECT_EQ(out.Recv(), 7);
  EXPECT_EQ(results.Recv(), "s");
  select();
  in.Close();
  EXPECT_EQ(results.Recv(), "closed");
  // Nothing of the finished ones is left in the queues.
  std::string left = "nothing";
  Select(OnRecv(out, [&](std::optional<int>) { left = "a sender"; }),
         OnDefault([] {}));
  EXPECT_EQ(left, "nothing");
}

TEST(SelectTest, OnAClosedChannel) {
  const auto closed = MakeChan<int>();
  const auto open = MakeChan<int>();
  closed.Close();
  bool empty = false;
  Select(OnRecv(closed, [&](std::optional<int> value) { empty = !value; }),
         OnRecv(open, [](std::optional<int>) {}));
  EXPECT_TRUE(empty);
  EXPECT_EQ(PanicOf([&] {
              Select(OnSend(closed, 1, [] {}),
                     OnRecv(open, [](std::optional<int>) {}));
            }),
            "send on closed channel");
  // With the locks given back.
  EXPECT_EQ(closed.Len(), 0u);
  EXPECT_EQ(open.Len(), 0u);
}

TEST(SelectTest, AParkedSendPanicsWhenItsChannelIsClosed) {
  const auto channel = MakeChan<int>();
  const auto result = MakeChan<std::string>();
  Go([=] {
    result.Send(PanicOf([&] {
      Select(OnSend(channel, 1, [] {}), OnRecv(MakeChan<int>(), [](auto) {}));
    }));
  });
  WaitUntilParked(internal::WaitReason::kSelect, 1);
  channel.Close();
  EXPECT_EQ(result.Recv(), "send on closed channel");
}

TEST(SelectTest, TheSameChannelTwice) {
  const auto channel = MakeChan<int>(1);
  int first = 0;
  int second = 0;
  for (int i = 0; i < 1'000; ++i) {
    channel.Send(i);
    Select(OnRecv(channel, [&](std::optional<int>) { ++first; }),
           OnRecv(channel, [&](std::optional<int>) { ++second; }));
  }
  EXPECT_EQ(first + second, 1'000);
  EXPECT_GT(first, 300);
  EXPECT_GT(second, 300);
  // Parked, in both directions: it must not meet itself.
  const auto unbuffered = MakeChan<int>();
  const auto done = MakeChan<std::string>();
  Go([=] {
    std::string result;
    Select(OnRecv(unbuffered, [&](std::optional<int>) { result = "r"; }),
           OnRecv(unbuffered, [&](std::optional<int>) { result = "r"; }),
           OnSend(unbuffered, 3, [&] { result = "s"; }));
    done.Send(result);
  });
  WaitUntilParked(internal::WaitReason::kSelect, 1);
  EXPECT_EQ(unbuffered.Recv(), 3);
  EXPECT_EQ(done.Recv(), "s");
}

TEST(SelectTest, NilChannelsAreNeverReady) {
  std::string done;
  Select(OnRecv(Chan<int>(), [&](std::optional<int>) { done += "r"; }),
         OnSend(Chan<int>(), 1, [&] { done += "s"; }),
         OnDefault([&] { done += "d"; }));
  EXPECT_EQ(done, "d");
  const auto channel = MakeChan<int>();
  Go([=] { channel.Send(1); });
  Select(OnRecv(Chan<int>(), [&](std::optional<int>) { done += "r"; }),
         OnRecv(channel, [&](std::optional<int>) { done += "c"; }));
  EXPECT_EQ(done, "dc");
  Go([] { Select(); });
  WaitUntilParked(internal::WaitReason::kSelectNoCases, 1);
}

TEST(SelectTest, MovesElementsThatCannotBeCopied) {
  const auto channel = MakeChan<std::unique_ptr<int>>();
  Go([=] { Select(OnSend(channel, std::make_unique<int>(5), [] {})); });
  int received = 0;
  Select(OnRecv(channel, [&](std::optional<std::unique_ptr<int>> value) {
    received = *value.value();
  }));
  EXPECT_EQ(received, 5);
}

// Both sides of every exchange are selects, over channels in either order.
TEST(SelectTest, NothingIsLostAmongManySelects) {
  constexpr int kEach = internal::kSanitized ? 300 : 5'000;
  constexpr int kPairs = 6;
  const auto a = MakeChan<int>();
  const auto b = MakeChan<int>(2);
  std::atomic<int64_t> sent = 0;
  std::atomic<int64_t> received = 0;
  WaitGroup wg;
  for (int pair = 0; pair < kPairs; ++pair) {
    wg.Add(2);
    Go([&, pair] {
      for (int i = 0; i < kEach; ++i) {
        const int value = pair * kEach + i;
        const auto add = [&] { sent.fetch_add(value); };
        if (i % 2 == 0) {
          Select(OnSend(a, value, add), OnSend(b, value, add));
        } else {
          Select(OnSend(b, value, add), OnSend(a, value, add));
        }
      }
      wg.Done();
    });
    Go([&] {
      const auto add = [&](std::optional<int> value) {
        received.fetch_add(*value);
      };
      for (int i = 0; i < kEach; ++i) Select(OnRecv(a, add), OnRecv(b, add));
      wg.Done();
    });
  }
  wg.Wait();
  constexpr int64_t kCount = int64_t{kPairs} * kEach;
  EXPECT_EQ(sent, kCount * (kCount - 1) / 2);
  EXPECT_EQ(received, sent);
}

}  // namespace
}  // namespace runtime
