#include "runtime/internal/diag/arena.h"

#include <gtest/gtest.h>

#include <string>

namespace runtime::internal {
namespace {

char* Allocate(Arena& arena, size_t size) {
  return static_cast<char*>(arena.Allocate(size));
}

TEST(ArenaTest, BeginsWithItsReserve) {
  alignas(Arena::kAlignment) char reserve[64];
  Arena arena(reserve);
  EXPECT_EQ(arena.Allocate(40), reserve);
  EXPECT_EQ(arena.Allocate(1), reserve + 48);
  EXPECT_NE(arena.Allocate(1), reserve + 64);
}

TEST(ArenaTest, AlignsAndOverlapsNothing) {
  Arena arena;
  char* last = Allocate(arena, 1);
  for (size_t size = 1; size < 100; ++size) {
    char* const next = Allocate(arena, size);
    EXPECT_EQ(reinterpret_cast<uintptr_t>(next) % Arena::kAlignment, 0u);
    EXPECT_GE(next, last);
    last = next + size;
  }
}

TEST(ArenaTest, ExtendsTheLastBlockOnly) {
  Arena arena;
  char* const first = Allocate(arena, 20);
  EXPECT_TRUE(arena.Extend(first + 20, 100));
  char* const second = Allocate(arena, 8);
  EXPECT_GE(second, first + 120);
  EXPECT_FALSE(arena.Extend(first + 120, 8));
  EXPECT_FALSE(arena.Extend(first + 120, 1));
}

TEST(ArenaTest, DoesNotExtendBeyondItsRoom) {
  alignas(Arena::kAlignment) char reserve[64];
  Arena arena(reserve);
  const char* const block = Allocate(arena, 20);
  EXPECT_FALSE(arena.Extend(block + 20, 45));
  EXPECT_TRUE(arena.Extend(block + 20, 44));
}

TEST(ArenaTest, TakesTheLastBlockBackOnly) {
  Arena arena;
  const char* const first = Allocate(arena, 40);
  const char* const second = Allocate(arena, 40);
  arena.GiveBack(first, 40);
  EXPECT_GE(Allocate(arena, 8), second + 40);
  const char* const last = Allocate(arena, 40);
  arena.GiveBack(last + 10, 30);  // its end
  EXPECT_EQ(arena.Allocate(1), last + 16);
}

TEST(ArenaTest, MapsWhatIsLargerThanAChunk) {
  constexpr size_t kLarge = size_t{3} << 20;
  Arena arena;
  const std::string text(kLarge, 'x');
  EXPECT_EQ(arena.Keep(text), text);
}

}  // namespace
}  // namespace runtime::internal
