// One GoogleTest for each spec, so that whatever runs, shards, filters and
// shows GoogleTests does so with specs.
//
//   spec_test --specs specs --gtest_filter='PanicRace.*'
//
// Suite: the family in CamelCase; test: the spec's name. Without --specs it
// reads $LASTWORDS_SPECS or ./specs; testprog is found as `lastwords` does.
// Broken specs make a failing test Specs.AreReadable and exit status 2.

#include <gtest/gtest.h>
#include <signal.h>

#include <algorithm>
#include <string>
#include <utility>
#include <vector>

#include "absl/strings/ascii.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/str_split.h"
#include "absl/strings/strip.h"
#include "harness/cli/exit_status.h"
#include "harness/cli/kept_output.h"
#include "harness/cli/run_tests.h"
#include "harness/cli/selection.h"

namespace harness {
namespace {

std::string CamelCase(const std::string& family) {
  std::string name;
  std::vector<std::string> words = absl::StrSplit(family, '_');
  for (const std::string& word : words) {
    if (word.empty()) continue;
    name += absl::ascii_toupper(static_cast<unsigned char>(word[0]));
    name += word.substr(1);
  }
  return name.empty() ? "Specs" : name;
}

class SpecCase : public testing::Test {
 public:
  SpecCase(const Spec& spec, const Subjects& subjects)
      : spec_(spec), subjects_(subjects) {}

  void TestBody() override {
    const RunEnd end = RunTests({spec_}, subjects_, {}, [](TestResult result) {
      RunRecord& run = result.run;
      if (run.verdict.outcome == Outcome::kPass) return;
      if (run.verdict.outcome == Outcome::kSkip ||
          run.verdict.outcome == Outcome::kXfail) {
        GTEST_SKIP() << run.verdict.reason;
      }
      run.kept_file = KeepOutput(run, OutputDirectory(""));
      run.kept_core = KeepCore(run, OutputDirectory(""));
      ADD_FAILURE_AT(run.spec.file.c_str(), run.verdict.where.line)
          << FormatFailure(run, Style());
    });
    if (end.signal != 0) raise(end.signal);
  }

 private:
  const Spec& spec_;
  const Subjects& subjects_;
};

class BrokenSpecs : public testing::Test {
 public:
  explicit BrokenSpecs(std::string errors) : errors_(std::move(errors)) {}
  void TestBody() override { FAIL() << errors_; }

 private:
  const std::string errors_;
};

// Takes "--<name> VALUE" or "--<name>=VALUE" at argv[i]; i then stands at its
// last word.
bool TakeFlag(const std::string& name, int argc, char** argv, int& i,
              std::vector<std::string>& values) {
  std::string word = argv[i];
  if (word == "--" + name && i + 1 < argc) {
    values.push_back(argv[++i]);
    return true;
  }
  std::string prefix = "--" + name + "=";
  if (word.rfind(prefix, 0) != 0) return false;
  values.push_back(word.substr(prefix.size()));
  return true;
}

void Register(const Selection& selection) {
  for (const Spec& spec : selection.specs) {
    testing::RegisterTest(CamelCase(spec.family).c_str(), spec.name.c_str(),
                          nullptr, nullptr, spec.file.c_str(), spec.where.line,
                          [&spec, &selection]() -> testing::Test* {
                            return new SpecCase(spec, selection.subjects);
                          });
  }
}

int Main(int argc, char** argv) {
  testing::InitGoogleTest(&argc, argv);
  SelectionOptions options;
  for (int i = 1; i < argc; ++i) {
    if (TakeFlag("specs", argc, argv, i, options.paths)) continue;
    if (TakeFlag("subject", argc, argv, i, options.subjects)) continue;
    return Undecided(absl::StrCat(
        "bad argument \"", argv[i],
        "\"; usage: spec_test [--specs PATH]... [--subject NAME=BINARY]... "
        "[--gtest_...]"));
  }
  absl::StatusOr<Selection> selection = Select(options);
  if (selection.ok()) {
    Register(*selection);
    return RUN_ALL_TESTS();
  }
  Undecided(selection.status());
  testing::RegisterTest(
      "Specs", "AreReadable", nullptr, nullptr, __FILE__, __LINE__,
      [&selection]() -> testing::Test* {
        return new BrokenSpecs(std::string(selection.status().message()));
      });
  return std::max(RUN_ALL_TESTS(), kExitUndecided);
}

}  // namespace
}  // namespace harness

int main(int argc, char** argv) { return harness::Main(argc, argv); }
