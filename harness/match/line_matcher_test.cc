// The directives one by one, and then many small cases against FileCheck.

#include "harness/match/line_matcher.h"

#include <gtest/gtest.h>
#include <unistd.h>

#include <algorithm>
#include <cstdint>
#include <filesystem>
#include <fstream>
#include <random>
#include <string>
#include <vector>

#include "harness/match/judge.h"
#include "harness/process/process.h"
#include "harness/spec/spec_loader.h"

namespace harness {
namespace {

// What became of each line of `lines` (a JSON array).
std::vector<Finding> Findings(const std::string& lines,
                              const std::string& output) {
  Subjects subjects;
  subjects["t"] = MakeSubject("t", "/bin/t", {});
  LoadedSpecs loaded;
  LoadSpecText(R"({"subject":"t","args":[],"lines":)" + lines + "}", "f/x.json",
               subjects, loaded);
  EXPECT_EQ(FormatDiagnostics(loaded.errors), "") << lines;
  if (!loaded.errors.empty()) return {};
  ProcessResult result;
  result.exit_code = 2;
  result.output = output;
  std::vector<Finding> findings =
      Judge(loaded.specs.at(0), subjects["t"], result).findings;
  findings.erase(findings.begin());  // `ends`
  return findings;
}

bool AllMet(const std::string& lines, const std::string& output) {
  for (const Finding& finding : Findings(lines, output)) {
    if (!finding.met) return false;
  }
  return true;
}

std::string LastDetail(const std::string& lines, const std::string& output) {
  return Findings(lines, output).back().detail;
}

TEST(LineMatcherTest, NextIsTheVeryNextLine) {
  EXPECT_EQ(LastDetail(R"(["a",{"next":"b"}])", "x\na\nb\n"),
            "matched at line 3");
  EXPECT_EQ(LastDetail(R"(["a",{"next":"b"}])", "a\nx\nb\n"),
            "not at line 2, the next; found at line 3");
  EXPECT_EQ(LastDetail(R"(["a",{"next":"b"}])", "a\n"),
            "not at line 2, the next");
}

TEST(LineMatcherTest, SameIsFurtherRight) {
  EXPECT_EQ(LastDetail(R"(["a",{"same":"b"},{"same":"c"}])", "a b c\n"),
            "matched at line 1");
  EXPECT_EQ(LastDetail(R"(["b",{"same":"a"}])", "a b\n"),
            "not in the rest of line 1");
  EXPECT_EQ(LastDetail(R"(["a",{"same":"b"}])", "a\nb\n"),
            "not in the rest of line 1");
}

TEST(LineMatcherTest, EmptyIsAnEmptyLine) {
  EXPECT_TRUE(AllMet(R"(["a",{"empty":true},{"next":"b"}])", "a\n\nb\n"));
  EXPECT_EQ(LastDetail(R"(["a",{"empty":true}])", "a\n \n"),
            "line 2, the next, is not empty");
  EXPECT_EQ(LastDetail(R"(["a",{"empty":true}])", "a\n"),
            "the output ended before that");
}

TEST(LineMatcherTest, NotLooksBetweenItsNeighbours) {
  EXPECT_TRUE(AllMet(R"(["a",{"not":"x"},"b"])", "x\na\nb\nx\n"));
  EXPECT_EQ(Findings(R"(["a",{"not":"x"},"b"])", "a\nx\nb\n")[1].detail,
            "forbidden and found at line 2");
  EXPECT_FALSE(AllMet(R"(["a",{"not":"x"},"b"])", "a x\nb\n"));
  EXPECT_FALSE(AllMet(R"([{"not":"x"},"a"])", "x\na\n"));
  EXPECT_FALSE(AllMet(R"(["a",{"not":["y","x"]}])", "a\nx\n"));
  EXPECT_FALSE(AllMet(R"(["a",{"not":"x"},{"same":"b"}])", "a x b\n"));
}

TEST(LineMatcherTest, NotIsLeftOpenWhenItsNeighbourIsMissing) {
  EXPECT_EQ(Findings(R"(["a",{"not":"x"},"b"])", "a\nx\n")[1].detail,
            "not judged, for what follows was not found");
}

TEST(LineMatcherTest, AGroupComesInAnyOrderEachInALineOfItsOwn) {
  EXPECT_TRUE(AllMet(R"([{"unordered":["b","a"]},{"next":"c"}])", "a\nb\nc\n"));
  EXPECT_EQ(LastDetail(R"([{"unordered":["a","b"]}])", "a b\n"),
            "found only at line 1, which another of its group has taken");
  EXPECT_EQ(LastDetail(R"(["c",{"unordered":["c","a"]}])", "a\nc\nc\n"),
            "out of order: found at line 1, not below line 2");
}

TEST(LineMatcherTest, TwoGroupsAreTwo) {
  EXPECT_TRUE(AllMet(R"([{"unordered":["a","b"]},{"unordered":["c","d"]}])",
                     "b\na\nd\nc\n"));
  EXPECT_FALSE(AllMet(R"([{"unordered":["a","b"]},{"unordered":["c","d"]}])",
                      "b\nd\na\nc\n"));
}

TEST(LineMatcherTest, CountTakesSoManyLines) {
  EXPECT_TRUE(AllMet(R"([{"count":2,"of":"a"},{"next":"b"}])", "a\nx\na\nb\n"));
  EXPECT_EQ(LastDetail(R"([{"count":3,"of":"a"}])", "a a a\na\n"),
            "found in 2 of 3 lines, the last of them line 2");
}

TEST(LineMatcherTest, ANameKeepsItsValue) {
  const char lines[] = R"(["goroutine {goid:g} [", "in goroutine {goid:g}"])";
  EXPECT_TRUE(AllMet(lines, "goroutine 7 [x]:\nin goroutine 7\n"));
  EXPECT_EQ(LastDetail(lines, "goroutine 7 [x]:\nin goroutine 71\n"),
            "not found (g is 7)");
  EXPECT_TRUE(
      AllMet(R"(["/x=(?P<x>\\w+)/", "y={x}", "/^{x}$/"])", "x=ab\ny=ab\nab\n"));
  EXPECT_FALSE(AllMet(R"(["/x=(?P<x>\\w+)/", "y={x}"])", "x=ab\ny=b\n"));
}

TEST(LineMatcherTest, ANameThatWasNotFoundIsFoundNowhere) {
  EXPECT_EQ(LastDetail(R"(["a {goid:g}", "b {g}"])", "b 1\n"),
            "not found (g has no value yet)");
}

// ---------------------------------------------------------------- FileCheck

constexpr char kFileCheck[] = "/usr/bin/FileCheck-14";
constexpr int kCases = 3000;
constexpr int64_t kLeast = 30;  // of them
constexpr int kInFlight = 4;
constexpr unsigned kSeed = 20260101;

struct Case {
  std::string lines;   // our JSON
  std::string checks;  // FileCheck's
  std::string output;
};

// Writes one case in both languages. It follows, roughly, which line is taken
// by each directive, and mostly asks for what stands there: else hardly any
// case with more than two would be met.
class Generator {
 public:
  explicit Generator(unsigned seed) : random_(seed) {}

  Case Make() {
    MakeOutput();
    case_.lines = "[";
    case_.checks.clear();
    forbidden_.clear();
    names_.clear();
    line_ = -1;
    before_ = Before::kNothing;
    const int directives = 1 + Below(5);
    for (int i = 0; i < directives; ++i) AddDirective();
    for (const std::string& text : forbidden_) Check("NOT", text);
    case_.lines += "]";
    return case_;
  }

 private:
  enum class Before { kNothing, kPlace, kWholeLine };

  struct Pattern {
    std::string ours;    // as a JSON string
    std::string theirs;  // in a directive
    std::string sought;  // a text of the line it is in, or about that
    bool defines = false;
  };

  struct Name {
    std::string name;
    std::string value;
  };

  int Below(int bound) {
    return static_cast<int>(random_() % static_cast<unsigned>(bound));
  }

  void MakeOutput() {
    case_.output.clear();
    lines_.clear();
    for (int more = 2 + Below(8); more > 0; --more) lines_.emplace_back();
    for (std::string& line : lines_) {
      const int words = Below(4);
      for (int word = 0; word < words; ++word) {
        if (word > 0) line += ' ';
        line += Word();
      }
      case_.output += line + '\n';
    }
    case_.output += "END\n";
  }

  int Lines() const { return static_cast<int>(lines_.size()); }
  std::string Line(int number) const {
    return number >= 0 && number < Lines() ? lines_[static_cast<size_t>(number)]
                                           : "";
  }

  // The first line below that has `text`, or one far below.
  int Find(const std::string& text, int line) const {
    do {
      ++line;
    } while (line < Lines() && Line(line).find(text) == std::string::npos);
    return line;
  }

  // One of those below, if there are any.
  int AnyBelow() {
    const int left = Lines() - line_ - 1;
    return left > 0 ? line_ + 1 + Below(left) : Lines();
  }

  // The last word of line `number`, or any.
  std::string WordOf(int number) {
    const std::string line = Line(number);
    if (line.empty() || Below(4) == 0) return Word();
    return line.substr(line.rfind(' ') + 1);
  }

  std::string Word() {
    static const char* const kWords[] = {"a", "b", "c", "ab", "ba", "bc"};
    return kWords[Below(6)];
  }

  // Of something in line `number`, mostly.
  Pattern MakePattern(bool may_define, int number) {
    const std::string word = WordOf(number);
    const int kind = Below(10);
    if (kind == 0) {
      return {"\"/[ab]+ " + word + "/\"", "{{[ab]+}} " + word, " " + word};
    }
    if (kind == 1) {
      return {"\"/" + word + "|cc/\"", "{{" + word + "|cc}}", word};
    }
    if (kind <= 4 && may_define && names_.size() < 2) {
      const std::string name = "x" + std::to_string(names_.size());
      return {"\"/(?P<" + name + ">[ab]+)/\"", "[[" + name + ":[ab]+]]", "",
              true};
    }
    if (const Name* name = kind <= 7 ? NameIn(number) : nullptr) {
      return {"\"{" + name->name + "}\"", "[[" + name->name + "]]",
              name->value};
    }
    return {"\"" + word + "\"", word, word};
  }

  // One whose value stands in that line, or any.
  const Name* NameIn(int number) {
    if (names_.empty()) return nullptr;
    for (const Name& name : names_) {
      const bool there = Line(number).find(name.value) != std::string::npos;
      if (there && Below(4) > 0) return &name;
    }
    return &names_[static_cast<size_t>(Below(static_cast<int>(names_.size())))];
  }

  // Gives the name that `pattern` defines its value, the first in `line`.
  void Define(const Pattern& pattern, const std::string& line) {
    if (!pattern.defines) return;
    const size_t begin = std::min(line.find_first_of("ab"), line.size());
    const size_t end =
        std::min(line.find_first_not_of("ab", begin), line.size());
    names_.push_back(
        {"x" + std::to_string(names_.size()), line.substr(begin, end - begin)});
  }

  void Check(const std::string& kind, const std::string& text) {
    case_.checks +=
        "CHECK" + (kind.empty() ? "" : "-" + kind) + ": " + text + "\n";
  }

  void Ours(const std::string& element) {
    if (case_.lines.back() != '[') case_.lines += ",";
    case_.lines += element;
  }

  // Ends the line of what stands before, so that FileCheck goes on below it.
  void Below() {
    std::vector<std::string> forbidden;
    forbidden.swap(forbidden_);
    for (const std::string& text : forbidden) Check("NOT", text);
    if (before_ == Before::kNothing) return;
    Check("", "{{$}}");
    for (const std::string& text : forbidden) Check("NOT", text);
  }

  void AddDirective() {
    const bool empty_next = line_ + 1 < Lines() && Line(line_ + 1).empty();
    if (before_ != Before::kNothing && empty_next && Below(2) == 0) {
      return AddEmpty();
    }
    switch (Below(before_ == Before::kNothing ? 5 : 10)) {
      case 0: {
        const Pattern pattern =
            MakePattern(/*may_define=*/false, Below(Lines()));
        Ours("{\"not\":" + pattern.ours + "}");
        forbidden_.push_back(pattern.theirs);
        return;
      }
      case 1:
        return AddGroup();
      case 2:
        return AddCount();
      case 5:
      case 6:
        return AddPlain("NEXT", "next");
      case 7:
      case 8:
        if (before_ == Before::kPlace) return AddSame();
        return AddPlain("", "");
      case 9:
        return AddEmpty();
      default:
        return AddPlain("", "");
    }
  }

  void AddEmpty() {
    Below();
    Ours("{\"empty\":true}");
    case_.checks += "CHECK-EMPTY:\n";
    before_ = Before::kWholeLine;
    ++line_;
  }

  void AddPlain(const std::string& theirs, const std::string& key) {
    Below();
    const int target = key.empty() ? AnyBelow() : line_ + 1;
    const Pattern pattern = MakePattern(/*may_define=*/true, target);
    Ours(key.empty() ? pattern.ours : "{\"" + key + "\":" + pattern.ours + "}");
    Check(theirs, pattern.theirs);
    before_ = Before::kPlace;
    line_ = !key.empty()      ? line_ + 1
            : pattern.defines ? std::min(Find("a", line_), Find("b", line_))
                              : Find(pattern.sought, line_);
    Define(pattern, Line(line_));
  }

  void AddSame() {
    for (const std::string& text : forbidden_) Check("NOT", text);
    forbidden_.clear();
    const Pattern pattern = MakePattern(/*may_define=*/true, line_);
    Ours("{\"same\":" + pattern.ours + "}");
    Check("SAME", pattern.theirs);
    Define(pattern, Line(line_));
  }

  void AddGroup() {
    Below();
    std::string ours;
    int last = line_;
    const int members = 2 + Below(2);
    for (int i = 0; i < members; ++i) {
      const Pattern pattern = MakePattern(/*may_define=*/false, AnyBelow());
      ours += (i == 0 ? "" : ",") + pattern.ours;
      Check("DAG", "{{.*}}" + pattern.theirs + "{{.*}}");
      last = std::max(last, Find(pattern.sought, line_));
    }
    Ours("{\"unordered\":[" + ours + "]}");
    before_ = Before::kWholeLine;
    line_ = last;
  }

  void AddCount() {
    Below();
    const int count = 1 + Below(3);
    const Pattern pattern = MakePattern(/*may_define=*/false, AnyBelow());
    Ours("{\"count\":" + std::to_string(count) + ",\"of\":" + pattern.ours +
         "}");
    if (count > 1) {
      Check("COUNT-" + std::to_string(count - 1), pattern.theirs + "{{.*}}");
    }
    Check("", pattern.theirs);
    before_ = Before::kPlace;
    for (int i = 0; i < count; ++i) line_ = Find(pattern.sought, line_);
  }

  std::mt19937 random_;
  Case case_;
  std::vector<std::string> forbidden_;  // theirs, since the last match
  std::vector<Name> names_;
  std::vector<std::string> lines_;  // of the output
  int line_ = -1;                   // the last that is taken, from 0
  Before before_ = Before::kNothing;
};

// The files FileCheck reads; gone when the test is.
class Folder {
 public:
  Folder()
      : path_(std::filesystem::temp_directory_path() /
              ("line_matcher_test." + std::to_string(getpid()))) {
    std::filesystem::create_directories(path_);
  }
  ~Folder() { std::filesystem::remove_all(path_); }

  std::string Write(int number, const std::string& text) const {
    const std::filesystem::path file = path_ / std::to_string(number);
    std::ofstream(file) << text;
    return file.string();
  }

 private:
  const std::filesystem::path path_;
};

// How many of `checks` have a directive or a name in them.
int64_t With(const std::string& part, const std::vector<std::string>& checks) {
  return std::count_if(checks.begin(), checks.end(),
                       [&](const std::string& one) {
                         return one.find(part) != std::string::npos;
                       });
}

TEST(LineMatcherTest, JudgesAsFileCheckDoes) {
  if (access(kFileCheck, X_OK) != 0) {
    FAIL() << kFileCheck << " is missing; ci/setup.sh installs llvm-14-tools";
  }
  Generator generator(kSeed);
  std::vector<Case> cases;
  for (int i = 0; i < kCases; ++i) cases.push_back(generator.Make());
  Folder folder;
  std::vector<ProcessResult> theirs(cases.size());
  {
    ProcessRunner runner(kInFlight);
    for (size_t i = 0; i < cases.size(); ++i) {
      ProcessRequest request;
      request.program = kFileCheck;
      request.args = {folder.Write(static_cast<int>(i), cases[i].checks)};
      request.stdin_text = cases[i].output;
      request.limits.time = absl::Minutes(2);
      runner.Submit(std::move(request),
                    [&theirs, i](absl::StatusOr<ProcessResult> result) {
                      if (result.ok()) theirs[i] = *std::move(result);
                    });
    }
    runner.Wait();
  }
  std::vector<std::string> passed;
  std::vector<std::string> failed;
  for (size_t i = 0; i < cases.size(); ++i) {
    const bool met = AllMet(cases[i].lines, cases[i].output);
    (met ? passed : failed).push_back(cases[i].checks);
    ASSERT_LE(theirs[i].exit_code, 1) << theirs[i].output;
    ASSERT_EQ(met, theirs[i].exit_code == 0)
        << "case " << i << "\n"
        << cases[i].lines << "\n-- checks\n"
        << cases[i].checks << "-- output\n"
        << cases[i].output << "-- FileCheck\n"
        << theirs[i].output;
  }
  // Each word of the language, and the definition and use of a name, often
  // enough on both sides.
  for (const char* part :
       {"CHECK:", "-NEXT:", "-SAME:", "-EMPTY:", "-NOT:", "-DAG:", "-COUNT-",
        "[[x0:", "[[x0]]", "{{[ab]+}}"}) {
    EXPECT_GT(With(part, passed), kLeast) << part;
    EXPECT_GT(With(part, failed), kLeast) << part;
  }
}

}  // namespace
}  // namespace harness
