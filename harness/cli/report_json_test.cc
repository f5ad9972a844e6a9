// The two forms of a report say the same: what testprog prints, as read by
// harness/crash, and what it appends to LASTWORDS_REPORT. Each line of the
// latter is as the schema has it.

#include "harness/cli/testing/report_json.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <unistd.h>

#include <filesystem>
#include <fstream>
#include <string>
#include <vector>

#include "absl/strings/str_cat.h"
#include "harness/crash/crash.h"
#include "harness/process/process.h"

namespace harness {
namespace {

// This process's own, so that the sanitizers' options are in it.
std::vector<std::string> Environment(bool extras) {
  std::vector<std::string> environment;
  for (char** entry = environ; *entry != nullptr; ++entry) {
    environment.push_back(*entry);
  }
  environment.push_back(extras ? "LASTWORDS_EXTRAS=1" : "LASTWORDS_EXTRAS=0");
  return environment;
}

// What of JSON Schema our schema uses.
class Schema {
 public:
  explicit Schema(Json root) : root_(std::move(root)) {}

  void Check(const Json& value) { Check(root_, value, "report"); }

 private:
  void Check(const Json& schema, const Json& value, const std::string& where) {
    if (schema.contains("$ref")) {
      const std::string reference = schema["$ref"].get<std::string>();
      return Check(root_.at(Json::json_pointer(reference.substr(1))), value,
                   where);
    }
    EXPECT_EQ(schema.at("type"), TypeOf(value)) << where;
    if (schema.contains("enum")) {
      EXPECT_THAT(schema["enum"], testing::Contains(value)) << where;
    }
    for (const Json& key : schema.value("required", Json::array())) {
      EXPECT_TRUE(value.contains(key)) << where << " lacks " << key;
    }
    if (value.is_object()) CheckMembers(schema, value, where);
    if (value.is_array()) {
      for (const Json& item : value) Check(schema["items"], item, where + "[]");
    }
  }

  void CheckMembers(const Json& schema, const Json& value,
                    const std::string& where) {
    for (const auto& [key, member] : value.items()) {
      ASSERT_TRUE(schema["properties"].contains(key)) << where << "." << key;
      Check(schema["properties"][key], member, absl::StrCat(where, ".", key));
    }
  }

  static std::string TypeOf(const Json& value) {
    return value.is_number_integer() ? "integer" : value.type_name();
  }

  const Json root_;
};

struct Case {
  std::string scenario;
  std::vector<std::string> env = {};
};

class ReportJsonTest : public testing::TestWithParam<Case> {
 protected:
  void SetUp() override {
    file_ = testing::TempDir() + "report_json_test." + GetParam().scenario +
            "." + std::to_string(getpid());
    std::filesystem::remove(file_);
    ProcessRequest request;
    request.program = TESTPROG;
    request.args = {GetParam().scenario};
    request.env = Environment(/*extras=*/false);
    request.env.push_back("LASTWORDS_REPORT=" + file_);
    for (const std::string& more : GetParam().env) request.env.push_back(more);
    request.limits.time = absl::Minutes(1);
    absl::StatusOr<ProcessResult> result = RunProcess(request);
    ASSERT_TRUE(result.ok()) << result.status();
    ASSERT_EQ(result->exit_code, 2) << result->output;
    reports_ = ParseCrashLog(result->output).reports;
    std::ifstream in(file_);
    for (std::string line; std::getline(in, line);) {
      lines_.push_back(Json::parse(line));
    }
  }
  void TearDown() override { std::filesystem::remove(file_); }

