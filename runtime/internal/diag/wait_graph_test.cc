// Graph in, cycles out. No goroutines.
#include "runtime/internal/diag/wait_graph.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <random>
#include <set>
#include <utility>
#include <vector>

namespace runtime::internal {
namespace {

using testing::ElementsAre;
using testing::IsEmpty;

using Edges = std::vector<std::pair<uint64_t, uint64_t>>;  // waiter, holder

std::vector<Wait> WaitsOf(const Edges& edges) {
  std::vector<Wait> waits;
  for (const auto& [waiter, holder] : edges) {
    waits.push_back({.waiter = waiter, .holder = holder});
  }
  return waits;
}

// The waiters of each cycle, along its edges.
std::vector<std::vector<uint64_t>> CyclesOf(const Edges& edges) {
  std::vector<Wait> waits = WaitsOf(edges);
  FindCycles(waits);
  std::vector<std::vector<uint64_t>> cycles;
  for (size_t first = 0; first < waits.size(); ++first) {
    if (waits[first].cycle != first + 1) continue;
    std::vector<uint64_t> cycle;
    size_t i = first;
    do {
      EXPECT_EQ(waits[i].cycle, first + 1);
      cycle.push_back(waits[i].waiter);
      i = waits[i].next;
    } while (i != first);
    cycles.push_back(cycle);
  }
  return cycles;
}

TEST(WaitGraphTest, NobodyWaits) { EXPECT_THAT(CyclesOf({}), IsEmpty()); }

TEST(WaitGraphTest, AWaitForNoLockIsNoCycle) {
  EXPECT_THAT(CyclesOf({{1, 0}, {2, 0}}), IsEmpty());
}

TEST(WaitGraphTest, AHolderThatDoesNotWaitEndsTheWalk) {
  EXPECT_THAT(CyclesOf({{1, 2}, {2, 3}, {3, 9}}), IsEmpty());
}

TEST(WaitGraphTest, TwoInOppositeOrder) {
  EXPECT_THAT(CyclesOf({{1, 2}, {2, 1}}), ElementsAre(ElementsAre(1, 2)));
}

TEST(WaitGraphTest, OneByItself) {
  EXPECT_THAT(CyclesOf({{7, 7}, {8, 7}}), ElementsAre(ElementsAre(7)));
}

TEST(WaitGraphTest, BeginsWithItsLowestAndGoesAlongTheEdges) {
  EXPECT_THAT(CyclesOf({{5, 3}, {3, 9}, {9, 5}}),
              ElementsAre(ElementsAre(3, 9, 5)));
}

TEST(WaitGraphTest, WhatHangsOffACycleIsNotOfIt) {
  EXPECT_THAT(CyclesOf({{1, 2}, {2, 4}, {3, 1}, {4, 2}, {5, 3}}),
              ElementsAre(ElementsAre(2, 4)));
}

TEST(WaitGraphTest, SeveralCycles) {
  EXPECT_THAT(
      CyclesOf({{1, 6}, {2, 5}, {3, 3}, {4, 0}, {5, 2}, {6, 1}}),
      ElementsAre(ElementsAre(1, 6), ElementsAre(2, 5), ElementsAre(3)));
}

TEST(WaitGraphTest, KeysOfThreadsAreOrdinaryNodes) {
  const uint64_t thread = kThreadKey | 1234;
  EXPECT_THAT(CyclesOf({{thread, 1}, {1, thread}}),
              ElementsAre(ElementsAre(1, thread)));
}

TEST(WaitGraphTest, ALongCycleWithALongTailIsLinear) {
  constexpr uint64_t kCount = 200'000;
  Edges edges;
  for (uint64_t i = 1; i < kCount; ++i) edges.emplace_back(i, i + 1);
  edges.emplace_back(kCount, kCount / 2);
  const auto cycles = CyclesOf(edges);
  ASSERT_EQ(cycles.size(), 1u);
  EXPECT_EQ(cycles[0].size(), kCount / 2 + 1);
  EXPECT_EQ(cycles[0].front(), kCount / 2);
}

// Who comes back to itself when it follows its edges as often as there are
// nodes: slow, and plainly right.
std::set<uint64_t> ComesBack(const Edges& edges) {
  std::set<uint64_t> members;
  for (const auto& [start, unused] : edges) {
    uint64_t at = start;
    for (size_t steps = 0; steps < edges.size(); ++steps) {
      const uint64_t from = at;
      at = 0;
      for (const auto& [waiter, holder] : edges) {
        if (waiter == from) at = holder;
      }
      if (at == start) members.insert(start);
    }
  }
  return members;
}

TEST(WaitGraphTest, RandomGraphsAgreeWithTheSlowWay) {
  std::mt19937 random(93);
  for (int round = 0; round < 500; ++round) {
    const uint64_t count = 1 + random() % 12;
    Edges edges;
    for (uint64_t waiter = 1; waiter <= count; ++waiter) {
      edges.emplace_back(waiter, random() % (count + 2));
    }
    std::set<uint64_t> found;
    for (const auto& cycle : CyclesOf(edges)) {
      found.insert(cycle.begin(), cycle.end());
    }
    EXPECT_EQ(found, ComesBack(edges)) << "round " << round;
  }
}

TEST(WaitGraphTest, FindsAWaitByItsWaiter) {
  std::vector<Wait> waits = WaitsOf({{9, 0}, {2, 0}, {4, 0}});
  FindCycles(waits);
  EXPECT_EQ(FindWait(waits, 2), 0u);
  EXPECT_EQ(FindWait(waits, 9), 2u);
  EXPECT_EQ(FindWait(waits, 3), Wait::kNowhere);
  EXPECT_EQ(FindWait({}, 3), Wait::kNowhere);
}

}  // namespace
}  // namespace runtime::internal
