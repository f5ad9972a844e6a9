#include "harness/report/spec_proposal.h"

#include <re2/re2.h>

#include <algorithm>
#include <map>
#include <utility>

#include "absl/strings/match.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/str_join.h"
#include "absl/strings/str_replace.h"
#include "harness/crash/crash.h"
#include "harness/match/ending.h"
#include "harness/match/judge.h"
#include "harness/match/output_lines.h"
#include "harness/spec/spec_loader.h"

namespace harness {
namespace {

// Above them a spec says more than anybody reads.
constexpr std::size_t kMaxLines = 12;
constexpr std::size_t kMaxWhole = 400;

using Texts = std::vector<std::string>;

// "exit 2" or, where the runs differ, which ends there were and how often.
absl::StatusOr<std::string> CommonEnd(
    const std::vector<ProcessResult>& results) {
  std::map<std::string, int> ends;
  for (const ProcessResult& result : results) ++ends[FormatEnding(result)];
  if (ends.size() == 1) return FormatEnding(results.front());
  Texts counts;
  for (const auto& [end, count] : ends) {
    counts.push_back(
        absl::StrCat(end, " (", count, " of ", results.size(), " runs)"));
  }
  return absl::FailedPreconditionError(absl::StrCat(
      "the runs did not end alike: ", absl::StrJoin(counts, ", ")));
}

class Proposer {
 public:
  Proposer(JsonMembers what, const Subject& subject,
           const std::vector<ProcessResult>& results)
      : members_(std::move(what)), results_(results) {
    subjects_[subject.name] = subject;
    subject_ = &subjects_[subject.name];
  }

  absl::StatusOr<std::string> Propose(const std::string& end) {
    // The default goes without saying, unless nothing else can be said.
    if (end != "exit 2") members_.emplace_back("ends", JsonQuote(end));
    if (!ProposeWhole()) {
      ProposeStart();
      ProposeLines();
      ProposeGoroutines();
    }
    if (end == "exit 2" && !Holds(members_)) {
      members_.emplace_back("ends", JsonQuote(end));
    }
    const std::string why_not = WhyNot(members_);
    if (why_not.empty()) return FormatJsonObject(members_);
    return absl::FailedPreconditionError(
        absl::StrCat("no spec can hold for such runs: ", why_not));
  }

 private:
  const std::string& First() const { return results_.front().output; }

  // Is it a good spec, and do all runs pass it? Empty, or what is wrong.
  std::string WhyNot(const JsonMembers& members) const {
    LoadedSpecs loaded;
    LoadSpecText(FormatJsonObject(members), "recorded/spec.json", subjects_,
                 loaded);
    if (!loaded.errors.empty()) return loaded.errors.front().message;
    for (const ProcessResult& result : results_) {
      const Verdict verdict = Judge(loaded.specs.at(0), *subject_, result);
      if (verdict.outcome == Outcome::kPass) continue;
      return absl::StrCat(std::string(OutcomeName(verdict.outcome)), ": ",
                          verdict.reason);
    }
    return "";
  }

  bool Holds(const JsonMembers& members) const {
    return WhyNot(members).empty();
  }

  bool Propose(const std::string& key, const std::string& value) {
    JsonMembers with = members_;
    with.emplace_back(key, value);
    if (!Holds(with)) return false;
    members_ = std::move(with);
    return true;
  }

  // A short text that is always the same.
  bool ProposeWhole() {
    if (First().size() > kMaxWhole) return false;
    if (!ParseCrashLog(First()).reports.empty()) return false;
    return Propose("equals", JsonQuote(Generalised(First(), *subject_)));
  }

  // All of the cause, where the output begins with one.
  void ProposeStart() {
    const CrashLog log = ParseCrashLog(First());
    if (log.reports.empty() || !log.text_before.empty()) return;
    const CrashReport& report = log.reports.front();
    if (!report.has_cause() || report.goroutines.empty()) return;
    const std::size_t end = report.goroutines.front().at.offset;
    Propose("starts",
            JsonQuote(Generalised(std::string_view(First()).substr(0, end),
                                  *subject_)));
  }

