#include "runtime/internal/base/choose.h"

#include <gtest/gtest.h>

#include <map>
#include <thread>
#include <vector>

namespace runtime::internal {
namespace {

class Recorder final : public ChoiceStrategy {
 public:
  Recorder() { choice_strategy.store(this); }
  ~Recorder() override { choice_strategy.store(nullptr); }

  uint32_t Choose(ChoiceKind kind, uint32_t candidates) override {
    kinds.push_back(kind);
    return candidates - 1;
  }

  std::vector<ChoiceKind> kinds;
};

TEST(ChooseTest, AStrategyTakesOverAndIsToldTheKind) {
  Recorder recorder;
  for (uint32_t candidates = 1; candidates < 100; ++candidates) {
    EXPECT_EQ(Choose(ChoiceKind::kStealVictim, candidates), candidates - 1);
  }
  EXPECT_EQ(Choose(ChoiceKind::kSelectCase, 3), 2u);
  ASSERT_EQ(recorder.kinds.size(), 100u);
  EXPECT_EQ(recorder.kinds.front(), ChoiceKind::kStealVictim);
  EXPECT_EQ(recorder.kinds.back(), ChoiceKind::kSelectCase);
}

TEST(ChooseTest, IsBelowTheNumberOfCandidates) {
  for (const uint32_t candidates : {1u, 2u, 3u, 7u, 1024u, 0xFFFFFFFFu}) {
    for (int i = 0; i < 1'000; ++i) {
      ASSERT_LT(Choose(ChoiceKind::kSelectCase, candidates), candidates);
    }
  }
}

TEST(ChooseTest, EveryCandidateIsChosenAboutAsOften) {
  constexpr uint32_t kCandidates = 7;
  constexpr int kRounds = 70'000;
  std::map<uint32_t, int> counts;
  for (int i = 0; i < kRounds; ++i) {
    ++counts[Choose(ChoiceKind::kSelectCase, kCandidates)];
  }
  ASSERT_EQ(counts.size(), kCandidates);
  for (const auto& [candidate, count] : counts) {
    EXPECT_NEAR(count, 10'000, 1'000) << candidate;
  }
}

TEST(ChooseTest, ThreadsDiffer) {
  std::vector<uint32_t> here;
  std::vector<uint32_t> there;
  const auto draw = [](std::vector<uint32_t>* into) {
    for (int i = 0; i < 8; ++i) into->push_back(CheapRandom());
  };
  std::thread other(draw, &there);
  draw(&here);
  other.join();
  EXPECT_NE(here, there);
}

}  // namespace
}  // namespace runtime::internal
