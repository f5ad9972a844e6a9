// Ctrl-C as the users of the command meet it. The signal comes from a subject,
// which knows when it runs; $$PPID is the command.

#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <signal.h>

#include <algorithm>
#include <filesystem>
#include <fstream>
#include <iterator>
#include <string>
#include <vector>

#include "harness/cli/testing_folder.h"
#include "harness/process/testing/survivors.h"

namespace harness {
namespace {

using testing::AllOf;
using testing::EndsWith;
using testing::HasSubstr;
using testing::Not;
using testing::StartsWith;

constexpr char kHang[] = "setsid sleep 60 & sleep 60";

class InterruptTest : public TestingFolder {
 protected:
  ProcessResult Lastwords(const std::string& command,
                          std::vector<std::string> args) {
    args.insert(args.begin(), {command, "--output-dir", path_ + "/kept",
                               "--jobs", "1", "--env", mark_});
    return Run(LASTWORDS, std::move(args));
  }

  const std::string mark_ = "INTERRUPT_MARK=" + std::to_string(getpid()) + ".";
};

TEST_F(InterruptTest, RunSaysWhatIsKnownAndLeavesNobody) {
  WriteScript("A", "exit 3", R"("ends": "exit 2")");
  WriteScript("B", std::string("kill -INT $$PPID; ") + kHang,
              R"("ends": "exit 2")");
  WriteScript("C", "exit 2", R"("ends": "exit 2")");
  const ProcessResult result = Lastwords("run", {"--junit", path_ + "/j.xml"});
  EXPECT_EQ(result.exit_code, 130);
  EXPECT_THAT(result.output,
              AllOf(HasSubstr("FAIL f/A\n"), HasSubstr("1 failed in "),
                    HasSubstr("\nf/B: 0 of 1 runs passed\n"),
                    Not(HasSubstr("FAIL f/B")),
                    EndsWith("lastwords: interrupted by SIGINT\n")));
  EXPECT_TRUE(std::filesystem::exists(path_ + "/j.xml"));
  EXPECT_EQ(Survivors(mark_), 0);
}

TEST_F(InterruptTest, WhoIsKilledHasToldWhatItKnew) {
  WriteScript("A", "exit 3", R"("ends": "exit 2")");
  WriteScript("B",
              "until [ -s " + path_ +
                  "/j.json ]; do :; done; kill -KILL $$PPID; exec sleep 60",
              R"("ends": "exit 2")");
  const ProcessResult result = Lastwords("run", {"--json", path_ + "/j.json"});
  EXPECT_EQ(result.signal, SIGKILL);
  std::ifstream json(path_ + "/j.json");
  const std::string lines{std::istreambuf_iterator<char>(json), {}};
  EXPECT_THAT(lines, StartsWith("{\"id\":\"f/A\",\"outcome\":\"FAIL\","));
  EXPECT_EQ(std::count(lines.begin(), lines.end(), '\n'), 1);
}

TEST_F(InterruptTest, StressCountsTheRunsThatWereThrough) {
  const std::string count = path_ + "/count";
  WriteScript("A",
              "echo >>" + count + "; [ $(wc -l <" + count + ") = 5 ] || " +
                  "exit 2; kill -TERM $$PPID; " + kHang,
              R"("ends": "exit 2")");
  const ProcessResult result = Lastwords("stress", {});
  EXPECT_EQ(result.exit_code, 143);
  EXPECT_THAT(result.output,
              AllOf(StartsWith("f/A: 0 of 4 runs failed: 0 %\n"),
                    HasSubstr("\n4 runs in "),
                    EndsWith("lastwords: interrupted by SIGTERM\n")));
  EXPECT_EQ(Survivors(mark_), 0);
}

TEST_F(InterruptTest, RecordMakesNoFile) {
  const std::string script = path_ + "/program";
  std::ofstream(script) << "#!/bin/sh\nexport " << mark_
                        << "\nkill -INT $PPID\n"
                        << kHang << "\n";
  std::filesystem::permissions(script, std::filesystem::perms::owner_all);
  const ProcessResult result =
      Run(LASTWORDS, {"record", "--output", path_ + "/spec.json", script});
  EXPECT_EQ(result.exit_code, 130);
  EXPECT_EQ(result.output, "lastwords: interrupted by SIGINT\n");
  EXPECT_FALSE(std::filesystem::exists(path_ + "/spec.json"));
  EXPECT_EQ(Survivors(mark_), 0);
}

TEST_F(InterruptTest, MutateCountsTheSpecsThatWereThrough) {
  WriteScript("A", "exit 2", R"("ends": "exit 2")");
  WriteScript("B",
              std::string("export ") + mark_ + "; kill -INT $$PPID; " + kHang,
              R"("ends": "exit 2")");
  WriteScript("C", "exit 2", R"("ends": "exit 2")");
  const ProcessResult result = Run(LASTWORDS, {"mutate", "--jobs", "1"});
  EXPECT_EQ(result.exit_code, 130);
  EXPECT_THAT(result.output,
              AllOf(StartsWith("1 of 3 specs, "),
                    EndsWith("lastwords: interrupted by SIGINT\n")));
  EXPECT_EQ(Survivors(mark_), 0);
}

TEST_F(InterruptTest, SigquitLeavesNobodyEither) {
  WriteScript("A", std::string("kill -QUIT $$PPID; ") + kHang,
              R"("ends": "exit 2")");
  const ProcessResult result = Lastwords("run", {});
  EXPECT_EQ(result.exit_code, 131);
  EXPECT_THAT(result.output, EndsWith("lastwords: interrupted by SIGQUIT\n"));
  EXPECT_EQ(Survivors(mark_), 0);
}

TEST_F(InterruptTest, WhileSubjectsAreAsked) {
  const std::string script = path_ + "/program";
  std::ofstream(script) << "#!/bin/sh\nexport " << mark_
                        << "\nkill -TERM $PPID\n"
                        << kHang << "\n";
  std::filesystem::permissions(script, std::filesystem::perms::owner_all);
  Write("a", R"({"subject": "p", "args": [], "ends": "exit 2"})");
  std::filesystem::create_directory(path_ + "/tmp");
  const ProcessResult result =
      Run("/usr/bin/env", {"TMPDIR=" + path_ + "/tmp", LASTWORDS, "list",
                           "--subject", "p=" + script});
  EXPECT_EQ(result.exit_code, 143);
  EXPECT_EQ(result.output, "lastwords: interrupted by SIGTERM\n");
  EXPECT_EQ(Survivors(mark_), 0);
  EXPECT_TRUE(std::filesystem::is_empty(path_ + "/tmp"));
}

TEST_F(InterruptTest, WhereNobodyReadsAnyMore) {
  WriteScript("A", "exit 3", R"("ends": "exit 2")");
  WriteScript("B", kHang, R"("ends": "exit 2")");
  const ProcessResult result =
      Run("/bin/bash",
          {"-c",
           "exec 3> >(exit); wait $!; \"$0\" run --jobs 1 --output-dir kept "
           "--env " +
               mark_ + " \"$@\" >&3; echo $?",
           LASTWORDS});
  EXPECT_EQ(result.output,
            "lastwords: interrupted: standard output is closed\n141\n");
  EXPECT_LT(result.wall, absl::Seconds(8)) << "B ran to its limit";
  EXPECT_EQ(Survivors(mark_), 0);
}

// As under nohup, and in the background of a script.
TEST_F(InterruptTest, AnIgnoredSignalIsNone) {
  WriteScript("A", "kill -INT $$PPID; exit 2", R"("ends": "exit 2")");
  ProcessResult result =
      Run("/bin/sh", {"-c", "trap '' INT; exec \"$0\" \"$@\"", LASTWORDS, "run",
                      "--output-dir", path_ + "/kept"});
  EXPECT_EQ(result.exit_code, 0) << result.output;
}

}  // namespace
}  // namespace harness
