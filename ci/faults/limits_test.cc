// Deaths of a process that is short of something, or whose program is gone.
#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <stdlib.h>
#include <sys/mman.h>
#include <unistd.h>

#include <algorithm>
#include <filesystem>
#include <fstream>
#include <iterator>
#include <nlohmann/json.hpp>
#include <string>

#include "ci/faults/cell.h"
#include "ci/faults/child.h"
#include "ci/faults/report.h"

namespace faults {
namespace {

using testing::AllOf;
using testing::HasSubstr;
using testing::StartsWith;

#if defined(__SANITIZE_ADDRESS__) || defined(__SANITIZE_THREAD__)
constexpr bool kSanitized = true;
#else
constexpr bool kSanitized = false;
#endif

class Limits : public testing::Test {
 protected:
  Limits() {
    std::string name = testing::TempDir() + "limits-XXXXXX";
    folder_ = mkdtemp(name.data());
  }
  ~Limits() override { std::filesystem::remove_all(folder_); }

  std::filesystem::path folder_;
};

TEST_F(Limits, NothingIsWrittenToAFileThatGotTheNumber) {
  const std::string file = folder_ / "data";
  const Outcome outcome = RunCell({.scenario = "FileInsteadOfStandardError",
                                   .to = Stderr::kClosed,
                                   .environment = {"TESTPROG_FILE=" + file}});
  EXPECT_EQ(outcome.end, "exit 2");
  EXPECT_TRUE(std::filesystem::exists(file));
  EXPECT_TRUE(std::filesystem::is_empty(file));
  EXPECT_THAT(outcome.json, HasSubstr("nowhere to say it"));
}

TEST_F(Limits, AFileThatMayNotGrow) {
  const Outcome alone = RunCell({.scenario = "DieByPanic"});
  const Outcome outcome =
      RunCell({.scenario = "DieByPanic",
               .to = Stderr::kFile,
               .program = {"/usr/bin/prlimit", "--fsize=1000", Testprog()},
               .copy_to_pipe = true});
  EXPECT_EQ(outcome.end, "exit 2");
  EXPECT_EQ(outcome.text, alone.text.substr(0, 1000));
  EXPECT_EQ(outcome.copy, alone.text);
}

TEST_F(Limits, AProgramThatWasDeleted) {
  const std::filesystem::path program = folder_ / "testprog";
  std::filesystem::copy_file(Testprog(), program);
  const Outcome alone = RunCell({.scenario = "DieByPanic"});
  const Fd text = MakeFile();
  Child child({program.string(), "DieByPanic"},
              {"LASTWORDS_EXTRAS=0", "TESTPROG_CROWD=1"},
              {.error = text.get()});
  std::filesystem::remove(program);
  child.HasEnded(60'000);
  EXPECT_EQ(child.End(), "exit 2");
  EXPECT_EQ(TextOf(text), alone.text);
}

// Addresses and the build's name are there without any names.
TEST_F(Limits, AProgramWithoutNames) {
  const std::string program = folder_ / "testprog";
  Child strip({"/usr/bin/strip", "-o", program, Testprog()}, {}, {});
  ASSERT_TRUE(strip.HasEnded(60'000));
  const Outcome outcome = RunCell({.scenario = "DieByPanic",
                                   .environment = {"GOTRACEBACK=system"},
                                   .program = {program}});
  EXPECT_EQ(outcome.end, "exit 2");
  EXPECT_THAT(outcome.text,
              AllOf(StartsWith("panic: crash\n\ngoroutine 2 gp="),
                    HasSubstr("\t" + program + ":0 +0x"), HasSubstr(" pc=0x")));
  const auto json = nlohmann::json::parse(outcome.json);
  EXPECT_THAT(json.at("build_id").get<std::string>(), testing::SizeIs(40));
}

class LevelCrash : public testing::TestWithParam<Stderr> {};

TEST_P(LevelCrash, DiesByTheSignal) {
  const Outcome outcome =
      RunCell({.scenario = "DieByAbort",
               .to = GetParam(),
               .environment = {"GOTRACEBACK=crash"},
               .program = {"/usr/bin/prlimit", "--core=0", Testprog()}});
  EXPECT_EQ(outcome.end, "signal 6");
  EXPECT_THAT(outcome.copy,
              AllOf(StartsWith("SIGABRT: abort\nPC="),
                    HasSubstr("\ngoroutine 1 gp="), HasSubstr("\nrax ")));
  const bool has_reader = GetParam() == Stderr::kPipe ||
                          GetParam() == Stderr::kFile ||
                          GetParam() == Stderr::kLateReader;
  EXPECT_EQ(outcome.text, has_reader ? outcome.copy : "");
}

INSTANTIATE_TEST_SUITE_P(, LevelCrash,
                         testing::Values(Stderr::kPipe, Stderr::kFile,
                                         Stderr::kClosed, Stderr::kFull,
                                         Stderr::kReaderGone,
                                         Stderr::kLateReader,
                                         Stderr::kNeverRead));

// A stack whose guard is a mapping of its own takes two.
int MostStacks() {
  constexpr int kGuardInstall = 102;  // MADV_GUARD_INSTALL, Linux 6.13
  constexpr size_t kPageBytes = 4096;
  constexpr int kWanted = 100'000;
  constexpr int kOtherMappings = 1000;
  void* const page = mmap(nullptr, kPageBytes, PROT_READ | PROT_WRITE,
                          MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
  const bool marks = madvise(page, kPageBytes, kGuardInstall) == 0;
  munmap(page, kPageBytes);
  if (marks) return kWanted;
  int limit = 0;
  std::ifstream("/proc/sys/vm/max_map_count") >> limit;
  return std::min(kWanted, (limit - kOtherMappings) / 2);
}

TEST_F(Limits, AHundredThousandGoroutines) {
#if !defined(__OPTIMIZE__)
  GTEST_SKIP() << "takes too long where nothing is optimised";
#endif
  if (kSanitized) GTEST_SKIP() << "sanitizers' stacks are four times as large";
  const int count = MostStacks();
  const Outcome outcome =
      RunCell({.scenario = "ManyParked",
               .environment = {"GOTRACEBACK=all",
                               "TESTPROG_CROWD=" + std::to_string(count)}});
  EXPECT_EQ(outcome.end, "exit 2");
  EXPECT_THAT(outcome.text, StartsWith("panic: many wait\n\ngoroutine 1 ["));
  EXPECT_EQ(WholeSections(outcome.text), count);
}

}  // namespace
}  // namespace faults
