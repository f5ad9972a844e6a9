// `lastwords record` as its users meet it.

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "harness/cli/testing_folder.h"

namespace harness {
namespace {

using testing::HasSubstr;

class RecordCommandTest : public TestingFolder {
 protected:
  // A program that dies like one with a runtime, at another address each time.
  std::string WriteProgram() {
    std::string file = path_ + "/prog";
    std::ofstream(file) << "#!/bin/sh\n"
                           "printf 'panic: at 0x%x\\n\\n' $$\n"
                           "echo \"goroutine $$ [running]:\"\n"
                           "printf 'main.f()\\n\\t/src/m.go:3 +0x1\\n'\n"
                           "exit 2\n";
    std::filesystem::permissions(file, std::filesystem::perms::owner_all);
    return file;
  }

  static ProcessResult Record(std::vector<std::string> args) {
    ProcessRequest request;
    request.program = LASTWORDS;
    args.insert(args.begin(), "record");
    request.args = std::move(args);
    request.env = {"PATH=/usr/bin:/bin"};
    request.limits.time = absl::Seconds(60);
    absl::StatusOr<ProcessResult> result = RunProcess(request);
    EXPECT_TRUE(result.ok()) << result.status();
    return result.ok() ? *result : ProcessResult{};
  }

  static std::string Text(const std::string& file) {
    std::ifstream stream(file);
    return {std::istreambuf_iterator<char>(stream), {}};
  }
};

TEST_F(RecordCommandTest, WritesASpecThatPassesAtOnce) {
  const std::string program = WriteProgram();
  ProcessResult result = Record({"--", program, "-x"});
  EXPECT_EQ(result.exit_code, 0);
  EXPECT_EQ(result.output, R"json({
  "subject": "prog",
  "name": "prog",
  "args": ["-x"],
  "starts": "panic: at {addr}\n\n",
  "lines": ["goroutine {goid} [running]:"],
  "count": { "/^goroutine \\d+ \\[/": 1 }
}
)json");
  Write("recorded", result.output);
  ProcessResult judged =
      Run(LASTWORDS, {"run", "--repeat", "20", "--subject", "prog=" + program});
  EXPECT_EQ(judged.exit_code, 0) << judged.output;
}

TEST_F(RecordCommandTest, NeverOverwritesAFile) {
  const std::string file = path_ + "/f/new.json";
  ProcessResult first =
      Record({"--runs", "2", "-o", file, "--", "/bin/sh", "-c", "echo hello"});
  EXPECT_EQ(first.exit_code, 0);
  EXPECT_THAT(first.output, HasSubstr(": 2 runs agree with it; judge it by\n"));
  const std::string text = Text(file);
  EXPECT_EQ(text, R"json({
  "subject": "sh",
  "name": "sh",
  "args": ["-c", "echo hello"],
  "ends": "exit 0",
  "equals": "hello\n"
}
)json");
  ProcessResult second =
      Record({"--runs", "2", "-o", file, "--", "/bin/sh", "-c", "echo other"});
  EXPECT_EQ(second.exit_code, 2);
  EXPECT_EQ(second.output, "lastwords: error: " + file + ": File exists\n");
  EXPECT_EQ(Text(file), text);
}

TEST_F(RecordCommandTest, RunsThatEndOtherwiseAreStatusOne) {
  const std::string count = path_ + "/count";
  ProcessResult result =
      Record({"--runs", "4", "--jobs", "1", "--", "/bin/sh", "-c",
              "echo >>" + count + "; exit $(( $(wc -l <" + count + ") % 2 ))"});
  EXPECT_EQ(result.exit_code, 1);
  EXPECT_EQ(result.output,
            "lastwords: error: the runs did not end alike: exit 0 (2 of 4 "
            "runs), exit 1 (2 of 4 runs)\n");
}

TEST_F(RecordCommandTest, HalfASpecIsNotLeftBehind) {
  const std::string file = path_ + "/spec.json";
  const ProcessResult result =
      Run("/bin/sh", {"-c", "trap '' XFSZ; ulimit -f 0; exec \"$@\"", "sh",
                      LASTWORDS, "record", "--output", file, WriteProgram()});
  EXPECT_EQ(result.exit_code, 2);
  EXPECT_THAT(result.output, HasSubstr("File too large"));
  EXPECT_FALSE(std::filesystem::exists(file));
}

TEST_F(RecordCommandTest, WhatIsNotThereIsStatusTwo) {
  EXPECT_EQ(Record({"/no/such/program"}).exit_code, 2);
  EXPECT_EQ(Record({}).exit_code, 2);
}

}  // namespace
}  // namespace harness
