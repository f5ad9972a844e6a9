#include "harness/report/explain_text.h"

#include <re2/re2.h>

#include <algorithm>
#include <utility>

#include "absl/strings/str_cat.h"
#include "absl/strings/str_format.h"
#include "absl/strings/str_split.h"
#include "harness/match/escape.h"
#include "harness/report/death_text.h"

namespace harness {
namespace {

// Longer names push their file to the right instead of all others.
constexpr std::size_t kWidestName = 48;
constexpr std::size_t kShownOddities = 5;
constexpr std::size_t kShownValueLines = 10;
constexpr std::size_t kShownValueBytes = 300;

std::string Lines(std::size_t count, std::string_view what) {
  return absl::StrCat(count, " ", std::string(what), count == 1 ? "" : "s");
}

std::string Shown(std::string_view line) {
  if (line.size() <= kShownValueBytes) return EscapeLine(line);
  return absl::StrCat(EscapeLine(line.substr(0, kShownValueBytes)), " ... ",
                      line.size() - kShownValueBytes, " bytes more");
}

std::string ShownValue(const std::string& value) {
  std::string text;
  std::size_t number = 0;
  for (const absl::string_view line : absl::StrSplit(value, '\n')) {
    if (++number > kShownValueLines) continue;
    if (number > 1) text += "\n    ";
    text += Shown({line.data(), line.size()});
  }
  if (number > kShownValueLines) {
    absl::StrAppend(&text, "\n    ... ", number - kShownValueLines,
                    " lines more");
  }
  return text;
}

std::string Mark(const Panic& panic) {
  if (panic.repanicked) return "  [recovered, repanicked]";
  return panic.recovered ? "  [recovered]" : "";
}

std::string CauseText(const CrashReport& report, const Style& style) {
  std::string text;
  for (const Panic& panic : report.panics) {
    absl::StrAppend(&text, style.Red("panic: " + ShownValue(panic.value)),
                    style.Yellow(Mark(panic)), "\n");
  }
  if (report.fatal.has_value()) {
    absl::StrAppend(&text,
                    style.Red("fatal error: " + ShownValue(report.fatal->text)),
                    "\n");
  }
  if (report.signal.has_value()) {
    absl::StrAppend(
        &text, style.Red(absl::StrCat(EscapeLine(report.signal->name), ": ",
                                      EscapeLine(report.signal->description))));
    if (report.signal->addr.has_value()) {
      absl::StrAppendFormat(&text, " at address %#x", *report.signal->addr);
    }
    text += '\n';
  }
  return text;
}

template <typename Placed>
std::string Place(const Placed& placed) {
  if (placed.file.empty()) return "";
  std::string text = EscapeLine(placed.file);
  if (placed.line > 0) absl::StrAppend(&text, ":", placed.line);
  return text;
}

// How frames are laid out: the names in one column, the files in the next.
class StackText {
 public:
  StackText(const Stack& stack, const Style& style)
      : stack_(stack), style_(style) {
    for (const Frame& frame : stack.frames) Widen(frame.function);
    if (stack.created_by.has_value()) Widen(Creator());
  }

  std::string Format(std::optional<std::size_t> site) const {
    std::string text;
    const std::vector<Frame>& frames = stack_.frames;
    for (std::size_t i = 0; i < frames.size(); ++i) {
      if (i == stack_.elided_before) AppendElided(text);
      const std::size_t times = Times(i);
      std::string line = Row(EscapeLine(frames[i].function), Place(frames[i]));
      if (times > 1) absl::StrAppend(&line, "  ", times, " times");
      const bool here = site == i;
      absl::StrAppend(&text, here ? style_.Red("  > ") : "    ",
                      here ? style_.Bold(line) : line, "\n");
      i += times - 1;
    }
    if (stack_.elided_before == frames.size()) AppendElided(text);
    if (stack_.created_by.has_value()) {
      absl::StrAppend(&text, "    ",
                      style_.Dim(Row(Creator(), Place(*stack_.created_by))),
                      "\n");
    }
    return text;
  }

 private:
  // How often the frame stands there in a row, up to where others are missing:
  // a recursion is one line.
  std::size_t Times(std::size_t first) const {
    const std::vector<Frame>& frames = stack_.frames;
    std::size_t i = first + 1;
    while (i < frames.size() && i != stack_.elided_before &&
           frames[i].function == frames[first].function &&
           Place(frames[i]) == Place(frames[first])) {
      ++i;
    }
    return i - first;
  }

