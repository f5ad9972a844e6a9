#include "harness/report/rerun.h"

#include <gtest/gtest.h>

#include <array>
#include <cstdio>

namespace harness {
namespace {

// What a bare shell prints for `command`: the proof of the quoting.
std::string Shell(const std::string& command) {
  std::string line = "exec /bin/bash 2>&1 <<'END'\n" + command + "\nEND\n";
  FILE* pipe = popen(line.c_str(), "r");
  std::string output;
  std::array<char, 4096> buffer;
  while (size_t size = fread(buffer.data(), 1, buffer.size(), pipe)) {
    output.append(buffer.data(), size);
  }
  pclose(pipe);
  return output;
}

ProcessRequest Print(std::vector<std::string> args) {
  ProcessRequest request;
  request.program = "/usr/bin/printf";
  request.args = std::move(args);
  return request;
}

TEST(RerunTest, LeavesPlainWordsReadable) {
  EXPECT_EQ(ShellQuote("GOMAXPROCS=1"), "GOMAXPROCS=1");
  EXPECT_EQ(ShellQuote("a b"), "'a b'");
  EXPECT_EQ(ShellQuote(""), "''");
  EXPECT_EQ(ShellQuote("it's"), "'it'\\''s'");
  EXPECT_EQ(ShellQuote("it's\n\t\\\x1b[1m"), "$'it\\'s\\n\\t\\\\\\033[1m'");
}

TEST(RerunTest, AShellGivesTheVeryArguments) {
  std::string evil = "it's \"$HOME\" `id` \\ * ;|&\n!";
  EXPECT_EQ(Shell(RerunCommand(Print({"%s|", "a", "", evil}))),
            "a||" + evil + "|");
}

TEST(RerunTest, AShellGivesTheVeryEnvironmentAndNothingElse) {
  ProcessRequest request;
  request.program = "/usr/bin/env";
  request.env = {"A=b c", "B=$x'y"};
  EXPECT_EQ(Shell(RerunCommand(request)), "A=b c\nB=$x'y\n");
}

TEST(RerunTest, AShellGivesTheVeryInput) {
  ProcessRequest request;
  request.program = "/bin/cat";
  EXPECT_EQ(Shell(RerunCommand(request)), "");
  request.stdin_text = std::string("a'b\\n\0\xFF%s\n12", 12);
  EXPECT_EQ(Shell(RerunCommand(request)), request.stdin_text);
}

TEST(RerunTest, RunsInAnEmptyDirectoryAndStaysWhereItWas) {
  ProcessRequest request;
  request.program = "/bin/ls";
  EXPECT_EQ(Shell("cd /usr && " + RerunCommand(request) + " && pwd"), "/usr\n");
}

TEST(RerunTest, KeepsTheLimits) {
  ProcessRequest request = Print({"x"});
  request.limits.file_size_bytes = 4096;
  request.limits.core_bytes = 8192;
  EXPECT_EQ(RerunCommand(request),
            "(cd \"$(mktemp -d)\" && prlimit --fsize=4096 --core=8192 env -i "
            "/usr/bin/printf x </dev/null)");
  EXPECT_EQ(GdbCommand(request),
            "(cd \"$(mktemp -d)\" && gdb -q -ex 'set exec-wrapper prlimit "
            "--fsize=4096 --core=8192 env -i' -ex 'catch syscall exit_group' "
            "-ex 'run x </dev/null' -ex bt /usr/bin/printf)");
  EXPECT_EQ(Shell(RerunCommand(request)), "x");
}

TEST(RerunTest, GdbGetsTheEnvironmentThroughAWrapper) {
  ProcessRequest request = Print({"a b"});
  request.env = {"A=b c"};
  EXPECT_EQ(GdbCommand(request),
            "(cd \"$(mktemp -d)\" && gdb -q -ex 'set exec-wrapper env -i "
            "'\\''A=b c'\\''' -ex 'catch syscall exit_group' -ex 'run "
            "'\\''a b'\\'' </dev/null' -ex bt /usr/bin/printf)");
}

}  // namespace
}  // namespace harness
