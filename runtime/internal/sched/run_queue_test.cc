#include "runtime/internal/sched/run_queue.h"

#include <gtest/gtest.h>

#include <atomic>
#include <deque>
#include <memory>
#include <random>
#include <thread>
#include <vector>

#include "runtime/internal/base/shipping_env.h"
#include "runtime/internal/machine/sanitizer.h"

namespace runtime::internal {
namespace {

struct Item {
  int number = 0;
};
using Queue = RunQueue<Item, ShippingEnv>;

constexpr uint32_t kCapacity = Queue::kCapacity;

// Items numbered from 0.
std::vector<Item> MakeItems(int count) {
  std::vector<Item> items(static_cast<size_t>(count));
  for (int i = 0; i < count; ++i) items[static_cast<size_t>(i)].number = i;
  return items;
}

int NumberOf(const Item* item) { return item == nullptr ? -1 : item->number; }

TEST(RunQueueTest, TheRingIsFirstInFirstOut) {
  std::vector<Item> items = MakeItems(3);
  Queue queue;
  EXPECT_EQ(queue.Pop(), nullptr);
  for (Item& item : items) EXPECT_TRUE(queue.PushBack(&item));
  EXPECT_EQ(NumberOf(queue.Pop()), 0);
  EXPECT_EQ(NumberOf(queue.Pop()), 1);
  EXPECT_EQ(NumberOf(queue.Pop()), 2);
  EXPECT_EQ(queue.Pop(), nullptr);
}

TEST(RunQueueTest, RunNextGoesFirstAndIsSwapped) {
  std::vector<Item> items = MakeItems(3);
  Queue queue;
  queue.PushBack(&items[0]);
  EXPECT_EQ(queue.SwapNext(&items[1]), nullptr);
  EXPECT_EQ(NumberOf(queue.SwapNext(&items[2])), 1);
  EXPECT_EQ(NumberOf(queue.Pop()), 2);
  EXPECT_EQ(NumberOf(queue.Pop()), 0);
  EXPECT_EQ(queue.Pop(), nullptr);
}

TEST(RunQueueTest, IsEmptyOnlyWithoutRingAndNext) {
  Item item;
  Queue queue;
  EXPECT_TRUE(queue.Empty());
  queue.PushBack(&item);
  EXPECT_FALSE(queue.Empty());
  queue.Pop();
  EXPECT_TRUE(queue.Empty());
  queue.SwapNext(&item);
  EXPECT_FALSE(queue.Empty());
  queue.Pop();
  EXPECT_TRUE(queue.Empty());
}

TEST(RunQueueTest, AFullRingRefuses) {
  std::vector<Item> items = MakeItems(kCapacity + 1);
  Queue queue;
  for (uint32_t i = 0; i < kCapacity; ++i)
    ASSERT_TRUE(queue.PushBack(&items[i]));
  EXPECT_FALSE(queue.PushBack(&items[kCapacity]));
  EXPECT_EQ(NumberOf(queue.Pop()), 0);
  EXPECT_TRUE(queue.PushBack(&items[kCapacity]));
}

// A pair that makes each other ready must not keep the ring waiting for ever.
TEST(RunQueueTest, RunNextIsServedSoOftenInARowOnly) {
  std::vector<Item> items = MakeItems(2);
  Queue queue;
  queue.PushBack(&items[0]);
  for (uint32_t i = 0; i < Queue::kMaxNextStreak; ++i) {
    queue.SwapNext(&items[1]);
    ASSERT_EQ(NumberOf(queue.Pop()), 1) << i;
  }
  queue.SwapNext(&items[1]);
  EXPECT_EQ(NumberOf(queue.Pop()), 0);
  EXPECT_EQ(NumberOf(queue.Pop()), 1);
}

TEST(RunQueueTest, HalfOfAFullRingIsTheOlderHalf) {
  std::vector<Item> items = MakeItems(kCapacity);
  Queue queue;
  for (Item& item : items) ASSERT_TRUE(queue.PushBack(&item));
  Item* batch[kCapacity / 2];
  ASSERT_EQ(queue.TakeHalf(batch), kCapacity / 2);
  for (uint32_t i = 0; i < kCapacity / 2; ++i) {
    ASSERT_EQ(NumberOf(batch[i]), static_cast<int>(i));
  }
  EXPECT_EQ(NumberOf(queue.Pop()), static_cast<int>(kCapacity / 2));
}

TEST(RunQueueTest, AThiefTakesTheLargerHalf) {
  std::vector<Item> items = MakeItems(5);
  Queue queue;
  Queue thief;
  for (Item& item : items) queue.PushBack(&item);
  EXPECT_EQ(NumberOf(queue.StealInto(&thief, false)), 2);
  EXPECT_EQ(NumberOf(thief.Pop()), 0);
  EXPECT_EQ(NumberOf(thief.Pop()), 1);
  EXPECT_EQ(thief.Pop(), nullptr);
  EXPECT_EQ(NumberOf(queue.Pop()), 3);
  EXPECT_EQ(NumberOf(queue.Pop()), 4);
  EXPECT_EQ(queue.Pop(), nullptr);
}

TEST(RunQueueTest, AThiefTakesRunNextOnlyWhenToldAndTheRingIsEmpty) {
  std::vector<Item> items = MakeItems(2);
  Queue queue;
  Queue thief;
  queue.SwapNext(&items[0]);
  EXPECT_EQ(queue.StealInto(&thief, false), nullptr);
  queue.PushBack(&items[1]);
  EXPECT_EQ(NumberOf(queue.StealInto(&thief, true)), 1);
  EXPECT_EQ(NumberOf(queue.StealInto(&thief, true)), 0);
  EXPECT_EQ(queue.StealInto(&thief, true), nullptr);
  EXPECT_TRUE(thief.Empty());
}

// What the queue is meant to be, without threads.
class Model {
 public:
  bool PushBack(Item* item) {
    if (ring_.size() == kCapacity) return false;
    ring_.push_back(item);
    return true;
  }
  Item* SwapNext(Item* item) { return std::exchange(next_, item); }
  Item* Pop() {
    const bool ring_first = streak_ >= Queue::kMaxNextStreak && !ring_.empty();
    if (next_ != nullptr && !ring_first) {
      ++streak_;
      return std::exchange(next_, nullptr);
    }
    streak_ = 0;
    return TakeOldest();
  }
  std::vector<Item*> TakeHalf() {
    std::vector<Item*> half;
    const size_t count =
        std::min((ring_.size() + 1) / 2, size_t{kCapacity / 2});
    while (half.size() < count) half.push_back(TakeOldest());
    return half;
  }
  Item* StealInto(Model* thief, bool with_next) {
    std::vector<Item*> half = TakeHalf();
    if (half.empty())
      return with_next ? std::exchange(next_, nullptr) : nullptr;
    Item* first = half.back();
    half.pop_back();
    for (Item* item : half) thief->PushBack(item);
    return first;
  }
  bool Empty() const { return ring_.empty() && next_ == nullptr; }
  size_t ring_size() const { return ring_.size(); }

