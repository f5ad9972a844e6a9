// Reports of testprog that are kept, one at least for each family of its
// crashes, as their readers meet them: our parser, which must read in the text
// what the JSON report of the same crash says, and two programs of others, by
// the rules they document.
//
//   LASTWORDS_WRITE_REPORTS=1 report_json_test --gtest_filter='*GoldenReports*'
//
// runs testprog and keeps its reports anew: NAME.txt and NAME.json.

#include <gtest/gtest.h>
#include <re2/re2.h>

#include <cstdlib>
#include <filesystem>
#include <fstream>
#include <ostream>
#include <string>
#include <vector>

#include "absl/strings/match.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/str_split.h"
#include "harness/cli/testing/report_json.h"
#include "harness/crash/crash.h"
#include "harness/process/process.h"

namespace harness {
namespace {

struct Golden {
  std::string family;
  std::string scenario;
  std::vector<std::string> env = {};

  std::string File(const char* extension) const {
    return absl::StrCat(GOLDEN_REPORTS "/", family, ".", scenario, extension);
  }
};

// What a failing test prints of its parameter.
void PrintTo(const Golden& golden, std::ostream* os) {
  *os << golden.File(".txt");
}

const std::vector<Golden>& Goldens() {
  static const auto& goldens = *new std::vector<Golden>{
      {"adversity", "AbortDisarmed"},
      {"cpp_deaths", "UncaughtException"},
      {"cpp_deaths", "ExceptionThroughNoexcept"},
      {"cpp_deaths", "AssertFailure"},
      {"cpp_deaths", "TerminateCall"},
      {"deadlock", "SimpleDeadlock"},
      {"deadlock", "ThreeLockCycle"},
      {"deadlock", "GoexitDeadlock"},
      {"extras", "SourceOfAPanic"},
      {"extras", "SourceOfAFault"},
      {"faults", "DieByNilDeref"},
      {"faults", "DieByOverflow"},
      {"identity", "GoNil"},
      {"maps", "concurrentMapWrites"},
      {"output", "GoschedInPanic"},
      {"panic_chains", "PanicTraceback"},
      {"panic_chains", "RecursivePanic4"},
      {"panic_chains", "RepanickedMiddlePanic"},
      {"panic_race", "PanicRace"},
      {"panic_race", "PanicRaceMany"},
      {"panic_race", "PanicRaceSlowDefer", {"GOTRACEBACK=all"}},
      {"printing", "ErrorPanic"},
      {"printing", "panicCustomComplex128"},
      {"printing", "stringconcat"},
      {"recovery", "NoexceptInBetween"},
      {"runtime_errors", "IndexOutOfRange"},
      {"runtime_errors", "NilDeref"},
      {"signals", "Segv"},
      {"signals", "FaultHighAddress"},
      {"stacks", "BadTraceback"},
      {"stacks", "StackOverflow"},
      {"threads", "LockedPanic"},
      {"threads", "ForeignThreadPanic"},
      {"traceback", "DeepRecursion"},
      {"traceback", "GenericFrames"},
      {"traceback", "ParentChild", {"GODEBUG=tracebackancestors=5"}},
      {"traceback", "LineNumbers", {"GOTRACEBACK=system"}},
  };
  return goldens;
}

std::string ReadFile(const std::string& file) {
  std::ifstream stream(file, std::ios::binary);
  return {std::istreambuf_iterator<char>(stream), {}};
}

std::vector<std::string> Lines(const std::string& text) {
  std::vector<std::string> lines = absl::StrSplit(text, '\n');
  if (lines.back().empty()) lines.pop_back();
  return lines;
}

void Keep(const Golden& golden) {
  std::filesystem::remove(golden.File(".json"));
  ProcessRequest request;
  request.program = TESTPROG;
  request.args = {golden.scenario};
  request.env = {"PATH=/usr/bin:/bin",
                 "LASTWORDS_REPORT=" + golden.File(".json")};
  if (golden.family != "extras") request.env.push_back("LASTWORDS_EXTRAS=0");
  for (const std::string& more : golden.env) request.env.push_back(more);
  request.working_directory = "/";
  absl::StatusOr<ProcessResult> result = RunProcess(request);
  ASSERT_TRUE(result.ok()) << result.status();
  std::ofstream(golden.File(".txt"), std::ios::binary) << result->output;
}

class GoldenReportsTest : public testing::TestWithParam<Golden> {
 protected:
  void SetUp() override {
    if (std::getenv("LASTWORDS_WRITE_REPORTS") != nullptr) Keep(GetParam());
    text_ = ReadFile(GetParam().File(".txt"));
    log_ = ParseCrashLog(text_);
    ASSERT_FALSE(log_.reports.empty()) << GetParam().File(".txt");
  }

