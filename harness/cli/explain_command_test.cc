// `lastwords explain` as its users meet it.

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "harness/cli/testing_folder.h"

namespace harness {
namespace {

using testing::HasSubstr;
using testing::StartsWith;

class ExplainCommandTest : public TestingFolder {
 protected:
  static ProcessResult Explain(const std::string& input,
                               const std::string& file = "-") {
    ProcessRequest request;
    request.program = LASTWORDS;
    request.args = {"explain", file};
    request.env = {"TERM=xterm"};
    request.stdin_text = input;
    request.limits.time = absl::Seconds(60);
    absl::StatusOr<ProcessResult> result = RunProcess(request);
    EXPECT_TRUE(result.ok()) << result.status();
    return result.ok() ? *result : ProcessResult{};
  }
};

TEST_F(ExplainCommandTest, ReadsWhatIsPipedIn) {
  ProcessResult result = Explain(
      "panic: x\n\ngoroutine 1 [running]:\nmain.f()\n\t/no/m.go:3 +0x1\n");
  EXPECT_EQ(result.exit_code, 0);
  EXPECT_EQ(result.output, R"(panic: x
  A panic, and nobody recovered it.
  at main.f, /no/m.go:3
  1 goroutine

goroutine 1 [running] crashed
  > main.f  /no/m.go:3
)");
}

TEST_F(ExplainCommandTest, RubbishIsStatusTwoAndSaysWhatWouldBeAReport) {
  ProcessResult result = Explain("garbage\n");
  EXPECT_EQ(result.exit_code, 2);
  EXPECT_EQ(result.output,
            "lastwords: error: standard input: no crash report in it; one "
            "begins with a line \"panic: ...\", \"fatal error: ...\", "
            "\"SIG...: ...\" or \"goroutine N [...]:\"\n");
}

TEST_F(ExplainCommandTest, AFileThatCanNotBeReadIsStatusTwo) {
  ProcessResult result = Explain("", "/no/such/file");
  EXPECT_EQ(result.exit_code, 2);
  EXPECT_EQ(result.output,
            "lastwords: error: /no/such/file: No such file or directory\n");
  EXPECT_THAT(Explain("", "/tmp").output, StartsWith("lastwords: error: /tmp"));
}

TEST_F(ExplainCommandTest, ShowsTheLineOfSource) {
  const std::string file = path_ + "/m.go";
  std::ofstream(file) << "func f() {\n\tpanic(1)\n}\n";
  ProcessResult result = Explain(
      "panic: x\n\ngoroutine 1 [running]:\nmain.f()\n\t" + file + ":2 +0x1\n");
  EXPECT_THAT(result.output, HasSubstr("\n  2 | \tpanic(1)\n"));
}

}  // namespace
}  // namespace harness
