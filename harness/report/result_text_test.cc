#include "harness/report/result_text.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <nlohmann/json.hpp>

#include "harness/process/process.h"

namespace harness {
namespace {

using testing::HasSubstr;

// Every byte, and what is UTF-8 but no XML.
std::string AnyBytes() {
  std::string bytes = "]]> \xEF\xBF\xBE \xEF\xBF\xBF \xED\xA0\x80 \xC3\xA9 ";
  for (int byte = 0; byte < 256; ++byte) bytes += static_cast<char>(byte);
  return bytes;
}

ResultRow Row(const std::string& name, Outcome outcome,
              const std::string& reason = "", const std::string& failure = "") {
  return {"f",     name,   "specs/f/x.json", {3, 7},
          outcome, reason, failure,          absl::Milliseconds(12)};
}

std::vector<ResultRow> Rows() {
  return {Row("Pass", Outcome::kPass),
          Row("Fail<&\"", Outcome::kFail, AnyBytes(), AnyBytes()),
          Row("Skip", Outcome::kSkip, "os is linux: w"),
          Row("Xfail", Outcome::kXfail, "#7: x"),
          Row("Unresolved", Outcome::kUnresolved, "no such file", "x")};
}

TEST(ResultTextTest, JunitIsXmlWhateverWasPrinted) {
  ProcessRequest request;
  request.program = "/usr/bin/xmllint";
  request.args = {"--noout", "-"};
  request.stdin_text = FormatJunit(Rows(), absl::Seconds(1));
  absl::StatusOr<ProcessResult> result = RunProcess(request);
  ASSERT_TRUE(result.ok()) << result.status()
                           << "; ci/setup.sh installs libxml2-utils";
  EXPECT_EQ(result->exit_code, 0) << result->output;
}

TEST(ResultTextTest, JunitCountsAndTellsApart) {
  const std::string text = FormatJunit(Rows(), absl::Seconds(1));
  EXPECT_THAT(text, HasSubstr("<testsuite name=\"f\" tests=\"5\" "
                              "failures=\"1\" errors=\"1\" skipped=\"2\""));
  EXPECT_THAT(text, HasSubstr("name=\"Fail&lt;&amp;&quot;\" "
                              "file=\"specs/f/x.json\" line=\"3\" "
                              "time=\"0.012\">"));
  EXPECT_THAT(text, HasSubstr("<skipped message=\"os is linux: w\"/>"));
  EXPECT_THAT(text, HasSubstr("<error message=\"no such file\" "
                              "type=\"UNRESOLVED\">x</error>"));
}

TEST(ResultTextTest, JsonIsReadBackWhateverWasPrinted) {
  std::vector<nlohmann::json> tests;
  for (const ResultRow& row : Rows()) {
    const std::string line = FormatJsonLine(row);
    EXPECT_EQ(line.find('\n'), line.size() - 1) << line;
    tests.push_back(nlohmann::json::parse(line));
  }
  ASSERT_EQ(tests.size(), 5u);
  EXPECT_EQ(tests[0]["outcome"], "PASS");
  EXPECT_FALSE(tests[0].contains("reason"));
  EXPECT_EQ(tests[1]["id"], "f/Fail<&\"");
  EXPECT_THAT(tests[1]["reason"].get<std::string>(), HasSubstr("\\x00\\x01"));
}

TEST(ResultTextTest, TheLastLineOfJsonCounts) {
  EXPECT_EQ(FormatJsonEnd(Rows(), absl::Seconds(1)),
            "{\"tests\":5,\"passed\":1,\"failed\":1,\"unresolved\":1,"
            "\"skipped\":2,\"wall_ms\":1000}\n");
}

TEST(ResultTextTest, AnAnnotationIsOneLine) {
  EXPECT_EQ(FormatAnnotation(Row("A,b", Outcome::kFail, "50 %\nmore: x")),
            "::error file=specs/f/x.json,line=3,col=7,title=FAIL f/A%2Cb::50 "
            "%25%0Amore: x\n");
}

TEST(ResultTextTest, ABrokenSpecIsAnnotatedAtItsPlace) {
  EXPECT_EQ(FormatErrorAnnotations(
                "a,b/x.json:12:7: error: unknown key \"50 %: error: \"\n"
                "a:1/y.json:3:1: error: no expectation\n"),
            "::error file=a%2Cb/x.json,line=12,col=7,title=broken spec::"
            "unknown key \"50 %25: error: \"\n"
            "::error file=a%3A1/y.json,line=3,col=1,title=broken spec::"
            "no expectation\n");
  EXPECT_EQ(FormatErrorAnnotations("subject \"p\": no such file\r"),
            "::error title=lastwords::subject \"p\": no such file\\x0d\n");
}

}  // namespace
}  // namespace harness
