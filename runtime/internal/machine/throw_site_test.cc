#include "runtime/internal/machine/throw_site.h"

#include <gtest/gtest.h>

#include <memory>
#include <vector>

namespace runtime::internal {
namespace {

__attribute__((noinline)) void RecordHere(const _Unwind_Exception* exception) {
  RecordThrow(exception, /*skip=*/0);
  asm volatile("");
}

__attribute__((noinline)) void RecordDeeper(const _Unwind_Exception* exception,
                                            int depth) {
  if (depth == 0) {
    RecordHere(exception);
  } else {
    RecordDeeper(exception, depth - 1);
  }
  asm volatile("");
}

TEST(ThrowSiteTest, OneThatWasNotRecordedIsNotFound) {
  const _Unwind_Exception exception = {};
  ThrowSite site;
  EXPECT_FALSE(FindThrow(&exception, &site));
}

TEST(ThrowSiteTest, TheLatestRecordIsFound) {
  const _Unwind_Exception exception = {};
  ThrowSite shallow;
  ThrowSite deep;
  RecordHere(&exception);
  ASSERT_TRUE(FindThrow(&exception, &shallow));
  RecordDeeper(&exception, 3);
  ASSERT_TRUE(FindThrow(&exception, &deep));
  EXPECT_LT(deep.frames[0].sp, shallow.frames[0].sp);
  EXPECT_EQ(deep.frames[0].pc, shallow.frames[0].pc);
}

TEST(ThrowSiteTest, ManyMayForgetSomeButMixNone) {
  std::vector<std::unique_ptr<_Unwind_Exception>> exceptions;
  for (int i = 0; i < 1'000; ++i) {
    exceptions.push_back(std::make_unique<_Unwind_Exception>());
    RecordDeeper(exceptions.back().get(), i % 5);
  }
  int found = 0;
  for (size_t i = 0; i < exceptions.size(); ++i) {
    ThrowSite site;
    ThrowSite expected;
    if (!FindThrow(exceptions[i].get(), &site)) continue;
    ++found;
    const _Unwind_Exception probe = {};
    RecordDeeper(&probe, static_cast<int>(i % 5));
    ASSERT_TRUE(FindThrow(&probe, &expected));
    EXPECT_EQ(site.frames[i % 5].pc, expected.frames[i % 5].pc);
  }
  EXPECT_GT(found, 0);
}

TEST(ThrowSiteTest, ItsFramesGoBeforeThoseFurtherOut) {
  const _Unwind_Exception exception = {};
  StackTrace whole;
  StackTrace joined;
  UnwindHere(/*skip=*/0, &whole);
  RecordDeeper(&exception, 3);
  ThrowSite site;
  ASSERT_TRUE(FindThrow(&exception, &site));
  UnwindFromThrow(site, UINTPTR_MAX, &joined);
  EXPECT_EQ(joined.pc(0), site.frames[0].pc);
  constexpr uint64_t kRecorders = 5;
  EXPECT_EQ(joined.total(), whole.total() + kRecorders);
  EXPECT_EQ(joined.pc(joined.size() - 1), whole.pc(whole.size() - 1));
}

}  // namespace
}  // namespace runtime::internal
