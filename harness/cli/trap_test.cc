// Every way in which a program can misbehave, through `lastwords run`: each
// alone, then 50 at a time. Prints what each costs, so that
//
//   build/release/bin/trap_test | grep '^|'
//
// is a table. What takes time is shown and not judged: it depends on who else
// uses the machine.

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <cstdio>
#include <nlohmann/json.hpp>
#include <string>
#include <vector>

#include "absl/strings/str_cat.h"
#include "absl/time/clock.h"
#include "harness/cli/testing_folder.h"
#include "harness/process/testing/survivors.h"
#include "harness/spec/ends.h"

namespace harness {
namespace {

using nlohmann::json;
using testing::Each;
using testing::SizeIs;

constexpr int kMany = 50;
constexpr int kHangLimitMs = 500;
constexpr size_t kFloodMaxRssBytes = 32 * kMiB;
constexpr int kNotDead = 64;  // what a trap exits with that outlives a signal

struct Trap {
  std::string name;
  std::vector<std::string> args;
  std::string outcome = "PASS";
  std::string ends = "exit 0";
  std::string finishes = "trap\n";
  std::vector<std::string> args_of_many =
      {};  // where 50 of `args` are too many
};

void PrintTo(const Trap& trap, std::ostream* out) { *out << trap.name; }

const Trap kTraps[] = {
    {.name = "HoldPipe", .args = {"hold-pipe"}, .outcome = "LEAK"},
    {.name = "HoldPipeSetsid", .args = {"hold-pipe-setsid"}, .outcome = "LEAK"},
    {.name = "DoubleFork", .args = {"daemon"}, .outcome = "LEAK"},
    {.name = "IgnoreSigterm", .args = {"ignore-signals"}, .outcome = "TIMEOUT"},
    {.name = "StopSelf", .args = {"stop-self"}, .outcome = "TIMEOUT"},
    // A small machine has only 32,768 process ids.
    {.name = "Fork1000",
     .args = {"fork-many-and-exit", "1000"},
     .outcome = "LEAK",
     .args_of_many = {"fork-many-and-exit", "20"}},
    {.name = "Flood400MB",
     .args = {"flood", "400"},
     .outcome = "EXCESSIVE_OUTPUT",
     .ends = "exit 2",
     .finishes = "last words\n",
     .args_of_many = {"flood", "9"}},
    {.name = "AnyBytes", .args = {"rubbish"}, .finishes = " z"},
    {.name = "CloseStdout",
     .args = {"close-stdout-and-exit"},
     .ends = "exit 7"},
    {.name = "CloseStdoutAndHang",
     .args = {"close-stdout-and-hang"},
     .outcome = "TIMEOUT"},
    {.name = "ExecOther",
     .args = {"exec-other"},
     .ends = "exit 5",
     .finishes = ""},
};

// SIGTSTP and its like do not stop a session leader's group.
std::string EndBySignal(int signal) {
  const bool ignored = signal == SIGCHLD || signal == SIGCONT ||
                       signal == SIGURG || signal == SIGWINCH ||
                       signal == SIGTSTP || signal == SIGTTIN ||
                       signal == SIGTTOU;
  return ignored ? absl::StrCat("exit ", kNotDead) : SignalName(signal);
}

std::vector<Trap> Signals() {
  std::vector<Trap> traps;
  for (int signal = 1; signal < 32; ++signal) {
    traps.push_back({.name = absl::StrCat("Signal", signal),
                     .args = {"signal", absl::StrCat(signal)},
                     .outcome = signal == SIGSTOP ? "TIMEOUT" : "PASS",
                     .ends = EndBySignal(signal),
                     .finishes = ""});
  }
  return traps;
}

json SpecOf(const Trap& trap, int copy, const std::vector<std::string>& args) {
  json spec = {{"subject", "process_trap"},
               {"name", absl::StrCat(trap.name, ".", copy)},
               {"args", args},
               {"ends", trap.ends}};
  if (!trap.finishes.empty()) spec["finishes"] = trap.finishes;
  // A busy machine may not have come to the trap by then, which hangs as well.
  if (trap.outcome == "TIMEOUT") {
    spec["limits"] = {{"time_ms", kHangLimitMs}};
  }
  return spec;
}

class TrapTest : public TestingFolder {
 protected:
  // Runs the specs, at most `jobs` at a time. Returns the outcomes.
  std::vector<std::string> Outcomes(const std::string& what, const json& specs,
                                    int jobs) {
    Write("traps", specs.dump());
    const std::string mark = absl::StrCat("TRAP_MARK=", getpid(), ".");
    const std::string results = path_ + "/results";
    const absl::Time start = absl::Now();
    const ProcessResult ran = Run(
        LASTWORDS, {"run", "--jobs", absl::StrCat(jobs), "--env", mark,
                    "--json", results, "--output-dir", path_ + "/kept",
                    "--subject", absl::StrCat("process_trap=", PROCESS_TRAP)});
    const absl::Duration took = absl::Now() - start;
    max_rss_bytes_ = ran.max_rss_bytes;
    const int survivors = Survivors(mark);
    EXPECT_EQ(survivors, 0);
    EXPECT_EQ(ran.end, ProcessResult::End::kExited);
    EXPECT_TRUE(ran.leaks.empty());
    std::printf(
        "| %-18s | %3zu | %6lld ms | %d | %6.1f MB |\n", what.c_str(),
        specs.size(), static_cast<long long>(absl::ToInt64Milliseconds(took)),
        survivors,
        static_cast<double>(max_rss_bytes_) / static_cast<double>(kMiB));
    std::vector<std::string> outcomes;
    std::ifstream file(results);
    for (std::string line; std::getline(file, line);) {
      const json test = json::parse(line);
      if (test.contains("outcome")) outcomes.push_back(test["outcome"]);
    }
    return outcomes;
  }

