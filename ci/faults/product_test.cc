// How a process dies x where its standard error goes x what else happens: each
// cell ends with the status that was promised, and the report is whole wherever
// it can be read.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <algorithm>
#include <nlohmann/json.hpp>
#include <ostream>
#include <sstream>
#include <string>
#include <string_view>
#include <tuple>

#include "ci/faults/cell.h"
#include "ci/faults/report.h"

namespace faults {
namespace {

using testing::IsEmpty;
using testing::StartsWith;

struct Death {
  std::string_view name;
  const char* scenario;
  const char* cause;     // how the report begins
  bool shows_everybody;  // one report of all goroutines
  int at_once;
};

constexpr Death kDeaths[] = {
    {"panic", "DieByPanic", "panic: crash\n\ngoroutine 2 [running", false, 1},
    {"two_panics", "DieByTwoPanics", "panic: first\n\tpanic: second\n\n", false,
     2},
    {"nil_dereference", "DieByNilDeref",
     "panic: runtime error: invalid memory address or nil pointer "
     "dereference\n[signal SIGSEGV: ",
     false, 1},
    {"fatal", "DieByFatal", "fatal error: crash\n\ngoroutine 2 [running", true,
     1},
    {"deadlock", "DieByDeadlock",
     "fatal error: all goroutines are asleep - deadlock!\n\ngoroutine 1 ["
     "select (no cases)]:\n",
     true, 1},
    {"overflow", "DieByOverflow", "runtime: goroutine stack exceeds ", true, 1},
    {"abort", "DieByAbort", "SIGABRT: abort\nPC=", true, 1},
};

struct Destination {
  std::string_view name;
  Stderr to;
};

constexpr Destination kStderrs[] = {
    {"pipe", Stderr::kPipe},
    {"file", Stderr::kFile},
    {"closed", Stderr::kClosed},
    {"full", Stderr::kFull},
    {"reader_gone", Stderr::kReaderGone},
    {"late_reader", Stderr::kLateReader},
    {"never_read", Stderr::kNeverRead},
};

struct Disturbance {
  std::string_view name;
  Meanwhile meanwhile;
  int at_once = 1;
};

constexpr Disturbance kDisturbances[] = {
    {"nothing", Meanwhile::kNothing},   {"eintr", Meanwhile::kEintr},
    {"signals", Meanwhile::kSignals},   {"stop", Meanwhile::kStop},
    {"crowd", Meanwhile::kNothing, 64},
};

bool HasReader(Stderr to) {
  return to == Stderr::kPipe || to == Stderr::kFile ||
         to == Stderr::kLateReader;
}

// One line of valid JSON a report.
void ExpectWholeJson(const std::string& json, int reports) {
  std::istringstream lines(json);
  int count = 0;
  for (std::string line; std::getline(lines, line); ++count) {
    const auto parsed = nlohmann::json::parse(line, nullptr, false);
    ASSERT_FALSE(parsed.is_discarded()) << line;
    EXPECT_EQ(parsed.at("exit_status"), 2);
    EXPECT_THAT(parsed.at("goroutines"), testing::Not(IsEmpty()));
  }
  EXPECT_EQ(count, reports);
}

using Product = std::tuple<Death, Destination, Disturbance>;

std::string NameOf(const Product& product) {
  const auto& [death, to, meanwhile] = product;
  return std::string(death.name) + "_" + std::string(to.name) + "_" +
         std::string(meanwhile.name);
}

// For failures: not its bytes.
void PrintTo(const Product& product, std::ostream* out) {
  *out << NameOf(product);
}

class Faults : public testing::TestWithParam<Product> {
 protected:
  const Death& death() const { return std::get<0>(GetParam()); }
  Stderr to() const { return std::get<1>(GetParam()).to; }
  Meanwhile meanwhile() const { return std::get<2>(GetParam()).meanwhile; }
  int at_once() const {
    return std::max(death().at_once, std::get<2>(GetParam()).at_once);
  }
  int reports() const { return death().shows_everybody ? 1 : at_once(); }

  // The report of one goroutine, undisturbed.
  std::string Undisturbed() const {
    const Outcome alone = RunCell({.scenario = death().scenario});
    EXPECT_EQ(alone.end, "exit 2");
    EXPECT_THAT(alone.text, StartsWith(death().cause));
    EXPECT_GT(alone.text.size(), 4096u) << "less than the smallest pipe";
    return Normalized(alone.text);
  }

  void ExpectWhole(const std::string& text, const std::string& alone) const {
    if (at_once() == 1 || !death().shows_everybody) {
      EXPECT_EQ(Normalized(text), Repeated(alone, reports()));
      return;
    }
    EXPECT_THAT(Normalized(text), StartsWith(Head(alone)));
    EXPECT_THAT(Normalized(text), testing::EndsWith(Tail(alone)));
    EXPECT_EQ(WholeSections(text), at_once()) << text;
  }
};

TEST_P(Faults, Product) {
  const std::string alone = Undisturbed();
  const Outcome outcome = RunCell({.scenario = death().scenario,
                                   .to = to(),
                                   .meanwhile = meanwhile(),
                                   .at_once = at_once()});
  EXPECT_EQ(outcome.end, "exit 2");
  if (HasReader(to())) {
    ExpectWhole(outcome.text, alone);
    EXPECT_EQ(outcome.text, outcome.copy);
  } else {
    EXPECT_THAT(outcome.text, IsEmpty());
  }
  ExpectWhole(outcome.copy, alone);
  ExpectWholeJson(outcome.json, reports());
}

std::string TestName(const testing::TestParamInfo<Product>& info) {
  return NameOf(info.param);
}

#if defined(__SANITIZE_ADDRESS__) || defined(__SANITIZE_THREAD__)
INSTANTIATE_TEST_SUITE_P(, Faults,
                         testing::Combine(testing::ValuesIn(kDeaths),
                                          testing::Values(kStderrs[0]),
                                          testing::Values(kDisturbances[0])),
                         TestName);
#else
INSTANTIATE_TEST_SUITE_P(, Faults,
                         testing::Combine(testing::ValuesIn(kDeaths),
                                          testing::ValuesIn(kStderrs),
                                          testing::ValuesIn(kDisturbances)),
                         TestName);
#endif

}  // namespace
}  // namespace faults
