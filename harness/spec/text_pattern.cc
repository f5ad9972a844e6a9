#include "harness/spec/text_pattern.h"

#include <re2/re2.h>

#include <algorithm>
#include <set>
#include <utility>

#include "absl/strings/str_cat.h"
#include "absl/strings/str_replace.h"
#include "harness/spec/readable_text.h"

namespace harness {
namespace {

using Place = TextPattern::Place;
using Span = TextPattern::Span;
using PieceKind = PatternPiece::Kind;

constexpr char kMultiLine[] = "(?m)";
// Of a group that stands for a named placeholder; the writer's have no such.
constexpr std::string_view kOurs = "lastwords_";

std::shared_ptr<const RE2> Compile(const std::string& expression,
                                   bool never_newline = false) {
  RE2::Options options;
  options.set_never_nl(never_newline);
  options.set_log_errors(false);
  options.set_max_mem(int64_t{64} << 20);
  return std::make_shared<const RE2>(absl::StrCat(kMultiLine, expression),
                                     options);
}

std::string Anchored(const std::string& expression, Place place) {
  switch (place) {
    case Place::kAnywhere:
      return expression;
    case Place::kStart:
      return absl::StrCat("\\A(?:", expression, ")");
    case Place::kEnd:
      return absl::StrCat("(?:", expression, ")\\z");
    case Place::kWhole:
      return absl::StrCat("\\A(?:", expression, ")\\z");
  }
  return expression;
}

// What the writer wrote, without slashes; `{{` has become a brace.
std::string TextOf(const std::vector<PatternPiece>& pieces) {
  std::string text;
  for (const PatternPiece& piece : pieces) {
    switch (piece.kind) {
      case PieceKind::kText:
      case PieceKind::kExpression:
        text += piece.text;
        break;
      case PieceKind::kPlaceholder:
        absl::StrAppend(&text, "{", piece.text, piece.name.empty() ? "" : ":",
                        piece.name, "}");
        break;
      case PieceKind::kUse:
        absl::StrAppend(&text, "{", piece.name, "}");
    }
  }
  return text;
}

// A value found before. One of a kind ends where it ended there: goroutine 1
// is not goroutine 12.
std::string Again(const std::string& value, const std::string& kind) {
  const ReadableText readable(value);
  std::string quoted = RE2::QuoteMeta(
      re2::StringPiece(readable.view().data(), readable.view().size()));
  if (kind.empty()) return quoted;
  return kind == "file" ? quoted : absl::StrCat("\\b", quoted, "\\b");
}

absl::Status CheckExpression(const std::string& shown, const RE2& bare,
                             bool may_be_empty) {
  if (!bare.ok()) {
    return absl::InvalidArgumentError(absl::StrCat(
        "bad regular expression \"/", shown,
        "/\": ", absl::StrReplaceAll(bare.error(), {{kMultiLine, ""}})));
  }
  if (!may_be_empty && RE2::PartialMatch("", bare)) {
    return absl::InvalidArgumentError(
        absl::StrCat("regular expression \"/", shown,
                     "/\" matches the empty text, so it says nothing"));
  }
  return absl::OkStatus();
}

absl::Status AddGroups(const RE2& expression, CaptureNames& names) {
  for (const auto& [name, index] : expression.NamedCapturingGroups()) {
    if (name.substr(0, kOurs.size()) == kOurs) continue;
    if (!KindExpression(name).empty()) {
      return absl::InvalidArgumentError(
          absl::StrCat("\"", name, "\" is a kind, and can not be a name too"));
    }
    if (!names.emplace(name, "").second) {
      return absl::InvalidArgumentError(
          absl::StrCat("group \"", name, "\" is defined twice; {", name,
                       "} is what it has become"));
    }
  }
  return absl::OkStatus();
}

bool IsExpression(std::string_view written) {
  return !written.empty() && written[0] == '/';
}

absl::Status CheckWritten(std::string_view written, Place place) {
  if (written.empty() && place != Place::kWhole) {
    return absl::InvalidArgumentError("empty string; expected a text");
  }
  if (!IsExpression(written)) return absl::OkStatus();
  if (written.size() == 1 || written.back() != '/') {
    return absl::InvalidArgumentError(absl::StrCat(
        "unterminated regular expression \"", std::string(written),
        "\"; expected \"/.../\", or \"\\\\/...\" for a text that begins with "
        "a slash"));
  }
  if (written == "//") {
    return absl::InvalidArgumentError("empty regular expression \"//\"");
  }
  return absl::OkStatus();
}

}  // namespace

TextPattern::TextPattern(Kind kind, Place place,
                         std::vector<PatternPiece> pieces,
                         const CaptureNames& names)
    : kind_(kind),
      place_(place),
      pieces_(std::move(pieces)),
      text_(TextOf(pieces_)) {
  for (const PatternPiece& piece : pieces_) {
    auto known = names.find(piece.name);
    if (known != names.end()) kinds_.insert(*known);
  }
}

absl::StatusOr<TextPattern> TextPattern::Parse(std::string_view written,
                                               Place place,
                                               const Variables& variables,
                                               CaptureNames* names) {
  CaptureNames alone;
  if (names == nullptr) names = &alone;
  absl::Status status = CheckWritten(written, place);
  if (!status.ok()) return status;
  bool regex = IsExpression(written);
  if (regex) {
    written = written.substr(1, written.size() - 2);
  } else if (written.substr(0, 2) == "\\/") {
    written.remove_prefix(1);
  }
  absl::StatusOr<std::vector<PatternPiece>> pieces =
      SplitPlaceholders(written, regex, variables, *names);
  if (!pieces.ok()) return pieces.status();
  bool plain = pieces->empty() ||
               (pieces->size() == 1 && (*pieces)[0].kind == PieceKind::kText);
  Kind kind = regex ? Kind::kRegex : plain ? Kind::kLiteral : Kind::kTemplate;
  TextPattern pattern(kind, place, *std::move(pieces), *names);
  if (kind == Kind::kLiteral) return pattern;
  if (regex) {
    std::shared_ptr<const RE2> bare = Compile(pattern.Expression({}));
    status = CheckExpression(pattern.text_, *bare, place == Place::kWhole);
    if (status.ok()) status = AddGroups(*bare, *names);
    if (!status.ok()) return status;
    for (const auto& [name, index] : bare->NamedCapturingGroups()) {
      if (name.substr(0, kOurs.size()) != kOurs) pattern.kinds_[name] = "";
    }
  }
  pattern.regex_ = pattern.Compiled({});
  return pattern;
}

std::string TextPattern::Expression(const Captures& captures) const {
  std::string expression;
  std::set<std::string> defined;
  for (const PatternPiece& piece : pieces_) {
    auto value = captures.find(piece.name);
    auto kind = kinds_.find(piece.name);
    std::string of(KindExpression(piece.text));
    if (piece.kind == PieceKind::kText) {
      expression += RE2::QuoteMeta(piece.text);
    } else if (piece.kind == PieceKind::kExpression) {
      expression += piece.text;
    } else if (value != captures.end()) {
      expression +=
          Again(value->second, kind == kinds_.end() ? "" : kind->second);
    } else if (piece.kind == PieceKind::kUse) {
      expression +=
          kind == kinds_.end() || kind->second.empty()
              ? "[^\\n]+?"
              : absl::StrCat("(?:", std::string(KindExpression(kind->second)),
                             ")");
    } else if (piece.name.empty() || !defined.insert(piece.name).second) {
      absl::StrAppend(&expression, "(?:", of, ")");
    } else {
      absl::StrAppend(&expression, "(?P<", std::string(kOurs), piece.name, ">",
                      of, ")");
    }
  }
  return expression;
}

std::shared_ptr<const RE2> TextPattern::Compiled(
    const Captures& captures) const {
  return Compile(Anchored(Expression(captures), place_));
}

std::optional<Span> TextPattern::FindLiteral(std::string_view text,
                                             size_t from) const {
  size_t begin = std::string_view::npos;
  switch (place_) {
    case Place::kAnywhere:
      begin = text.find(text_, from);
      break;
    case Place::kStart:
      if (text.substr(0, text_.size()) == text_) begin = 0;
      break;
    case Place::kEnd:
      if (text.size() >= text_.size() &&
          text.substr(text.size() - text_.size()) == text_) {
        begin = text.size() - text_.size();
      }
      break;
    case Place::kWhole:
      if (text == text_) begin = 0;
      break;
  }
  if (begin == std::string_view::npos || begin < from) return std::nullopt;
  return Span{begin, begin + text_.size()};
}

namespace {

// What a group matched, in the bytes of the text.
std::string TextOfGroup(const re2::StringPiece& group,
                        const ReadableText& readable) {
  if (group.data() == nullptr) return "";
  const auto offset =
      static_cast<size_t>(group.data() - readable.view().data());
  const size_t begin = readable.ToText(offset);
  const size_t end = readable.ToText(offset + group.size());
  return std::string(readable.text().substr(begin, end - begin));
}

// Fills `found` with what the named groups matched. Offsets are those of the
// text, not of its view.
std::optional<Span> Search(const RE2& regex, const ReadableText& readable,
                           size_t from, RE2::Anchor anchor, Captures* found) {
  if (!regex.ok()) return std::nullopt;
  std::vector<re2::StringPiece> groups(
      found == nullptr
          ? 1
          : static_cast<size_t>(regex.NumberOfCapturingGroups()) + 1);
  const std::string_view view = readable.view();
  re2::StringPiece whole(view.data(), view.size());
  if (!regex.Match(whole, readable.ToView(from), view.size(), anchor,
                   groups.data(), static_cast<int>(groups.size()))) {
    return std::nullopt;
  }
  if (found != nullptr) {
    for (const auto& [name, index] : regex.NamedCapturingGroups()) {
      bool ours = name.substr(0, kOurs.size()) == kOurs;
      (*found)[ours ? name.substr(kOurs.size()) : name] =
          TextOfGroup(groups[static_cast<size_t>(index)], readable);
    }
  }
  const auto begin = static_cast<size_t>(groups[0].data() - view.data());
  return Span{readable.ToText(begin),
              readable.ToText(begin + groups[0].size())};
}

}  // namespace

// RE2 has no references back: what the names were found as is put in their
// place, and must then be found at the same place.
bool TextPattern::Agrees(const ReadableText& text, Span& span,
                         Captures& captures) const {
  Captures again = captures;
  std::optional<Span> second =
      Search(*Compiled(captures), text, span.begin, RE2::ANCHOR_START, &again);
  if (!second.has_value() || again != captures) return false;
  span = *second;
  return true;
}

// False when something is used that was never found.
bool TextPattern::HasAll(const Captures& captures) const {
  return std::all_of(kinds_.begin(), kinds_.end(), [&](const auto& known) {
    return captures.contains(known.first);
  });
}

std::optional<Span> TextPattern::FindNamed(const ReadableText& text,
                                           size_t from,
                                           Captures& captures) const {
  bool fresh = std::none_of(
      kinds_.begin(), kinds_.end(),
      [&](const auto& known) { return captures.contains(known.first); });
  std::shared_ptr<const RE2> regex = fresh ? regex_ : Compiled(captures);
  while (from <= text.text().size()) {
    Captures found = captures;
    std::optional<Span> span =
        Search(*regex, text, from, RE2::UNANCHORED, &found);
    if (!span.has_value() || !HasAll(found)) {
      return std::nullopt;
    }
    if (Agrees(text, *span, found)) {
      captures = std::move(found);
      return span;
    }
    from = span->begin + 1;
  }
  return std::nullopt;
}

std::optional<Span> TextPattern::FindIn(const ReadableText& text, size_t from,
                                        Captures* captures) const {
  if (from > text.text().size()) return std::nullopt;
  if (is_literal()) return FindLiteral(text.text(), from);
  if (kinds_.empty()) {
    return Search(*regex_, text, from, RE2::UNANCHORED, nullptr);
  }
  Captures own;
  return FindNamed(text, from, captures == nullptr ? own : *captures);
}

std::optional<Span> TextPattern::Find(std::string_view text, size_t from,
                                      Captures* captures) const {
  if (is_literal()) {
    return from > text.size() ? std::nullopt : FindLiteral(text, from);
  }
  return FindIn(ReadableText(text), from, captures);
}

int64_t TextPattern::Count(std::string_view text,
                           const Captures& captures) const {
  const ReadableText readable(text);
  int64_t count = 0;
  size_t from = 0;
  Captures known = captures;
  while (std::optional<Span> span = FindIn(readable, from, &known)) {
    ++count;
    from = span->end > span->begin ? span->end : span->end + 1;
    known = captures;
  }
  return count;
}

// Without newlines an expression that needs one is a program of the one
// instruction that fails.
bool TextPattern::NeedsNewline() const {
  if (!is_regex()) return text_.find('\n') != text_.npos;
  constexpr int kOnlyFails = 1;
  return Compile(Expression({}), /*never_newline=*/true)->ProgramSize() ==
         kOnlyFails;
}

TextPattern TextPattern::Anywhere() const {
  TextPattern pattern = *this;
  pattern.place_ = Place::kAnywhere;
  if (!is_literal()) pattern.regex_ = pattern.Compiled({});
  return pattern;
}

std::vector<TextPattern> TextPattern::Lines() const {
  std::vector<std::vector<PatternPiece>> lines(1);
  for (const PatternPiece& piece : pieces_) {
    if (piece.kind != PieceKind::kText) {
      lines.back().push_back(piece);
      continue;
    }
    std::string_view rest = piece.text;
    for (size_t at = rest.find('\n'); at != rest.npos; at = rest.find('\n')) {
      lines.back().push_back(
          {PieceKind::kText, std::string(rest.substr(0, at)), ""});
      lines.emplace_back();
      rest.remove_prefix(at + 1);
    }
    lines.back().push_back({PieceKind::kText, std::string(rest), ""});
  }
  std::vector<TextPattern> patterns;
  for (std::vector<PatternPiece>& line : lines) {
    const bool plain =
        std::all_of(line.begin(), line.end(), [](const PatternPiece& piece) {
          return piece.kind == PieceKind::kText;
        });
    TextPattern pattern(plain ? Kind::kLiteral : Kind::kTemplate, Place::kWhole,
                        std::move(line), kinds_);
    if (!plain) pattern.regex_ = pattern.Compiled({});
    patterns.push_back(std::move(pattern));
  }
  return patterns;
}

}  // namespace harness
