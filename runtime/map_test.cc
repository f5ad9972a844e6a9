// Map. Runs in goroutine 1.
#include "runtime/map.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <atomic>
#include <functional>
#include <set>
#include <string>
#include <thread>
#include <utility>
#include <vector>

#include "runtime/chan.h"
#include "runtime/go.h"
#include "runtime/internal/machine/sanitizer.h"
#include "runtime/internal/testing/goroutines.h"
#include "runtime/rw_mutex.h"
#include "runtime/select.h"
#include "runtime/sync.h"

namespace runtime {
namespace {

using testing::ExitedWithCode;
using testing::StartsWith;

// A key whose hash does what a test wants.
struct Key {
  int value;
  bool operator==(const Key&) const = default;
};
std::function<void()> in_hash;
struct HashOfKey {
  size_t operator()(const Key& key) const {
    if (in_hash) in_hash();
    return std::hash<int>()(key.value);
  }
};
using SlowMap = Map<Key, int, HashOfKey, std::equal_to<Key>>;

TEST(MapTest, HoldsWhatWasSet) {
  auto map = MakeMap<std::string, int>({{"bread", 3}});
  const auto same = map;  // NOLINT(performance-unnecessary-copy-initialization)
  map.Set("cake", 9);
  map.Set("bread", 4);
  map.Update("pie", [](int& price) { price += 2; });
  map.Update("pie", [](int& price) { price += 2; });
  EXPECT_EQ(same.Len(), 3u);
  EXPECT_EQ(same.Get("bread"), 4);
  EXPECT_EQ(same.Get("pie"), 4);
  EXPECT_EQ(same.Get("none"), 0);
  EXPECT_EQ(same.Find("none"), std::nullopt);
  map.Delete("cake");
  map.Delete("none");
  EXPECT_FALSE(same.Contains("cake"));
  map.Clear();
  EXPECT_EQ(same.Len(), 0u);
}

TEST(MapTest, NilReadsAsEmptyAndPanicsWhenWritten) {
  const Map<int, int> nil;
  EXPECT_TRUE(nil.IsNil());
  EXPECT_EQ(nil.Len(), 0u);
  EXPECT_EQ(nil.Get(1), 0);
  EXPECT_EQ(nil.Find(1), std::nullopt);
  EXPECT_FALSE(nil.Contains(1));
  nil.Delete(1);
  nil.Clear();
  for (const auto& element : nil) ADD_FAILURE() << element.first;
  EXPECT_EQ(PanicOf([&] { nil.Set(1, 1); }), "assignment to entry in nil map");
  EXPECT_EQ(PanicOf([&] { nil.Update(1, [](int&) {}); }),
            "assignment to entry in nil map");
}

TEST(MapIterationTest, VisitsEveryElementOnce) {
  constexpr int kCount = 100;
  const auto map = MakeMap<int, int>();
  for (int i = 0; i < kCount; ++i) map.Set(i, i * i);
  std::set<int> seen;
  for (const auto& [key, value] : map) {
    EXPECT_EQ(value, key * key);
    EXPECT_TRUE(seen.insert(key).second);
  }
  EXPECT_EQ(seen.size(), size_t{kCount});
}

TEST(MapIterationTest, BeginsAnywhere) {
  const auto map = MakeMap<int, int>({{1, 0}, {2, 0}, {3, 0}});
  std::set<int> first;
  while (first.size() != 3) {  // for ever, if it always began alike
    for (const auto& [key, value] : map) {
      first.insert(key);
      break;
    }
  }
}

TEST(MapIterationTest, ItsLoopMayDeleteAndAdd) {
  constexpr int kCount = 50;
  const auto map = MakeMap<int, int>();
  for (int i = 0; i < kCount; ++i) map.Set(i, 0);
  int visited = 0;
  for (const auto& [key, value] : map) {
    ++visited;
    for (int i = 0; i < kCount; ++i) {
      if (i / 2 == key / 2) map.Delete(i);  // itself and another
    }
    for (int i = 0; i < kCount; ++i) map.Set(key * kCount + i + kCount, 0);
  }
  EXPECT_EQ(visited, kCount / 2);
}

TEST(MapIterationTest, IsOverWhenALoopIsLeft) {
  const auto map = MakeMap<int, int>({{1, 0}});
  for (const auto& element : map) {
    if (element.first == 1) break;
  }
  EXPECT_EQ(PanicOf([&] {
              for (const auto& element : map) Panic(element.first);
            }),
            "1");
  WaitGroup wg;
  wg.Go([&] { map.Set(2, 0); });  // fatal, were one still open
  wg.Wait();
  EXPECT_EQ(map.Len(), 2u);
}

TEST(MapRaceTest, ReadersAndIterationsMayMeet) {
  constexpr int kGoroutines = 8;
  const auto map = MakeMap<int, int>({{1, 1}, {2, 2}});
  std::atomic<int> sum = 0;
  const auto read = [&] {
    for (const auto& [key, value] : map) {
      Gosched();
      sum.fetch_add(map.Get(key));
    }
  };
  WaitGroup wg;
  for (int i = 0; i < kGoroutines; ++i) wg.Go(read);
  std::thread foreign(read);
  wg.Wait();
  foreign.join();
  EXPECT_EQ(sum, 3 * (kGoroutines + 1));
}

TEST(MapRaceTest, ALockKeepsWritersApart) {
  constexpr int kGoroutines = 8;
  constexpr int kRounds = internal::kSanitized ? 200 : 3'000;
  const auto map = MakeMap<int, int>();
  RWMutex mutex;
  const auto work = [&] {
    for (int i = 0; i < kRounds; ++i) {
      {
        WriterLock lock(&mutex);
        map.Update(i % 10, [](int& count) { ++count; });
      }
      ReaderLock lock(&mutex);
      EXPECT_GT(map.Get(i % 10), 0);
    }
  };
  WaitGroup wg;
  for (int i = 0; i < kGoroutines; ++i) wg.Go(work);
  std::thread foreign(work);
  wg.Wait();
  foreign.join();
  int sum = 0;
  for (const auto& [key, value] : map) sum += value;
  EXPECT_EQ(sum, (kGoroutines + 1) * kRounds);
}

// Parks a goroutine in the middle of `use`, then does `other`.
template <class Use, class Other>
void Meet(Use use, Other other) {
  const auto inside = MakeChan<bool>();
  Go([=] {
    use([=] {
      inside.Send(true);
      Select();
    });
  });
  inside.Recv();
  other();
}

TEST(MapRaceTest, WhatMeetsAWriteIsFatal) {
  const auto map = MakeMap<int, int>({{1, 1}});
  const auto write = [=](auto stay) { map.Update(1, [=](int&) { stay(); }); };
  EXPECT_EXIT(Meet(write, [=] { map.Set(2, 2); }), ExitedWithCode(2),
              StartsWith("fatal error: concurrent map writes\n"));
  EXPECT_EXIT(Meet(write, [=] { map.Delete(1); }), ExitedWithCode(2),
              StartsWith("fatal error: concurrent map writes\n"));
  EXPECT_EXIT(Meet(write, [=] { map.Contains(1); }), ExitedWithCode(2),
              StartsWith("fatal error: concurrent map read and map write\n"));
  EXPECT_EXIT(
      Meet(write,
           [=] {
             for (const auto& element : map) map.Get(element.first);
           }),
      ExitedWithCode(2),
      StartsWith("fatal error: concurrent map iteration and map write\n"));
}

TEST(MapRaceTest, AWriteThatMeetsAnythingIsFatal) {
  const auto map = MakeMap<int, int>({{1, 1}});
  const auto iterate = [=](auto stay) {
    for (const auto& element : map) {
      map.Set(element.first, 2);  // its own may
      stay();
    }
  };
  EXPECT_EXIT(
      Meet(iterate, [=] { map.Set(2, 2); }), ExitedWithCode(2),
      StartsWith("fatal error: concurrent map iteration and map write\n"));
  const auto slow = SlowMap({{Key{1}, 1}});
  const auto read = [=](auto stay) {
    in_hash = stay;
    slow.Get(Key{1});
  };
  EXPECT_EXIT(Meet(read, [=] { slow.Clear(); }), ExitedWithCode(2),
              StartsWith("fatal error: concurrent map read and map write\n"));
}

TEST(MapRaceTest, AUseThatPanicsIsOver) {
  const auto map = SlowMap({{Key{1}, 1}});
  in_hash = [] { Panic("hash"); };
  EXPECT_EQ(PanicOf([&] { map.Get(Key{1}); }), "hash");
  EXPECT_EQ(PanicOf([&] { map.Set(Key{2}, 1); }), "hash");
  in_hash = nullptr;
  map.Set(Key{2}, 2);
  EXPECT_EQ(map.Get(Key{2}), 2);
}

}  // namespace
}  // namespace runtime
