// From lines to reports.
//
//   kText    -- a note before a cause, a cause, or a header --> kCause
//   kCause   -- a header ------------------------------------> kStacks
//   kStacks  -- neither frame, header, register nor note ----> kText
//
// In any state a new cause begins a new report, as soon as the one at hand has
// a cause or a stack already. That parts two reports that were printed at once
// with no blank line between.

#include <string>
#include <utility>

#include "harness/crash/crash.h"
#include "harness/crash/lines.h"

namespace harness {
namespace {

// How many notes may stand before a cause: Go dumps up to 512 bytes of a stack
// in them. Without a limit, rubbish that looks like notes takes quadratic time.
constexpr std::size_t kMaxNotesBeforeCause = 200;

bool StartsWith(std::string_view text, std::string_view prefix) {
  return text.substr(0, prefix.size()) == prefix;
}

std::vector<std::string_view> SplitLines(std::string_view text) {
  std::vector<std::string_view> lines;
  while (!text.empty()) {
    const std::size_t newline = text.find('\n');
    lines.push_back(text.substr(0, newline));
    text.remove_prefix(newline == text.npos ? text.size() : newline + 1);
  }
  return lines;
}

class Parser {
 public:
  Parser(std::string_view text, const GoroutineSink& sink)
      : text_(text), lines_(SplitLines(text)), sink_(sink) {}

  CrashLog Parse() {
    while (!AtEnd()) {
      if (BeginsReport(next_)) {
        ParseReport();
      } else {
        if (const auto status = ParseExitStatus(Line())) {
          log_.exit_status = status;
        }
        Advance();
      }
    }
    FillTexts();
    return std::move(log_);
  }

 private:
  bool AtEnd() const { return next_ >= lines_.size(); }

  // Without the carriage return that a terminal may have added.
  std::string_view LineAt(std::size_t index) const {
    if (index >= lines_.size()) return {};
    std::string_view line = lines_[index];
    if (!line.empty() && line.back() == '\r') line.remove_suffix(1);
    return line;
  }
  std::string_view Line() const { return LineAt(next_); }
  std::string_view Following() const { return LineAt(next_ + 1); }

  ReportPlace Here() const {
    if (AtEnd()) return {text_.size(), lines_.size() + 1};
    return {static_cast<std::size_t>(lines_[next_].data() - text_.data()),
            next_ + 1};
  }
  void Advance(std::size_t lines = 1) { next_ += lines; }

  void Odd(std::string text) {
    if (log_.oddities.size() >= CrashLog::kMaxOddities) return;
    log_.oddities.push_back({Here(), std::move(text)});
  }

  bool IsCause(std::size_t index) const {
    const std::string_view line = LineAt(index);
    return StartsWith(line, kPanicPrefix) || StartsWith(line, kFatalPrefix) ||
           ParseSignalCause(line, LineAt(index + 1)).has_value();
  }

  bool BeginsReport(std::size_t index) const {
    if (IsCause(index) || ParseHeader(LineAt(index)).has_value()) return true;
    // Notes belong to a report only if there is one.
    const std::size_t last = index + kMaxNotesBeforeCause;
    while (index < last && IsNote(LineAt(index))) {
      if (IsCause(++index)) return true;
    }
    return false;
  }

  void ParseReport() {
    log_.reports.emplace_back();
    report_ = &log_.reports.back();
    report_->begin = Here();
    TakeNotes();
    TakeCause();
    TakeStacks();
    TakeRegisters();
    TakeThreadSeparator();
    report_->end = Here();
  }

  bool TakeNote() {
    if (!IsNote(Line())) return false;
    report_->notes.push_back({Here(), std::string(Line())});
    Advance();
    return true;
  }

  void TakeNotes() {
    while (TakeNote()) {
    }
  }

  // ------------------------------------------------------------------ cause

  void TakeCause() {
    if (StartsWith(Line(), kPanicPrefix)) {
      TakePanics();
    } else if (StartsWith(Line(), kFatalPrefix)) {
      TakeFatal();
    } else if (auto signal = ParseSignalCause(Line(), Following())) {
      signal->at = Here();
      report_->signal = std::move(signal);
      Advance(2);
    } else {
      return;  // a stack without a cause
    }
    TakeAfterCause();
  }

  void TakePanics() {
    TakePanic(kPanicPrefix);
    while (StartsWith(Line(), kChainedPanicPrefix) && !AtEnd()) {
      TakePanic(kChainedPanicPrefix);
    }
  }

  void TakePanic(std::string_view prefix) {
    Panic panic;
    panic.at = Here();
    panic.value = Line().substr(prefix.size());
    Advance();
    TakeIndented(panic.value);
    TakeMarks(panic);
    report_->panics.push_back(std::move(panic));
  }

  // The further lines of a value.
  void TakeIndented(std::string& value) {
    while (!AtEnd() && StartsWith(Line(), "\t") &&
           !StartsWith(Line(), kChainedPanicPrefix)) {
      value += '\n';
      value += Line().substr(1);
      Advance();
    }
  }

  void TakeFatal() {
    Remark fatal{Here(), std::string(Line().substr(kFatalPrefix.size()))};
    Advance();
    TakeIndented(fatal.text);
    report_->fatal = std::move(fatal);
  }

  // What may stand between a cause and the first header: a signal, notes, and
  // what other threads put there.
  void TakeAfterCause() {
    while (!AtEnd()) {
      if (auto signal = ParseSignalLine(Line())) {
        signal->at = Here();
        report_->signal = std::move(signal);
        Advance();
      } else if (StartsWith(Line(), kFatalPrefix) && !report_->fatal) {
        TakeFatal();
      } else if (!TakeNote()) {
        break;
      }
    }
    SkipToHeader();
  }

