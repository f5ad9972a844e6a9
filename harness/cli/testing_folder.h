// For the tests of the command: a folder of specs, and /bin/sh to be judged.

#ifndef LASTWORDS_HARNESS_CLI_TESTING_FOLDER_H_
#define LASTWORDS_HARNESS_CLI_TESTING_FOLDER_H_

#include <gtest/gtest.h>
#include <unistd.h>

#include <cstdlib>
#include <filesystem>
#include <fstream>
#include <string>
#include <vector>

#include "harness/process/process.h"

namespace harness {

// Gone when the test is.
class TestingFolder : public testing::Test {
 protected:
  TestingFolder() {
    std::string pattern =
        (std::filesystem::temp_directory_path() / "lastwords.XXXXXX").string();
    path_ = mkdtemp(pattern.data());
    std::filesystem::create_directory(path_ + "/f");
  }
  ~TestingFolder() override { std::filesystem::remove_all(path_); }

  void Write(const std::string& name, const std::string& text) {
    std::ofstream(path_ + "/f/" + name + ".json") << text;
  }

  // A spec of the shell script `script`, with further members.
  void WriteScript(const std::string& name, const std::string& script,
                   const std::string& members) {
    Write(name, R"({"subject": "sh", "name": ")" + name +
                    R"(", "args": ["-c", ")" + script + R"("], )" + members +
                    "}");
  }

  // Runs a program of ours there, with sh as subject.
  ProcessResult Run(const std::string& program, std::vector<std::string> args,
                    std::vector<std::string> env = {}) {
    ProcessRequest request;
    request.program = program;
    args.insert(args.end(), {"--subject", "sh=/bin/sh"});
    request.args = std::move(args);
    env.push_back("LASTWORDS_SPECS=" + path_ + "/f");
    env.push_back("PATH=/usr/bin:/bin");
    request.env = std::move(env);
    request.working_directory = path_;
    request.limits.time = absl::Seconds(60);
    absl::StatusOr<ProcessResult> result = RunProcess(request);
    EXPECT_TRUE(result.ok()) << result.status();
    return result.ok() ? *result : ProcessResult{};
  }

  std::string path_;
};

}  // namespace harness

#endif  // LASTWORDS_HARNESS_CLI_TESTING_FOLDER_H_
