#include "harness/match/mutants.h"

#include <algorithm>
#include <csignal>
#include <optional>
#include <utility>

#include "absl/strings/ascii.h"
#include "absl/strings/str_cat.h"
#include "harness/crash/crash.h"
#include "harness/match/ending.h"
#include "harness/match/pattern_sample.h"

namespace harness {
namespace {

using End = ProcessResult::End;

constexpr int kSomeExit = 117;  // no program of anybody's ends so

bool IsDigit(char c) {
  return absl::ascii_isdigit(static_cast<unsigned char>(c));
}
bool IsAlpha(char c) {
  return absl::ascii_isalpha(static_cast<unsigned char>(c));
}

enum class Stream { kBoth, kOut, kErr };

// For a result that can be changed, and for one that can not.
template <typename Result>
auto& TextOf(Result& result, Stream stream) {
  if (stream == Stream::kBoth) return result.output;
  return stream == Stream::kOut ? *result.out : *result.err;
}

// Changes one stream. Where they were kept apart, the text of both is another.
class Mutator {
 public:
  Mutator(const ProcessResult& result, Stream stream,
          const MutantVisitor& visit)
      : result_(result),
        stream_(stream),
        visit_(visit),
        output_(TextOf(result, stream)) {
    for (size_t begin = 0; begin < output_.size();) {
      size_t newline = output_.find('\n', begin);
      size_t end = newline == output_.npos ? output_.size() : newline + 1;
      lines_.push_back(output_.substr(begin, end - begin));
      begin = end;
    }
  }

  void ChangeTheEnd(size_t steps) {
    Ends();
    Steps(steps);
  }

  void ChangeTheText(const std::vector<std::string>& inserted) {
    if (!output_.empty()) Output("losing all output", "");
    Reports();
    const size_t stride = lines_.size() / kMaxMutatedLines + 1;
    for (size_t i = 0; i < lines_.size() && !enough_; i += stride) Line(i);
    for (size_t i = 0; i <= lines_.size() && !enough_; i += stride) {
      for (const std::string& text : inserted) Insert(i, text);
    }
  }

  int visited() const { return visited_; }
  bool enough() const { return enough_; }

 private:
  void Visit(std::string what, ProcessResult result) {
    if (enough_) return;
    ++visited_;
    enough_ = visit_({std::move(what), std::move(result)});
  }

  void Output(std::string what, std::string output) {
    if (enough_) return;
    ProcessResult result = result_;
    TextOf(result, stream_) = std::move(output);
    if (stream_ == Stream::kBoth) {
      result.output_bytes_total = result.output.size();
    } else {
      what += stream_ == Stream::kOut ? " of stdout" : " of stderr";
    }
    Visit(std::move(what), std::move(result));
  }

  // --------------------------------------------------------------- the end

  void Ends() {
    EndAs(End::kExited, result_.exit_code == kSomeExit ? 0 : kSomeExit);
    EndAs(End::kExited, result_.exit_code == 0 ? 2 : 0);
    EndAs(End::kSignaled, result_.signal == SIGKILL ? SIGSEGV : SIGKILL);
    EndAs(End::kTimeout, 0);
  }

  void EndAs(End end, int code) {
    ProcessResult result = result_;
    result.end = end;
    result.exit_code = end == End::kExited ? code : 0;
    result.signal = end == End::kSignaled ? code : 0;
    result.core_dumped = false;
    if (FormatEnding(result) == FormatEnding(result_)) return;
    std::string what = absl::StrCat("ending by ", FormatEnding(result));
    Visit(std::move(what), std::move(result));
  }

  void Steps(size_t steps) {
    for (size_t i = 0; i < steps; ++i) {
      ProcessResult result = result_;
      result.failed_step = FailedStep{i, "mutated"};
      Visit(absl::StrCat("not reaching step ", i + 1), std::move(result));
    }
  }

  // ---------------------------------------------------------------- reports