  // A report may end with its cause. Then, and only then, no header follows.
  void SkipToHeader() {
    std::size_t index = next_;
    while (index < lines_.size() && index < next_ + kMaxNotesBeforeCause &&
           !BeginsReport(index)) {
      ++index;
    }
    if (!ParseHeader(LineAt(index)).has_value()) return;
    for (; next_ < index; Advance()) {
      if (!Line().empty()) Odd("between the cause and the first goroutine");
    }
  }

  // ----------------------------------------------------------------- stacks

  void TakeStacks() {
    for (;;) {
      const std::size_t before = next_;
      SkipBlankLines();
      auto goroutine = ParseHeader(Line());
      if (AtEnd() || !goroutine) {
        next_ = before;
        return;
      }
      goroutine->at = Here();
      Advance();
      TakeStack(goroutine->stack, &goroutine->stack_unavailable);
      TakeAncestors(*goroutine);
      Keep(*std::move(goroutine));
    }
  }

  void Keep(Goroutine goroutine) {
    if (sink_) {
      sink_(log_.reports.size() - 1, std::move(goroutine));
    } else {
      report_->goroutines.push_back(std::move(goroutine));
    }
  }

  void SkipBlankLines() {
    while (!AtEnd() && Line().empty()) Advance();
  }

  void TakeAncestors(Goroutine& goroutine) {
    while (const auto id = ParseAncestor(Line())) {
      Ancestor ancestor;
      ancestor.at = Here();
      ancestor.id = *id;
      Advance();
      TakeStack(ancestor.stack, nullptr);
      goroutine.ancestors.push_back(std::move(ancestor));
    }
  }

  // Up to a blank line, or what begins something else.
  void TakeStack(Stack& stack, bool* unavailable) {
    while (!AtEnd() && !Line().empty()) {
      if (ParseAncestor(Line()) || ParseHeader(Line()) || IsCause(next_))
        return;
      if (TakeFrame(stack) || TakeCreatedBy(stack) || TakeElided(stack)) {
        continue;
      }
      if (TakeNote()) continue;
      if (unavailable != nullptr && StartsWith(Line(), kUnavailable)) {
        *unavailable = true;
      } else if (ParseExitStatus(Line()) || ParseRegister(Line())) {
        return;
      } else {
        Odd("neither a frame nor anything else that belongs into a stack");
      }
      Advance();
    }
  }

  bool TakeFrame(Stack& stack) {
    auto frame = ParseFrame(Line(), Following());
    if (!frame) return false;
    frame->at = Here();
    Advance();
    TakeFileLine();
    stack.frames.push_back(std::move(*frame));
    return true;
  }

  bool TakeCreatedBy(Stack& stack) {
    auto created = ParseCreatedBy(Line(), Following());
    if (!created) return false;
    created->at = Here();
    Advance();
    TakeFileLine();
    if (stack.created_by.has_value()) Odd("created twice");
    stack.created_by = std::move(created);
    return true;
  }

  void TakeFileLine() {
    if (IsFileLine(Line())) {
      Advance();
    } else {
      Odd("the line with the file is missing");
    }
  }

  bool TakeElided(Stack& stack) {
    const auto elided = ParseElided(Line());
    if (!elided) return false;
    stack.elided_frames = *elided;
    stack.elided_before = stack.frames.size();
    Advance();
    return true;
  }

  // ------------------------------------------------------------ after stacks

  void TakeRegisters() {
    const std::size_t before = next_;
    SkipBlankLines();
    if (!ParseRegister(Line()).has_value()) {
      next_ = before;
      return;
    }
    while (const auto value = ParseRegister(Line())) {
      report_->registers.push_back(*value);
      Advance();
    }
  }

  void TakeThreadSeparator() {
    std::size_t index = next_;
    while (index < lines_.size() && LineAt(index).empty()) ++index;
    if (LineAt(index) == kThreadSeparator) next_ = index + 1;
  }

  // Everything that is between reports.
  void FillTexts() {
    const auto& reports = log_.reports;
    log_.text_before =
        text_.substr(0, reports.empty() ? text_.npos : reports[0].begin.offset);
    for (std::size_t i = 0; i < reports.size(); ++i) {
      const std::size_t end =
          i + 1 < reports.size() ? reports[i + 1].begin.offset : text_.size();
      log_.reports[i].extras = Extras(reports[i].end, end);
    }
  }

  std::optional<Remark> Extras(ReportPlace at, std::size_t end) const {
    while (at.offset < end && text_[at.offset] == '\n') {
      ++at.offset;
      ++at.line;
    }
    while (end > at.offset && text_[end - 1] == '\n') --end;
    if (at.offset == end) return std::nullopt;
    return Remark{at, std::string(text_.substr(at.offset, end - at.offset))};
  }

  // GOTRACEBACK=crash has the threads write one report each.
  static constexpr std::string_view kThreadSeparator = "-----";
  static constexpr std::string_view kUnavailable =
      "\tgoroutine running on other thread";

  const std::string_view text_;
  const std::vector<std::string_view> lines_;
  const GoroutineSink& sink_;
  std::size_t next_ = 0;
  CrashLog log_;
  CrashReport* report_ = nullptr;
};

}  // namespace

CrashLog ParseCrashLog(std::string_view text) {
  return ParseCrashLog(text, nullptr);
}

CrashLog ParseCrashLog(std::string_view text, const GoroutineSink& sink) {
  return Parser(text, sink).Parse();
}

}  // namespace harness
