#include "harness/report/proportion.h"

#include <gtest/gtest.h>

#include <cmath>
#include <random>

namespace harness {
namespace {

TEST(Interval95, IsTheOneOfTheTables) {
  const Interval twelve = Interval95(12, 1000);
  EXPECT_NEAR(twelve.low, 0.0062155, 1e-6);
  EXPECT_NEAR(twelve.high, 0.0208677, 1e-6);
  const Interval half = Interval95(5, 10);
  EXPECT_NEAR(half.low, 0.187086, 1e-6);
  EXPECT_NEAR(half.high, 0.812914, 1e-6);
}

TEST(Interval95, HoldsItsEndsWhereNothingOrAllFailed) {
  const Interval none = Interval95(0, 1000);
  EXPECT_EQ(none.low, 0);
  EXPECT_NEAR(none.high, 1 - std::pow(0.025, 1.0 / 1000), 1e-9);
  const Interval all = Interval95(1, 1);
  EXPECT_NEAR(all.low, 0.025, 1e-9);
  EXPECT_EQ(all.high, 1);
}

// The probability that a series of `runs` gives an interval with `rate` in it,
// summed over everything that can happen.
double Coverage(std::int64_t runs, double rate) {
  double covered = 0;
  const auto n = static_cast<double>(runs);
  for (std::int64_t k = 0; k <= runs; ++k) {
    const auto failures = static_cast<double>(k);
    const double probability =
        std::exp(std::lgamma(n + 1) - std::lgamma(failures + 1) -
                 std::lgamma(n - failures + 1) + failures * std::log(rate) +
                 (n - failures) * std::log1p(-rate));
    if (probability < 1e-15) continue;
    const Interval interval = Interval95(k, runs);
    if (interval.low <= rate && rate <= interval.high) covered += probability;
  }
  return covered;
}

TEST(Interval95, CoversTheTruthInAtLeast95Of100Series) {
  for (const double rate : {0.0005, 0.01, 0.0173, 0.2, 0.5}) {
    for (const std::int64_t runs : {20, 150, 1000}) {
      EXPECT_GE(Coverage(runs, rate), 0.95) << rate << " in " << runs;
    }
  }
}

TEST(Interval95, HoldsASeededFlakeOfOnePercent) {
  std::mt19937_64 random(20260101);
  int held = 0;
  for (int series = 0; series < 100; ++series) {
    std::int64_t failures = 0;
    for (int run = 0; run < 1000; ++run) {
      if (random() % 100 == 0) ++failures;
    }
    const Interval interval = Interval95(failures, 1000);
    if (interval.low <= 0.01 && 0.01 <= interval.high) ++held;
  }
  EXPECT_GE(held, 93);
}

TEST(RunsToSee, IsWhatOneMinusTheConfidenceSays) {
  EXPECT_EQ(RunsToSee(0.0005), 5990);
  EXPECT_EQ(RunsToSee(0.01), 299);
  EXPECT_EQ(RunsToSee(0.5), 5);
  EXPECT_EQ(RunsToSee(1), 1);
  EXPECT_EQ(RunsToSee(0), std::nullopt);
}

TEST(FormatPercent, HasThreeDigitsThatCount) {
  EXPECT_EQ(FormatPercent(0.012345), "1.23 %");
  EXPECT_EQ(FormatPercent(0.00036821), "0.0368 %");
  EXPECT_EQ(FormatPercent(1), "100 %");
  EXPECT_EQ(FormatPercent(0), "0 %");
}

}  // namespace
}  // namespace harness
