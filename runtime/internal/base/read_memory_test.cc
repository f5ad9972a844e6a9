#include "runtime/internal/base/read_memory.h"

#include <gtest/gtest.h>
#include <sys/mman.h>

#include <cstdint>
#include <new>

namespace runtime::internal {
namespace {

constexpr size_t kPageBytes = 4096;

TEST(ReadMemoryTest, CopiesWhatIsThere) {
  const int64_t there = 93;
  int64_t copy = 0;
  ASSERT_TRUE(ReadMemory(&there, &copy));
  EXPECT_EQ(copy, 93);
}

TEST(ReadMemoryTest, SaysNoToWhatIsNotThere) {
  int64_t copy = 0;
  EXPECT_FALSE(ReadMemory(nullptr, &copy));
  EXPECT_FALSE(ReadMemory(reinterpret_cast<const void*>(uintptr_t{8}), &copy));
}

TEST(ReadMemoryTest, SaysNoToWhatIsOnlyHalfThere) {
  void* const pages = mmap(nullptr, 2 * kPageBytes, PROT_READ | PROT_WRITE,
                           MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
  ASSERT_NE(pages, MAP_FAILED);
  char* const second = static_cast<char*>(pages) + kPageBytes;
  ASSERT_EQ(mprotect(second, kPageBytes, PROT_NONE), 0);
  int64_t copy = 0;
  EXPECT_TRUE(ReadMemory(second - sizeof(copy), &copy));
  EXPECT_FALSE(ReadMemory(second - sizeof(copy) / 2, &copy));
  munmap(pages, 2 * kPageBytes);
}

}  // namespace
}  // namespace runtime::internal
