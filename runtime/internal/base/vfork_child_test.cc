#include "runtime/internal/base/vfork_child.h"

#include <gtest/gtest.h>
#include <sys/syscall.h>
#include <sys/wait.h>
#include <unistd.h>

#include "runtime/internal/base/sanitizer_build.h"

namespace runtime::internal {
namespace {

int StatusOf(pid_t child) {
  int status = 0;
  waitpid(child, &status, 0);
  return status;
}

TEST(VforkChildTest, TheProcessItselfIsNone) {
  NoteOwnProcess();
  EXPECT_FALSE(InVforkChild());
}

TEST(VforkChildTest, OneThatSharesMemoryIsOne) {
  if (kSanitized) GTEST_SKIP() << "a sanitizer makes a fork of vfork";
  NoteOwnProcess();
  const pid_t child = vfork();
  if (child == 0) _exit(InVforkChild() ? 7 : 1);
  EXPECT_EQ(WEXITSTATUS(StatusOf(child)), 7);
}

TEST(VforkChildTest, OneWithACopyIsNoneThoughNoHandlerOfForkRan) {
  NoteOwnProcess();
  const auto child = static_cast<pid_t>(syscall(SYS_fork));
  if (child == 0) _exit(InVforkChild() ? 1 : 7);
  EXPECT_EQ(WEXITSTATUS(StatusOf(child)), 7);
}

TEST(VforkChildTest, ItsEndIsALineAndStatus2) {
  EXPECT_EXIT(EndVforkChild("told"), testing::ExitedWithCode(2),
              "^fatal error: told \\(in a child of vfork\\)\n$");
}

}  // namespace
}  // namespace runtime::internal