  void ProposeLines() {
    Texts lines;
    for (const std::string& candidate : Candidates()) {
      if (lines.size() == kMaxLines) break;
      for (const std::string& form :
           {Generalised(candidate, *subject_), Numberless(candidate)}) {
        Texts with = lines;
        with.push_back(JsonQuote(form));
        JsonMembers members = members_;
        members.emplace_back("lines", FormatJsonArray(with));
        if (form.empty() || !Holds(members)) continue;
        lines = std::move(with);
        break;
      }
    }
    if (!lines.empty()) Propose("lines", FormatJsonArray(lines));
  }

  // Of a report the header and the program's own frames; else all lines.
  Texts Candidates() const {
    const CrashLog log = ParseCrashLog(First());
    if (log.reports.empty() || log.reports.front().goroutines.empty()) {
      return AllLines();
    }
    return FramesOf(log.reports.front().goroutines.front());
  }

  Texts AllLines() const {
    Texts texts;
    const OutputLines lines(First());
    for (int number = 1; number <= lines.size(); ++number) {
      texts.emplace_back(lines.Line(number));
    }
    return texts;
  }

  Texts FramesOf(const Goroutine& goroutine) const {
    Texts texts;
    const OutputLines lines(First());
    texts.emplace_back(lines.Line(static_cast<int>(goroutine.at.line)));
    const auto pkg = subject_->values.find("pkg");
    for (const Frame& frame : goroutine.stack.frames) {
      const bool own = pkg == subject_->values.end() ||
                       absl::StartsWith(frame.function, pkg->second + ".");
      const std::string name = frame.function + "(";
      // A recursion may go less deep another time.
      if (own && texts.back() != name) texts.push_back(name);
    }
    const auto& created = goroutine.stack.created_by;
    if (created.has_value()) texts.push_back("created by " + created->function);
    return texts;
  }

  // As an expression in which every number may be another one.
  static std::string Numberless(const std::string& line) {
    std::string expression = RE2::QuoteMeta(line);
    RE2::GlobalReplace(&expression, "0x[0-9a-f]+", "0x[0-9a-f]+");
    if (!RE2::GlobalReplace(&expression, "\\b[0-9]+\\b", "\\\\d+")) return "";
    // QuoteMeta escapes what no expression means anything by.
    RE2::GlobalReplace(&expression, "\\\\([ :/,<>=\"'%&@#~`;!_-])", "\\1");
    return absl::StrCat("/^", expression, "$/");
  }

  void ProposeGoroutines() {
    constexpr char kHeader[] = "/^goroutine \\d+ \\[/";
    const RE2 header("(?m)^goroutine \\d+ \\[");
    re2::StringPiece rest(First());
    int count = 0;
    while (RE2::FindAndConsume(&rest, header)) ++count;
    if (count == 0) return;
    Propose("count", absl::StrCat("{ ", JsonQuote(kHeader), ": ", count, " }"));
  }

  JsonMembers members_;
  Subjects subjects_;
  const Subject* subject_;
  const std::vector<ProcessResult>& results_;
};

}  // namespace

std::string Generalised(std::string_view line, const Subject& subject) {
  std::string text = absl::StrReplaceAll(
      absl::string_view(line.data(), line.size()), {{"{", "{{"}, {"$", "$$"}});
  RE2::GlobalReplace(&text, "\\b0x[0-9a-f]+", "{addr}");
  RE2::GlobalReplace(&text, "\\bgoroutine (?:[02-9]|[1-9][0-9]+)\\b",
                     "goroutine {goid}");
  RE2::GlobalReplace(&text, "(^|[\\s\"'(])/[^\\s:]+:[0-9]+\\b",
                     "\\1{file}:{line}");
  const auto pkg = subject.values.find("pkg");
  if (pkg != subject.values.end() && !pkg->second.empty()) {
    RE2::GlobalReplace(&text, "\\b" + RE2::QuoteMeta(pkg->second) + "\\.",
                       "$pkg.");
  }
  return absl::StartsWith(text, "/") ? "\\" + text : text;
}

absl::StatusOr<std::string> ProposeSpec(
    const JsonMembers& what, const Subject& subject,
    const std::vector<ProcessResult>& results) {
  absl::StatusOr<std::string> end = CommonEnd(results);
  if (!end.ok()) return end.status();
  return Proposer(what, subject, results).Propose(*end);
}

}  // namespace harness
