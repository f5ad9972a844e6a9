#include "runtime/internal/base/config.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <sched.h>
#include <unistd.h>

#include <cstdio>
#include <cstdlib>
#include <initializer_list>
#include <string>

namespace runtime::internal {
namespace {

using testing::ExitedWithCode;
using testing::HasSubstr;
using testing::StartsWith;

constexpr const char* kVariables[] = {
    "GOMAXPROCS",
    "GOTRACEBACK",
    "GODEBUG",
    "LASTWORDS_EXIT_GRACE_MS",
    "LASTWORDS_REPORT_DEADLINE_MS",
    "LASTWORDS_EXTRAS",
};

struct Setting {
  const char* name;
  const char* value;
};

// Parses with these settings alone, in a child: a process parses once. Prints
// what was parsed, and exits with 0.
[[noreturn]] void ParseAndPrint(std::initializer_list<Setting> settings) {
  for (const char* name : kVariables) unsetenv(name);
  for (const Setting& setting : settings) {
    setenv(setting.name, setting.value, 1);
  }
  const Config& config = GetConfig();
  std::fprintf(stderr,
               "procs=%d traceback=%d ancestors=%d grace=%d deadline=%d "
               "extras=%d.",
               config.max_procs, static_cast<int>(config.traceback),
               config.traceback_ancestors, config.exit_grace_ms,
               config.report_deadline_ms, config.extras ? 1 : 0);
  _exit(0);
}

class ConfigTest : public testing::Test {
 protected:
  ConfigTest() { GTEST_FLAG_SET(death_test_style, "threadsafe"); }
};

TEST_F(ConfigTest, DefaultsWhenNothingIsSet) {
  EXPECT_EXIT(ParseAndPrint({}), ExitedWithCode(0),
              HasSubstr(" traceback=1 ancestors=0 grace=2000 deadline=3000 "
                        "extras=1."));
}

TEST_F(ConfigTest, EmptyIsAsUnset) {
  EXPECT_EXIT(ParseAndPrint({{"GOTRACEBACK", ""},
                             {"GODEBUG", ""},
                             {"LASTWORDS_EXIT_GRACE_MS", ""},
                             {"LASTWORDS_REPORT_DEADLINE_MS", ""},
                             {"LASTWORDS_EXTRAS", ""},
                             {"GOMAXPROCS", ""}}),
              ExitedWithCode(0),
              HasSubstr(" traceback=1 ancestors=0 grace=2000 deadline=3000 "
                        "extras=1."));
}

TEST_F(ConfigTest, DefaultProcessorsAreTheCpusWeMayRunOn) {
  cpu_set_t set;
  ASSERT_EQ(sched_getaffinity(0, sizeof(set), &set), 0);
  const std::string procs = "procs=" + std::to_string(CPU_COUNT(&set)) + " ";
  EXPECT_EXIT(ParseAndPrint({}), ExitedWithCode(0), StartsWith(procs));
}

TEST_F(ConfigTest, EveryValueIsRead) {
  EXPECT_EXIT(
      ParseAndPrint({{"GOMAXPROCS", "3"},
                     {"GOTRACEBACK", "all"},
                     {"GODEBUG", "gctrace=1,tracebackancestors=5,x"},
                     {"LASTWORDS_EXIT_GRACE_MS", "0"},
                     {"LASTWORDS_REPORT_DEADLINE_MS", "1"},
                     {"LASTWORDS_EXTRAS", "0"}}),
      ExitedWithCode(0),
      HasSubstr("procs=3 traceback=2 ancestors=5 grace=0 deadline=1 extras=0"));
}

TEST_F(ConfigTest, LimitsOfProcessorsAreIncluded) {
  EXPECT_EXIT(ParseAndPrint({{"GOMAXPROCS", "1"}}), ExitedWithCode(0),
              HasSubstr("procs=1 "));
  EXPECT_EXIT(ParseAndPrint({{"GOMAXPROCS", "1024"}}), ExitedWithCode(0),
              HasSubstr("procs=1024 "));
}

TEST_F(ConfigTest, EveryTracebackLevelHasItsNames) {
  const struct {
    const char* text;
    TracebackLevel level;
  } kCases[] = {
      {"none", TracebackLevel::kNone},     {"0", TracebackLevel::kNone},
      {"single", TracebackLevel::kSingle}, {"all", TracebackLevel::kAll},
      {"1", TracebackLevel::kAll},         {"2", TracebackLevel::kSystem},
      {"system", TracebackLevel::kSystem}, {"crash", TracebackLevel::kCrash},
  };
  for (const auto& c : kCases) {
    const std::string expected =
        " traceback=" + std::to_string(static_cast<int>(c.level)) + " ";
    EXPECT_EXIT(ParseAndPrint({{"GOTRACEBACK", c.text}}), ExitedWithCode(0),
                HasSubstr(expected))
        << c.text;
  }
}

TEST_F(ConfigTest, TheLastOfTwoAncestorsCounts) {
  EXPECT_EXIT(
      ParseAndPrint({{"GODEBUG", "tracebackancestors=1,tracebackancestors=2"}}),
      ExitedWithCode(0), HasSubstr("ancestors=2 "));
}

TEST_F(ConfigTest, ABadValueSaysWhatIsWantedAndExitsWith64) {
  const struct {
    Setting setting;
    const char* message;
  } kCases[] = {
      {{"GOMAXPROCS", "0"},
       "runtime: GOMAXPROCS=0: want a number of processors from 1 to 1024\n"},
      {{"GOMAXPROCS", "1025"},
       "runtime: GOMAXPROCS=1025: want a number of processors from 1 to "
       "1024\n"},
      {{"GOMAXPROCS", "-1"}, "runtime: GOMAXPROCS=-1: want "},
      {{"GOMAXPROCS", "two"}, "runtime: GOMAXPROCS=two: want "},
      {{"GOMAXPROCS", "4x"}, "runtime: GOMAXPROCS=4x: want "},
      {{"GOMAXPROCS", " 4"}, "runtime: GOMAXPROCS= 4: want "},
      {{"GOMAXPROCS", "99999999999"}, "runtime: GOMAXPROCS=99999999999: want "},
      {{"GOTRACEBACK", "loud"},
       "runtime: GOTRACEBACK=loud: want none, single, all, system or crash\n"},
      {{"GODEBUG", "a=1,tracebackancestors=-1"},
       "runtime: GODEBUG=tracebackancestors=-1: want tracebackancestors=N, N "
       ">= 0\n"},
      {{"GODEBUG", "tracebackancestors="},
       "runtime: GODEBUG=tracebackancestors=: want "},
      {{"LASTWORDS_EXIT_GRACE_MS", "-1"},
       "runtime: LASTWORDS_EXIT_GRACE_MS=-1: want milliseconds, 0 for no "
       "limit\n"},
      {{"LASTWORDS_EXIT_GRACE_MS", "2s"},
       "runtime: LASTWORDS_EXIT_GRACE_MS=2s: want "},
      {{"LASTWORDS_REPORT_DEADLINE_MS", "0"},
       "runtime: LASTWORDS_REPORT_DEADLINE_MS=0: want milliseconds\n"},
      {{"LASTWORDS_EXTRAS", "2"}, "runtime: LASTWORDS_EXTRAS=2: want 0 or 1\n"},
      {{"LASTWORDS_EXTRAS", "yes"}, "runtime: LASTWORDS_EXTRAS=yes: want "},
  };
  for (const auto& c : kCases) {
    EXPECT_EXIT(ParseAndPrint({c.setting}), ExitedWithCode(kExitUsage),
                HasSubstr(c.message))
        << c.setting.name << "=" << c.setting.value;
  }
}

}  // namespace
}  // namespace runtime::internal
