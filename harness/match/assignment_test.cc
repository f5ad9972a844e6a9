#include "harness/match/assignment.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <numeric>
#include <random>
#include <set>
#include <vector>

namespace harness {
namespace {

using Table = std::vector<std::vector<bool>>;  // wanted, offered

// How many are served when each is asked in its turn.
size_t Served(const Table& table, Assignment& assignment) {
  size_t served = 0;
  for (size_t wanted = 0; wanted < table.size(); ++wanted) {
    served += assignment.Give(wanted) ? 1 : 0;
  }
  return served;
}

size_t Served(const Table& table) {
  Assignment assignment(
      table.size(), table[0].size(),
      [&](size_t wanted, size_t offered) { return table[wanted][offered]; });
  const size_t served = Served(table, assignment);
  std::set<size_t> given;
  for (size_t wanted = 0; wanted < table.size(); ++wanted) {
    const size_t offered = assignment.Given(wanted);
    if (offered == Assignment::kNone) continue;
    EXPECT_TRUE(table[wanted][offered]);
    EXPECT_TRUE(given.insert(offered).second);
  }
  EXPECT_EQ(given.size(), served);
  return served;
}

// The most that any order of asking serves, when each takes the first it can.
size_t MostByTrying(const Table& table) {
  std::vector<size_t> order(table.size());
  std::iota(order.begin(), order.end(), 0);
  size_t most = 0;
  do {
    std::vector<bool> taken(table[0].size(), false);
    size_t served = 0;
    for (size_t wanted : order) {
      for (size_t offered = 0; offered < taken.size(); ++offered) {
        if (taken[offered] || !table[wanted][offered]) continue;
        taken[offered] = true;
        ++served;
        break;
      }
    }
    most = std::max(most, served);
  } while (std::next_permutation(order.begin(), order.end()));
  return most;
}

TEST(AssignmentTest, OneBeforeMovesToAnother) {
  EXPECT_EQ(Served({{true, true}, {true, false}}), 2u);
  EXPECT_EQ(
      Served({{true, true, false}, {true, false, false}, {true, true, true}}),
      3u);
}

TEST(AssignmentTest, WhatIsNotThereServesNobody) {
  EXPECT_EQ(Served({{true}, {true}}), 1u);
  EXPECT_EQ(Served({{false}, {true}}), 1u);
}

TEST(AssignmentTest, WhatIsWithheldIsNotGiven) {
  const Table table = {{true, true}, {true, false}};
  Assignment assignment(2, 2, [&](size_t wanted, size_t offered) {
    return table[wanted][offered];
  });
  assignment.Withhold(0);
  EXPECT_EQ(Served(table, assignment), 1u);
  EXPECT_EQ(assignment.Given(0), 1u);
}

TEST(AssignmentTest, ServesAsManyAsCanBe) {
  std::mt19937 random(1);
  for (int i = 0; i < 500; ++i) {
    Table table(1 + random() % 5);
    const size_t offered = 1 + random() % 5;
    for (std::vector<bool>& row : table) {
      for (size_t o = 0; o < offered; ++o) row.push_back(random() % 3 == 0);
    }
    ASSERT_EQ(Served(table), MostByTrying(table)) << "table " << i;
  }
}

}  // namespace
}  // namespace harness