  std::string text_;
  CrashLog log_;
};

// What both forms say.
Json Shared(const Json& report) {
  Json shared = Json::object();
  for (const char* key : {"panics", "fatal", "goroutines"}) {
    if (report.contains(key)) shared[key] = report[key];
  }
  return shared;
}

TEST_P(GoldenReportsTest, AreReadAsTheirJsonSays) {
  const auto lines = Lines(ReadFile(GetParam().File(".json")));
  ASSERT_EQ(lines.size(), log_.reports.size());
  for (std::size_t i = 0; i < lines.size(); ++i) {
    EXPECT_EQ(Shared(Common(Json::parse(lines[i]))), OfText(log_.reports[i]));
  }
  for (const Remark& oddity : log_.oddities) {
    ADD_FAILURE() << GetParam().File(".txt") << ":" << oddity.at.line << ": "
                  << oddity.text;
  }
}

// ------------------------------------------------------------- gostackparse
//
// github.com/DataDog/gostackparse reads line by line: a header; functions, one
// at least, each with its file; the creator with its file; an empty line. It
// gives up a goroutine in which anything else stands. It knows neither "...N
// frames elided..." nor what level `system` adds, of Go's own reports either.

class GoStackParse {
 public:
  // How many goroutines it would find; -1 if it would complain.
  static int Goroutines(const std::string& text) {
    int goroutines = 0;
    const auto lines = Lines(text);
    for (std::size_t i = 0; i < lines.size(); ++i) {
      if (!absl::StartsWith(lines[i], "goroutine ")) continue;
      if (!IsHeader(lines[i])) return -1;
      if (i + 1 == lines.size() || !IsCall(lines[i + 1])) return -1;
      for (++i; i < lines.size() && !lines[i].empty(); i += 2) {
        const bool file = i + 1 < lines.size() && IsFile(lines[i + 1]);
        const bool creator = absl::StartsWith(lines[i], "created by ");
        if (!file || (!creator && !IsCall(lines[i]))) return -1;
      }
      ++goroutines;
    }
    return goroutines;
  }

 private:
  static bool IsHeader(const std::string& line) {
    static const RE2 header(
        R"(goroutine \d+ \[[^,]+(, \d+ minutes)?(, locked to thread)?\]:)");
    return RE2::FullMatch(line, header);
  }
  // Parentheses in pairs, none within another, and a name before the first.
  static bool IsCall(const std::string& line) {
    static const RE2 call(R"([^()]+\([^()]*\)([^()]*\([^()]*\))*[^()]*)");
    return RE2::FullMatch(line, call);
  }
  static bool IsFile(const std::string& line) {
    static const RE2 file(R"(\t[^:]+:\d+( .*)?)");
    return RE2::FullMatch(line, file);
  }
};

// What it does not know of Go's own reports either.
bool IsBeyondGoStackParse(const std::string& text) {
  static const RE2 beyond(
      R"((?m)^\.\.\.\d+ frames elided\.\.\.$| gp=0x|^runtime: g \d+:|^\[orig)");
  return RE2::PartialMatch(text, beyond);
}

TEST_P(GoldenReportsTest, AreReadByGostackparse) {
  int goroutines = 0;
  std::string core;
  for (const CrashReport& report : log_.reports) {
    goroutines += static_cast<int>(report.goroutines.size());
    core += text_.substr(report.begin.offset,
                         report.end.offset - report.begin.offset);
    core += "\n";
  }
  EXPECT_EQ(GoStackParse::Goroutines(core),
            IsBeyondGoStackParse(core) ? -1 : goroutines);
}

// --------------------------------------------------------------- panicparse
//
// github.com/maruel/panicparse, once its pattern for files takes more endings
// than .go, wants where frames are as Go prints it: all or nothing.

TEST_P(GoldenReportsTest, SayWhereFramesAreAsPanicparseWants) {
  static const RE2 partly(R"((?m)^\t.+:\d+ \+0x[0-9a-f]+ (sp|pc)=)");
  EXPECT_FALSE(RE2::PartialMatch(text_, partly));
}

// -------------------------------------------- fluent-plugin-detect-exceptions
//
// Joins the lines of a panic to one record. Its rules for Go: from "panic: "
// on, a [signal] line, an empty line and a header, then in turns a call (or
// creator) and an indented line, again from the empty line on. It begins anew
// at each "panic: ", and knows no fatal errors.

// The line after the record that begins at `line`; it alone if there is none.
std::size_t RecordEnd(const std::vector<std::string>& lines, std::size_t line) {
  static const RE2 header(R"(goroutine \d+ \[[^\]]+\]:)");
  static const RE2 call(R"((([^\s.:]+\.)*[^\s.():]+\(|created by ).*)");
  enum class After { kPanic, kSignal, kGap, kHeaderOrFile, kCall };
  After state = After::kPanic;
  for (++line; line < lines.size(); ++line) {
    const std::string& text = lines[line];
    if (state == After::kPanic && absl::StartsWith(text, "[signal ")) {
      state = After::kSignal;
    } else if (text.empty() && state != After::kGap && state != After::kCall) {
      state = After::kGap;
    } else if (state == After::kHeaderOrFile && RE2::FullMatch(text, call)) {
      state = After::kCall;
    } else if ((state == After::kGap && RE2::FullMatch(text, header)) ||
               (state == After::kCall && absl::StartsWith(text, "\t"))) {
      state = After::kHeaderOrFile;
    } else {
      break;
    }
  }
  return line;
}

TEST_P(GoldenReportsTest, AreOneRecordForFluentd) {
  for (const CrashReport& report : log_.reports) {
    if (report.panics.empty() || report.fatal.has_value()) continue;
    const std::string& value = report.panics.back().value;
    const std::string core = text_.substr(
        report.begin.offset, report.end.offset - report.begin.offset);
    // Neither lines of a value nor elided frames are in its rules.
    if (absl::StrContains(value, "\n") || IsBeyondGoStackParse(core)) continue;
    const auto lines = Lines(core);
    std::size_t last = 0;
    for (std::size_t i = 0; i < lines.size(); ++i) {
      if (absl::StrContains(lines[i], "panic: ")) last = i;
    }
    EXPECT_EQ(RecordEnd(lines, last), lines.size()) << core;
  }
}

INSTANTIATE_TEST_SUITE_P(Each, GoldenReportsTest, testing::ValuesIn(Goldens()),
                         [](const auto& test) {
                           return absl::StrCat(test.param.family, "_",
                                               test.param.scenario);
                         });

}  // namespace
}  // namespace harness