  void Reports() {
    const CrashLog log = ParseCrashLog(output_);
    for (size_t i = 0; i < log.reports.size(); ++i) {
      const size_t begin = log.reports[i].begin.offset;
      const size_t end = log.reports[i].end.offset;
      const std::string report(output_.substr(begin, end - begin));
      const std::string before(output_.substr(0, begin));
      const std::string after(output_.substr(end));
      Output(absl::StrCat("losing report ", i + 1), before + after);
      Output(absl::StrCat("doubling report ", i + 1),
             absl::StrCat(before, report, "\n", report, after));
    }
  }

  // ------------------------------------------------------------------ lines

  // All lines, those from `first` to before `last` replaced.
  std::string With(size_t first, size_t last, std::string_view instead) const {
    std::string output;
    for (size_t i = 0; i < first; ++i) output += lines_[i];
    output += instead;
    for (size_t i = last; i < lines_.size(); ++i) output += lines_[i];
    return output;
  }

  void Line(size_t i) {
    const std::string line(lines_[i]);
    const std::string at = absl::StrCat(" line ", i + 1);
    Output("dropping" + at, With(i, i + 1, ""));
    Output("doubling" + at, With(i, i + 1, line + line));
    if (i + 1 < lines_.size()) {
      Output("swapping" + at + " with the next",
             With(i, i + 2, std::string(lines_[i + 1]) + line));
    }
    Output("ending the output before" + at, With(i, lines_.size(), ""));
    Change("changing numbers of" + at, i, Renumbered(line));
    Change("changing a word of" + at, i, Reworded(line));
  }

  void Change(std::string what, size_t i, const std::string& changed) {
    if (changed != lines_[i]) Output(std::move(what), With(i, i + 1, changed));
  }

  void Insert(size_t i, const std::string& text) {
    if (enough_) return;
    Output(absl::StrCat("putting \"", text, "\" above line ", i + 1),
           With(i, i, text + "\n"));
  }

  static std::string Renumbered(std::string line) {
    for (char& c : line) {
      if (IsDigit(c)) c = c == '9' ? '0' : static_cast<char>(c + 1);
    }
    return line;
  }

  static std::string Reworded(std::string line) {
    const auto word = std::find_if(line.begin(), line.end(), IsAlpha);
    if (word != line.end()) *word = *word == 'q' ? 'j' : 'q';
    return line;
  }

  const ProcessResult& result_;
  const Stream stream_;
  const MutantVisitor& visit_;
  const std::string_view output_;
  std::vector<std::string_view> lines_;  // with their newlines
  bool enough_ = false;
  int visited_ = 0;
};

bool ForbidsMore(Expectation::Check check) {
  using Check = Expectation::Check;
  return check == Check::kNever || check == Check::kLineNot ||
         check == Check::kCount || check == Check::kLineEmpty;
}

}  // namespace

std::vector<std::string> InsertedFor(const Spec& spec) {
  std::vector<std::string> inserted;
  for (const Expectation& expectation : spec.expectations) {
    if (!ForbidsMore(expectation.check)) continue;
    std::optional<std::string> sample = expectation.pattern.has_value()
                                            ? SampleOf(*expectation.pattern)
                                            : std::string("not empty");
    if (sample.has_value()) inserted.push_back(*std::move(sample));
  }
  for (const char* line : {"panic: mutant", "goroutine 99 [running]:"}) {
    inserted.emplace_back(line);
  }
  return inserted;
}

int ForEachMutant(const ProcessResult& result, size_t steps,
                  const std::vector<std::string>& inserted,
                  const MutantVisitor& visit) {
  int visited = 0;
  for (const Stream stream : {Stream::kBoth, Stream::kOut, Stream::kErr}) {
    if (stream == Stream::kOut && !result.out.has_value()) continue;
    if (stream == Stream::kErr && !result.err.has_value()) continue;
    Mutator mutator(result, stream, visit);
    if (stream == Stream::kBoth) mutator.ChangeTheEnd(steps);
    mutator.ChangeTheText(inserted);
    visited += mutator.visited();
    if (mutator.enough()) break;
  }
  return visited;
}

}  // namespace harness