  std::string Creator() const {
    const CreatedBy& created = *stack_.created_by;
    return absl::StrCat("created by ", EscapeLine(created.function));
  }

  void Widen(const std::string& name) {
    width_ = std::max(width_, std::min(name.size(), kWidestName));
  }

  std::string Row(const std::string& name, const std::string& place) const {
    if (place.empty()) return name;
    const std::size_t gap = name.size() < width_ ? width_ - name.size() : 0;
    return absl::StrCat(name, std::string(gap + 2, ' '), place);
  }

  void AppendElided(std::string& text) const {
    if (stack_.elided_frames == 0) return;
    absl::StrAppend(&text, "    ",
                    style_.Dim(absl::StrCat("... ", stack_.elided_frames,
                                            " frames left out")),
                    "\n");
  }

  const Stack& stack_;
  const Style& style_;
  std::size_t width_ = 0;
};

std::string MinutesText(const GoroutineGroup& group) {
  if (!group.least_minutes.has_value()) return "";
  const int least = *group.least_minutes;
  const int most = *group.most_minutes;
  if (least == most) return absl::StrCat(", ", least, " minutes");
  return absl::StrCat(", ", least, " to ", most, " minutes");
}

std::string BracketsText(const GoroutineGroup& group) {
  std::string text =
      absl::StrCat(" [", EscapeLine(group.sample.state), MinutesText(group));
  for (const std::string& attribute : group.sample.attributes) {
    absl::StrAppend(&text, ", ", EscapeLine(attribute));
  }
  if (group.sample.locked_to_thread) text += ", locked to thread";
  return text + "]";
}

std::string Title(const GoroutineGroup& group) {
  const Goroutine& sample = group.sample;
  switch (sample.kind) {
    case Goroutine::Kind::kRuntimeStack:
      return "the runtime's own stack";
    case Goroutine::Kind::kThread:
      return absl::StrCat("thread \"", EscapeLine(sample.name), "\"",
                          BracketsText(group));
    case Goroutine::Kind::kGoroutine:
      break;
  }
  if (group.count == 1) {
    return absl::StrCat("goroutine ", sample.id, BracketsText(group));
  }
  return absl::StrCat(group.count, " goroutines", BracketsText(group), ", ids ",
                      group.ids.Text());
}

std::string GroupText(const GoroutineGroup& group, const Style& style) {
  std::string text = "\n" + style.Bold(Title(group));
  if (group.crashed) absl::StrAppend(&text, " ", style.Red("crashed"));
  text += '\n';
  const Goroutine& sample = group.sample;
  if (sample.stack_unavailable) text += "    (it ran on another thread)\n";
  const auto site =
      group.crashed ? CrashSite(sample.stack) : std::optional<std::size_t>();
  text += StackText(sample.stack, style).Format(site);
  for (const Ancestor& ancestor : sample.ancestors) {
    absl::StrAppend(&text, "  started by goroutine ", ancestor.id,
                    ", then at\n",
                    StackText(ancestor.stack, style).Format(std::nullopt));
  }
  return text;
}

std::string SiteText(const std::vector<GoroutineGroup>& groups,
                     const SourceLine& source, const Style& style) {
  if (groups.empty() || !groups.front().crashed) return "";
  const Stack& stack = groups.front().sample.stack;
  const std::optional<std::size_t> site = CrashSite(stack);
  if (!site.has_value()) return "";
  const Frame& frame = stack.frames[*site];
  std::string text = absl::StrCat("  at ", EscapeLine(frame.function));
  if (!frame.file.empty()) absl::StrAppend(&text, ", ", Place(frame));
  text += '\n';
  const std::string line = source(frame.file, frame.line);
  if (line.empty()) return text;
  absl::StrAppend(&text, "  ", style.Dim(absl::StrCat(frame.line, " |")), " ",
                  Shown(line), "\n");
  return text;
}

std::string CountText(std::size_t goroutines, std::size_t groups) {
  if (goroutines == 0) return "  no goroutine is shown\n";
  if (groups == goroutines) {
    return absl::StrCat("  ", Lines(goroutines, "goroutine"), "\n");
  }
  return absl::StrCat("  ", Lines(goroutines, "goroutine"), " with ",
                      Lines(groups, "different stack"), "\n");
}

// How many words of memory a line of a hex dump shows; 0 for other lines:
// "0x000000c00003b7a8: <0x00000000004e0aa0  0x000000000052fb20 <main.f+0x2f>"
std::size_t DumpedWords(std::string_view line) {
  static const RE2 dump("(0x)?[0-9a-f]{8,16}:( +[<>!]?0x[0-9a-f]{8,16}.*)");
  static const RE2 word("(?: |^)[<>!]?0x[0-9a-f]{8,16}\\b");
  re2::StringPiece words;
  if (!RE2::FullMatch({line.data(), line.size()}, dump, nullptr, &words)) {
    return 0;
  }
  std::size_t count = 0;
  while (RE2::FindAndConsume(&words, word)) ++count;
  return count;
}

void AppendNotes(const CrashReport& report, const Style& style,
                 std::string& text) {
  std::size_t dumped = 0;
  const auto append_dumped = [&] {
    if (dumped == 0) return;
    absl::StrAppend(
        &text, "  ",
        style.Dim(absl::StrCat("(", Lines(dumped, "word"), " of memory)")),
        "\n");
    dumped = 0;
  };
  for (const Remark& note : report.notes) {
    const std::size_t words = DumpedWords(note.text);
    dumped += words;
    if (words > 0) continue;
    append_dumped();
    absl::StrAppend(&text, "  ", style.Dim(Shown(note.text)), "\n");
  }
  append_dumped();
}

std::string ReportText(const CrashReport& report, const GoroutineFolder& folder,
                       const SourceLine& source, const Style& style) {
  const auto groups = folder.Groups(FirstGoroutineCrashed(report));
  std::string text =
      absl::StrCat(CauseText(report, style), "  ", DeathText(report), "\n",
                   SiteText(groups, source, style),
                   CountText(folder.goroutines(), groups.size()));
  AppendNotes(report, style, text);
  for (const GoroutineGroup& group : groups) text += GroupText(group, style);
  if (report.extras.has_value()) {
    text += '\n';
    for (const absl::string_view line :
         absl::StrSplit(report.extras->text, '\n')) {
      absl::StrAppend(&text, "  ",
                      style.Dim("| " + Shown({line.data(), line.size()})),
                      "\n");
    }
  }
  return text;
}

std::size_t CountLines(std::string_view text) {
  const auto newlines = std::count(text.begin(), text.end(), '\n');
  const bool open = !text.empty() && text.back() != '\n';
  return static_cast<std::size_t>(newlines) + (open ? 1 : 0);
}

void AppendOddities(const CrashLog& log, const Style& style,
                    std::string& text) {
  if (log.oddities.empty()) return;
  absl::StrAppend(&text, "\n", style.Yellow(Lines(log.oddities.size(), "line")),
                  " of the report not understood:\n");
  for (std::size_t i = 0; i < log.oddities.size() && i < kShownOddities; ++i) {
    absl::StrAppend(&text, "  line ", log.oddities[i].at.line, ": ",
                    log.oddities[i].text, "\n");
  }
}

}  // namespace

ExplainedLog ExplainCrashLog(std::string_view text) {
  ExplainedLog explained;
  std::vector<GoroutineFolder>& folders = explained.folders;
  explained.log =
      ParseCrashLog(text, [&](std::size_t report, const Goroutine& goroutine) {
        if (folders.size() <= report) folders.resize(report + 1);
        folders[report].Add(goroutine);
      });
  folders.resize(explained.log.reports.size());
  return explained;
}

std::string FormatExplanation(const ExplainedLog& explained,
                              const SourceLine& source, const Style& style) {
  const CrashLog& log = explained.log;
  std::string text;
  if (!log.text_before.empty()) {
    absl::StrAppend(
        &text,
        style.Dim(absl::StrCat("(", Lines(CountLines(log.text_before), "line"),
                               " before the report)")),
        "\n");
  }
  for (std::size_t i = 0; i < log.reports.size(); ++i) {
    if (i > 0) text += '\n';
    if (log.reports.size() > 1) {
      absl::StrAppend(&text,
                      style.Bold(absl::StrCat("Report ", i + 1, " of ",
                                              log.reports.size())),
                      "\n");
    }
    text += ReportText(log.reports[i], explained.folders[i], source, style);
  }
  AppendOddities(log, style, text);
  return text;
}

}  // namespace harness
