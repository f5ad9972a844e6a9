#include "harness/report/spec_proposal.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace harness {
namespace {

ProcessResult Exit(int code, std::string output) {
  ProcessResult result;
  result.exit_code = code;
  result.output = std::move(output);
  return result;
}

Subject App() { return MakeSubject("t", "/bin/t", {{"pkg", "app"}}); }

std::string Proposed(const std::vector<ProcessResult>& results) {
  const absl::StatusOr<std::string> spec = ProposeSpec(
      {{"subject", "\"t\""}, {"scenario", "\"A\""}}, App(), results);
  return spec.ok() ? *spec : std::string(spec.status().message());
}

std::string Report(int id, const std::string& address) {
  return "panic: (app.T) " + address + "\n\ngoroutine " + std::to_string(id) +
         " [running]:\npanic(...)\n\t/r/panic.h:9\napp.A.func1(" + address +
         ")\n\t/src/a.cc:3 +0x1\ncreated by app.A in goroutine 1\n"
         "\t/src/a.cc:9 +0x1\n";
}

TEST(SpecProposal, OfACrash) {
  EXPECT_EQ(Proposed({Exit(2, Report(7, "0xc01")), Exit(2, Report(8, "0xf"))}),
            R"json({
  "subject": "t",
  "scenario": "A",
  "starts": "panic: ($pkg.T) {addr}\n\n",
  "lines": [
    "goroutine {goid} [running]:",
    "$pkg.A.func1(",
    "created by $pkg.A"
  ],
  "count": { "/^goroutine \\d+ \\[/": 1 }
}
)json");
}

TEST(SpecProposal, OfAShortTextThatIsAlwaysTheSame) {
  EXPECT_EQ(Proposed({Exit(0, "hello\n"), Exit(0, "hello\n")}),
            "{ \"subject\": \"t\", \"scenario\": \"A\", \"ends\": \"exit 0\", "
            "\"equals\": \"hello\\n\" }\n");
  EXPECT_EQ(Proposed({Exit(2, "")}),
            "{ \"subject\": \"t\", \"scenario\": \"A\", \"equals\": \"\" }\n");
}

TEST(SpecProposal, OfLinesThatAreMostlyTheSame) {
  EXPECT_EQ(Proposed({Exit(0, "begin\ntook 12 ms\nab\nend {x} $1\n"),
                      Exit(0, "begin\ntook 9 ms\ncd\nend {x} $1\n")}),
            R"json({
  "subject": "t",
  "scenario": "A",
  "ends": "exit 0",
  "lines": ["begin", "/^took \\d+ ms$/", "end {{x} $$1"]
}
)json");
}

TEST(SpecProposal, NumbersThatChangeBesideADollarAndABrace) {
  EXPECT_EQ(
      Proposed({Exit(2, "x\npaid 7 $ {a}\n" + std::string(400, '-')),
                Exit(2, "x\npaid 8 $ {a}\n" + std::string(400, '+'))}),
      R"json({ "subject": "t", "scenario": "A", "lines": ["x", "/^paid \\d+ \\$ \\{a\\}$/"] }
)json");
}

TEST(SpecProposal, OfTextsThatHaveNothingInCommon) {
  EXPECT_EQ(Proposed({Exit(2, "a\n"), Exit(2, "b\n")}),
            "{ \"subject\": \"t\", \"scenario\": \"A\", \"ends\": \"exit 2\" "
            "}\n");
}

TEST(SpecProposal, RunsThatEndedOtherwiseHaveNoSpec) {
  EXPECT_EQ(Proposed({Exit(2, ""), Exit(0, ""), Exit(2, "")}),
            "the runs did not end alike: exit 0 (1 of 3 runs), exit 2 (2 of 3 "
            "runs)");
}

TEST(Generalised, PutsPlaceholdersForWhatChanges) {
  EXPECT_EQ(Generalised("goroutine 17 [running]: 0xc0ffee", App()),
            "goroutine {goid} [running]: {addr}");
  EXPECT_EQ(Generalised("created by app.main in goroutine 1", App()),
            "created by $pkg.main in goroutine 1");
  EXPECT_EQ(Generalised("\t/src/a b.cc:12 +0x1d", App()),
            "\t/src/a b.cc:12 +{addr}");
  EXPECT_EQ(Generalised("\t/src/a.cc:12 +0x1d", App()),
            "\t{file}:{line} +{addr}");
  EXPECT_EQ(Generalised("/usr is {full} of $", App()),
            "\\/usr is {{full} of $$");
}

TEST(JsonText, QuotesWhatJsonWants) {
  EXPECT_EQ(JsonQuote("a\"\\\n\t\x01"), "\"a\\\"\\\\\\n\\t\\u0001\"");
}

TEST(SpecProposal, NoneIsWrittenThatCanNotPass) {
  ProcessResult leak = Exit(0, "hello\n");
  leak.leaks.push_back({77, "sleep", "sleep 9"});
  EXPECT_EQ(Proposed({leak}),
            "no spec can hold for such runs: LEAK: left running, now killed: "
            "sleep (pid 77: sleep 9)");
  ProcessResult flood = Exit(2, "y\n");
  flood.excessive_output = true;
  EXPECT_THAT(Proposed({flood}),
              testing::StartsWith(
                  "no spec can hold for such runs: EXCESSIVE_OUTPUT: "));
  ProcessResult odd;
  odd.end = ProcessResult::End::kSignaled;
  odd.signal = 33;  // libc's own, which it gives no name
  EXPECT_THAT(Proposed({odd}),
              testing::AllOf(testing::StartsWith("no spec can hold"),
                             testing::HasSubstr("33")));
}

}  // namespace
}  // namespace harness