 private:
  Item* TakeOldest() {
    if (ring_.empty()) return nullptr;
    Item* item = ring_.front();
    ring_.pop_front();
    return item;
  }

  std::deque<Item*> ring_;
  Item* next_ = nullptr;
  uint32_t streak_ = 0;
};

TEST(RunQueueTest, DoesWhatItsModelDoes) {
  std::vector<Item> items = MakeItems(1'000);
  // Each of these favours filling, emptying or neither.
  for (const unsigned push_weight : {3u, 6u, 12u}) {
    std::mt19937 random(push_weight);
    Queue queue;
    Queue thief;
    Model model;
    Model thief_model;
    for (int step = 0; step < 50'000; ++step) {
      Item* item = &items[random() % items.size()];
      const auto what = static_cast<unsigned>(random() % (push_weight + 10));
      if (what < 6) {
        ASSERT_EQ(queue.Pop(), model.Pop()) << step;
      } else if (what < 8) {
        ASSERT_EQ(queue.SwapNext(item), model.SwapNext(item)) << step;
      } else if (what == 8 && random() % 16 == 0) {
        Item* batch[kCapacity / 2];
        const uint32_t count = queue.TakeHalf(batch);
        ASSERT_EQ(std::vector<Item*>(batch, batch + count), model.TakeHalf());
      } else if (what == 9 && random() % 16 == 0) {
        // A thief comes only when its own ring is empty.
        while (Item* own = thief.Pop()) ASSERT_EQ(own, thief_model.Pop());
        const bool with_next = random() % 2 == 0;
        ASSERT_EQ(queue.StealInto(&thief, with_next),
                  model.StealInto(&thief_model, with_next));
      } else {
        ASSERT_EQ(queue.PushBack(item), model.PushBack(item)) << step;
      }
      ASSERT_EQ(queue.Empty(), model.Empty()) << step;
    }
  }
}

// One owner, three thieves, real threads: each item comes out once. The owner
// keeps a few items in the ring and pops while they are stolen: all meet at
// the head.
TEST(RunQueueTest, NothingIsLostOrDoubledUnderThieves) {
  constexpr int kThieves = 3;
  constexpr int kItems = 50'000;
  // On a busy machine the owner may go round more than once until the thieves
  // had their chance.
  constexpr int kFewestThefts = kSanitized ? 2'000 : 20'000;
  std::vector<Item> items = MakeItems(kItems);
  const std::unique_ptr<std::atomic<int>[]> seen(
      new std::atomic<int>[kItems]());
  std::atomic<bool> all_pushed = false;
  std::atomic<int> thieves_at_work = 0;
  std::atomic<int> stolen = 0;
  const auto take = [&](const Item* item) {
    seen[static_cast<size_t>(item->number)].fetch_add(1);
  };
  Queue queue;
  std::vector<std::thread> thieves;
  for (int i = 0; i < kThieves; ++i) {
    thieves.emplace_back([&, i] {
      Queue own;
      thieves_at_work.fetch_add(1);
      while (!all_pushed.load() || !queue.Empty()) {
        if (const Item* item = queue.StealInto(&own, i == 0)) {
          stolen.fetch_add(1);
          take(item);
        }
        while (const Item* item = own.Pop()) take(item);
      }
    });
  }
  while (thieves_at_work.load() != kThieves) std::this_thread::yield();
  std::mt19937 random(1);
  int rounds = 0;
  for (; rounds == 0 || stolen.load() < kFewestThefts; ++rounds) {
    for (Item& item : items) {
      Item* to_push = &item;
      if (random() % 4 == 0) to_push = queue.SwapNext(&item);
      while (to_push != nullptr && !queue.PushBack(to_push)) {
        Item* batch[kCapacity / 2];
        const uint32_t count = queue.TakeHalf(batch);
        for (uint32_t i = 0; i < count; ++i) take(batch[i]);
      }
      if (random() % 2 == 0) {
        if (const Item* popped = queue.Pop()) take(popped);
      }
      // Lets the thieves catch up with what the owner is about to pop.
      if (random() % 64 == 0) {
        while (const Item* popped = queue.Pop()) take(popped);
      }
      if (random() % 4096 == 0) std::this_thread::yield();
    }
  }
  all_pushed.store(true);
  while (const Item* item = queue.Pop()) take(item);
  for (std::thread& thief : thieves) thief.join();
  while (const Item* item = queue.Pop()) take(item);
  int wrong = 0;
  for (size_t i = 0; i < kItems; ++i) wrong += seen[i] != rounds;
  EXPECT_EQ(wrong, 0) << "of " << rounds << " rounds";
}

}  // namespace
}  // namespace runtime::internal
