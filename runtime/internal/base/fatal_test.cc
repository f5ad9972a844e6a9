#include "runtime/internal/base/fatal.h"

#include <errno.h>
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "runtime/internal/base/check.h"

namespace runtime::internal {
namespace {

using testing::ExitedWithCode;
using testing::HasSubstr;
using testing::StartsWith;

class FatalTest : public testing::Test {
 protected:
  FatalTest() { GTEST_FLAG_SET(death_test_style, "threadsafe"); }
};

TEST_F(FatalTest, FatalSaysItsMessageAndExitsWith2) {
  EXPECT_EXIT(Fatal("the end"), ExitedWithCode(2),
              StartsWith("fatal error: the end\n"));
}

TEST_F(FatalTest, ThrowSaysItsMessageAndExitsWith2) {
  EXPECT_EXIT(Throw("my own fault"), ExitedWithCode(2),
              StartsWith("fatal error: my own fault\n"));
}

TEST_F(FatalTest, ThrowErrnoSaysTheNumberFirst) {
  EXPECT_EXIT(ThrowErrno("no thread", EAGAIN), ExitedWithCode(2),
              StartsWith("runtime: no thread (errno=11)\n"));
  EXPECT_EXIT(ThrowErrno("no thread", EAGAIN), ExitedWithCode(2),
              HasSubstr("fatal error: no thread\n"));
}

TEST_F(FatalTest, ACheckThatHoldsDoesNothingAndABrokenOneThrows) {
  int evaluated = 0;
  RUNTIME_CHECK(++evaluated == 1);
  EXPECT_EQ(evaluated, 1);
  EXPECT_EXIT(RUNTIME_CHECK(evaluated == 2), ExitedWithCode(2),
              StartsWith("fatal error: check failed: evaluated == 2\n"));
}

}  // namespace
}  // namespace runtime::internal