  size_t max_rss_bytes_ = 0;
};

class EachTrap : public TrapTest, public testing::WithParamInterface<Trap> {};

TEST_P(EachTrap, Alone) {
  const Trap& trap = GetParam();
  const auto outcomes =
      Outcomes(trap.name, json::array({SpecOf(trap, 1, trap.args)}), 1);
  EXPECT_THAT(outcomes, testing::ElementsAre(trap.outcome));
  EXPECT_LT(max_rss_bytes_, kFloodMaxRssBytes);
}

TEST_P(EachTrap, FiftyAtATime) {
  const Trap& trap = GetParam();
  const auto& args = trap.args_of_many.empty() ? trap.args : trap.args_of_many;
  json specs = json::array();
  for (int i = 1; i <= kMany; ++i) specs.push_back(SpecOf(trap, i, args));
  const auto outcomes = Outcomes(trap.name, specs, kMany);
  EXPECT_THAT(outcomes, SizeIs(kMany));
  EXPECT_THAT(outcomes, Each(trap.outcome));
}

INSTANTIATE_TEST_SUITE_P(All, EachTrap, testing::ValuesIn(kTraps),
                         [](const auto& trap) { return trap.param.name; });

class SignalTest : public TrapTest, public testing::WithParamInterface<int> {};

TEST_P(SignalTest, EachSignalIsToldApart) {
  json specs = json::array();
  for (const Trap& trap : Signals()) {
    for (int i = 1; i <= (GetParam() == 1 ? 1 : 2); ++i) {
      specs.push_back(SpecOf(trap, i, trap.args));
    }
  }
  const auto outcomes = Outcomes("Signals1To31", specs, GetParam());
  EXPECT_THAT(outcomes, SizeIs(specs.size()));
  int timeouts = 0;
  for (const std::string& outcome : outcomes) {
    timeouts += outcome == "TIMEOUT" ? 1 : 0;
    EXPECT_THAT(outcome, testing::AnyOf("PASS", "TIMEOUT"));
  }
  EXPECT_EQ(timeouts, specs.size() > 31 ? 2 : 1) << "SIGSTOP alone hangs";
}

INSTANTIATE_TEST_SUITE_P(AtATime, SignalTest, testing::Values(1, kMany));

}  // namespace
}  // namespace harness
