#include "harness/spec/placeholder.h"

#include <optional>
#include <utility>

#include "absl/strings/ascii.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/str_join.h"
#include "harness/spec/nearest.h"

namespace harness {
namespace {

struct KindOf {
  std::string_view name;
  std::string_view expression;
};

constexpr KindOf kKinds[] = {
    {"addr", "0x[0-9a-f]+"},
    {"goid", "[0-9]+"},
    {"pc", "0x[0-9a-f]+"},
    {"file", "[^\\n:]+"},
    {"line", "[0-9]+"},
    {"dur", "[0-9]+ minutes|(?:[0-9]+(?:\\.[0-9]+)?(?:ns|us|µs|ms|s|m|h))+"},
};

bool IsKind(std::string_view name) { return !KindExpression(name).empty(); }

bool IsWordChar(char c) {
  return absl::ascii_isalnum(static_cast<unsigned char>(c)) || c == '_';
}

// The word `text` begins with; empty if it begins with a digit.
std::string_view WordAt(std::string_view text) {
  size_t size = 0;
  while (size < text.size() && IsWordChar(text[size])) ++size;
  bool number =
      size > 0 && absl::ascii_isdigit(static_cast<unsigned char>(text.front()));
  return number ? std::string_view() : text.substr(0, size);
}

// "{word}" or "{word:word}", and how long it is.
struct Written {
  std::string_view first;
  std::string_view second;
  size_t size = 0;
};

std::optional<Written> WrittenAt(std::string_view text) {
  Written written;
  written.first = WordAt(text.substr(1));
  size_t at = 1 + written.first.size();
  if (written.first.empty() || at >= text.size()) return std::nullopt;
  if (text[at] == ':') {
    written.second = WordAt(text.substr(at + 1));
    if (written.second.empty()) return std::nullopt;
    at += 1 + written.second.size();
  }
  if (at >= text.size() || text[at] != '}') return std::nullopt;
  written.size = at + 1;
  return written;
}

class Splitter {
 public:
  Splitter(std::string_view written, bool regex, const Variables& variables,
           CaptureNames& names)
      : rest_(written), regex_(regex), variables_(variables), names_(names) {}

  absl::StatusOr<std::vector<PatternPiece>> Split() {
    while (status_.ok() && !rest_.empty()) TakeOne();
    Flush();
    if (!status_.ok()) return status_;
    return std::move(pieces_);
  }

 private:
  void TakeOne() {
    if (size_t size = Protected()) return Copy(size);
    if (rest_[0] != '{') return Copy(1);
    if (rest_.substr(0, 2) == "{{") {
      pending_ += regex_ ? "\\{" : "{";
      return rest_.remove_prefix(2);
    }
    std::optional<Written> written = WrittenAt(rest_);
    if (!written.has_value()) return Copy(1);
    Flush();
    TakePlaceholder(*written);
    rest_.remove_prefix(written->size);
  }

  // How much here is a variable or an escape, in which a brace is none.
  size_t Protected() const {
    const char next = rest_.size() > 1 ? rest_[1] : '\0';
    if (rest_[0] == '$' && next == '{') return ToBrace();
    if (rest_[0] == '$' && next == '$' && !regex_) return 2;
    if (rest_[0] != '\\' || !regex_ || next == '\0') return 0;
    bool takes_braces = next == 'p' || next == 'P' || next == 'x';
    return takes_braces && rest_.substr(2, 1) == "{" ? ToBrace() : 2;
  }

  size_t ToBrace() const {
    size_t close = rest_.find('}');
    return close == std::string_view::npos ? rest_.size() : close + 1;
  }

  void Copy(size_t size) {
    pending_ += rest_.substr(0, size);
    rest_.remove_prefix(size);
  }

  void Flush() {
    if (pending_.empty() || !status_.ok()) return;
    absl::StatusOr<std::string> text = regex_
                                           ? ExpandRegex(pending_, variables_)
                                           : Expand(pending_, variables_);
    pending_.clear();
    if (!text.ok()) {
      status_ = text.status();
      return;
    }
    using Kind = PatternPiece::Kind;
    pieces_.push_back(
        {regex_ ? Kind::kExpression : Kind::kText, *std::move(text), ""});
  }

  void TakePlaceholder(const Written& written) {
    std::string first(written.first), second(written.second);
    if (second.empty() && !IsKind(first)) return TakeUse(first);
    if (!IsKind(first)) return Unknown(first);
    if (IsKind(second)) {
      return Fail(absl::StrCat("\"", second,
                               "\" is a kind, and can not be a name too"));
    }
    if (!second.empty()) {
      auto [known, is_new] = names_.emplace(second, first);
      if (!is_new && known->second != first) {
        return Fail(absl::StrCat(
            "\"{", first, ":", second, "}\", but \"", second, "\" is ",
            known->second.empty() ? "a group of an expression"
                                  : absl::StrCat("a {", known->second, "}")));
      }
    }
    pieces_.push_back({PatternPiece::Kind::kPlaceholder, first, second});
  }

  // `names_` may learn of the groups of this very expression only later.
  bool IsGroupOfThis(const std::string& name) const {
    std::string group = absl::StrCat("(?P<", name, ">");
    for (const PatternPiece& piece : pieces_) {
      if (piece.text.find(group) != std::string::npos) return true;
    }
    return false;
  }

  void TakeUse(const std::string& name) {
    if (!names_.contains(name) && !(regex_ && IsGroupOfThis(name))) {
      return Unknown(name);
    }
    pieces_.push_back({PatternPiece::Kind::kUse, "", name});
  }

  void Unknown(const std::string& word) {
    std::vector<std::string> known;
    for (const KindOf& kind : kKinds) known.emplace_back(kind.name);
    for (const auto& [name, kind] : names_) known.push_back(name);
    const std::string nearest = Nearest(word, known);
    Fail(absl::StrCat(
        "unknown placeholder \"{", word, "}\"",
        nearest.empty() ? ""
                        : absl::StrCat("; did you mean \"{", nearest, "}\"?"),
        " (known: {", absl::StrJoin(known, "}, {"), "}; \"{{\" is a brace)"));
  }

  void Fail(const std::string& message) {
    status_ = absl::InvalidArgumentError(message);
  }

  std::string_view rest_;
  const bool regex_;
  const Variables& variables_;
  CaptureNames& names_;
  std::string pending_;
  std::vector<PatternPiece> pieces_;
  absl::Status status_;
};

}  // namespace

absl::StatusOr<std::vector<PatternPiece>> SplitPlaceholders(
    std::string_view written, bool regex, const Variables& variables,
    CaptureNames& names) {
  return Splitter(written, regex, variables, names).Split();
}

std::string_view KindExpression(std::string_view kind) {
  for (const KindOf& known : kKinds) {
    if (known.name == kind) return known.expression;
  }
  return {};
}

}  // namespace harness
