#include "harness/process/proc_files.h"

#include <gtest/gtest.h>
#include <sys/wait.h>
#include <unistd.h>

#include <algorithm>

namespace harness {
namespace {

constexpr char kAfterName[] =
    " S 7 8 9 0 -1 4194308 103 0 0 0 1 2 3 4 20 0 5 0 159285 31334 4";

TEST(ProcFiles, ReadsAStatWhateverTheName) {
  for (const char* name : {"a", "", "a b", "x) R 1 1 1", "((", "new\nline"}) {
    const std::optional<ProcStat> stat =
        ParseProcStat("42 (" + std::string(name) + ")" + kAfterName);
    ASSERT_TRUE(stat.has_value()) << name;
    EXPECT_EQ(stat->name, name);
    EXPECT_EQ(stat->state, 'S');
    EXPECT_EQ(stat->parent, 7);
    EXPECT_EQ(stat->group, 8);
    EXPECT_EQ(stat->session, 9);
    EXPECT_EQ(stat->flags, 4194308u);
    EXPECT_EQ(stat->threads, 5);
  }
}

TEST(ProcFiles, RefusesRubbish) {
  for (const char* text : {"", "42", "42 (a", "42 (a) S 7", ")(", "(("}) {
    EXPECT_FALSE(ParseProcStat(text).has_value()) << text;
  }
}

TEST(ProcFiles, KnowsItself) {
  const std::optional<ProcStat> stat = ReadProcStat(getpid());
  ASSERT_TRUE(stat.has_value());
  EXPECT_EQ(stat->parent, getppid());
  EXPECT_EQ(stat->group, getpgrp());
  EXPECT_EQ(stat->session, getsid(0));
  EXPECT_NE(ReadCommandLine(getpid()).find("process_test"), std::string::npos);
  const std::vector<pid_t> all = AllProcesses();
  EXPECT_NE(std::find(all.begin(), all.end(), getpid()), all.end());
}

TEST(ProcFiles, LastPidIsNotBeforeANewChild) {
  const pid_t before = LastPid();
  const pid_t child = fork();
  if (child == 0) _exit(0);
  const pid_t after = LastPid();
  waitpid(child, nullptr, 0);
  if (before > child || after < child) GTEST_SKIP() << "ids came round";
  EXPECT_GT(child, before);
  EXPECT_GE(after, child);
}

}  // namespace
}  // namespace harness
