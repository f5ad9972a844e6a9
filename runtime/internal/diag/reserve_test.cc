#include "runtime/internal/diag/reserve.h"

#include <gtest/gtest.h>
#include <string.h>

namespace runtime::internal {
namespace {

constexpr size_t kPage = 4096;

TEST(ReserveTest, GivesPagesAndTakesTheLastOnesBack) {
  SetReserveAside(size_t{1} << 20);
  auto* const first = static_cast<char*>(AllocateReserve(1));
  ASSERT_NE(first, nullptr);
  auto* const second = static_cast<char*>(AllocateReserve(kPage + 1));
  EXPECT_EQ(second, first + kPage);
  memset(first, 1, 3 * kPage);
  EXPECT_TRUE(GiveBackReserve(first, 1)) << "its own, though not the last";
  EXPECT_EQ(AllocateReserve(1), second + 2 * kPage);
  EXPECT_TRUE(GiveBackReserve(second + 2 * kPage, 1));
  EXPECT_TRUE(GiveBackReserve(second, kPage + 1));
  EXPECT_EQ(AllocateReserve(1), second);
  char other;
  EXPECT_FALSE(GiveBackReserve(&other, 1));
  EXPECT_EQ(AllocateReserve(size_t{1} << 40), nullptr);
}

}  // namespace
}  // namespace runtime::internal