  std::string file_;
  std::vector<CrashReport> reports_;
  std::vector<Json> lines_;
};

TEST_P(ReportJsonTest, SaysWhatTheTextSays) {
  ASSERT_FALSE(lines_.empty());
  ASSERT_EQ(lines_.size(), reports_.size());
  for (std::size_t i = 0; i < lines_.size(); ++i) {
    EXPECT_EQ(Common(lines_[i]), OfText(reports_[i]));
  }
}

TEST_P(ReportJsonTest, IsAsTheSchemaSays) {
  Schema schema(Json::parse(std::ifstream(SCHEMA)));
  for (const Json& line : lines_) schema.Check(line);
}

INSTANTIATE_TEST_SUITE_P(
    Scenarios, ReportJsonTest,
    testing::Values(
        Case{"PanicTraceback"}, Case{"RecursivePanic4"}, Case{"DoublePanic"},
        Case{"RepanickedMiddlePanic"}, Case{"panicCustomString"},
        Case{"PanicRaceMany"}, Case{"SimpleDeadlock"}, Case{"InitDeadlock"},
        Case{"ChannelDeadlock"}, Case{"GoexitDeadlock"}, Case{"LockedPanic"},
        Case{"GoNil"}, Case{"ErrorPanic"}, Case{"DoubleErrorPanic"},
        Case{"StackOverflow"}, Case{"NilDeref"}, Case{"ForeignThreadSegv"},
        Case{"Abort", {"GOTRACEBACK=system"}}, Case{"DeepRecursion"},
        Case{"MutexDeadlock", {"GOTRACEBACK=system"}},
        Case{"WaitGroupDeadlock", {"GOTRACEBACK=none"}},
        Case{"PanicRace", {"GODEBUG=tracebackancestors=5"}}),
    [](const auto& test) { return test.param.scenario; });

// Its one report, with extras, which is as the schema says.
Json ReportWithExtras(const std::string& scenario) {
  const std::string file =
      testing::TempDir() + "report_json_test." + std::to_string(getpid());
  ProcessRequest request;
  request.program = TESTPROG;
  request.args = {scenario};
  request.env = Environment(/*extras=*/true);
  request.env.push_back("LASTWORDS_REPORT=" + file);
  EXPECT_TRUE(RunProcess(request).ok());
  Json report = Json::parse(std::ifstream(file));
  std::filesystem::remove(file);
  Schema(Json::parse(std::ifstream(SCHEMA))).Check(report);
  return report;
}

TEST(ReportJsonExtrasTest, TheOvertakenPanicIsThere) {
  const Json report = ReportWithExtras("DeadlockInDefer");
  EXPECT_EQ(report["kind"], "fatal");
  EXPECT_EQ(report["overtaken"][0]["panics"][0]["value"], "pending");
  EXPECT_EQ(report["overtaken"][0]["goroutines"].size(), 1u);
}

TEST(ReportJsonExtrasTest, TheSwallowedPanicsAreThere) {
  const Json report = ReportWithExtras("SwallowedByGoexit");
  EXPECT_EQ(report["panics"][0]["value"], "the last one");
  ASSERT_EQ(report["swallowed"].size(), 1u);
  EXPECT_EQ(report["swallowed"][0]["panics"][1]["value"], "second");
  EXPECT_EQ(report["swallowed"][0]["goroutines"][0]["id"], 2);
}

TEST(ReportJsonExtrasTest, SenderSourceAndCommandAreThere) {
  const Json report = ReportWithExtras("SignalOfItsOwn");
  EXPECT_EQ(report["sender"]["pid"], report["pid"]);
  EXPECT_EQ(report["sender"]["uid"], getuid());
  ASSERT_EQ(report["source"]["text"].size(), 5u);
  EXPECT_EQ(report["source"]["text"][2],
            "  tgkill(getpid(), gettid(), SIGSEGV);");
  EXPECT_EQ(report["source"]["first_line"].get<int>() + 2,
            report["source"]["line"].get<int>());
  EXPECT_THAT(report["rerun"].get<std::string>(),
              testing::HasSubstr(" SignalOfItsOwn)"));
}

TEST(ReportJsonFingerprintTest, EqualForOnePlaceOnly) {
  const std::string file =
      testing::TempDir() + "report_json_test." + std::to_string(getpid());
  ProcessRequest request;
  request.program = TESTPROG;
  request.env = Environment(/*extras=*/false);
  request.env.push_back("LASTWORDS_REPORT=" + file);
  std::vector<Json> fingerprints;
  for (const char* scenario : {"StringPanic", "StringPanic", "NilPanic"}) {
    request.args = {scenario};
    ASSERT_TRUE(RunProcess(request).ok());
  }
  std::ifstream in(file);
  for (std::string line; std::getline(in, line);) {
    fingerprints.push_back(Json::parse(line)["fingerprint"]);
  }
  std::filesystem::remove(file);
  ASSERT_EQ(fingerprints.size(), 3u) << "appended, a line each";
  EXPECT_EQ(fingerprints[0], fingerprints[1]);
  EXPECT_NE(fingerprints[0], fingerprints[2]);
}

}  // namespace
}  // namespace harness
