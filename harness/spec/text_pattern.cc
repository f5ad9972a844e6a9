#include "harness/spec/text_pattern.h"

#include <re2/re2.h>

#include <utility>

#include "absl/strings/str_cat.h"
#include "absl/strings/str_replace.h"

namespace harness {
namespace {

using Place = TextPattern::Place;

constexpr char kMultiLine[] = "(?m)";

std::shared_ptr<const RE2> Compile(const std::string& expression) {
  RE2::Options options;
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

absl::Status CheckExpression(const std::string& expression, Place place) {
  if (expression.empty()) {
    return absl::InvalidArgumentError("empty regular expression \"//\"");
  }
  std::shared_ptr<const RE2> bare = Compile(expression);
  if (!bare->ok()) {
    return absl::InvalidArgumentError(absl::StrCat(
        "bad regular expression \"/", expression,
        "/\": ", absl::StrReplaceAll(bare->error(), {{kMultiLine, ""}})));
  }
  if (place != Place::kWhole && RE2::PartialMatch("", *bare)) {
    return absl::InvalidArgumentError(
        absl::StrCat("regular expression \"/", expression,
                     "/\" matches the empty text, so it says nothing"));
  }
  return absl::OkStatus();
}

}  // namespace

TextPattern::TextPattern(std::string text, Place place,
                         std::shared_ptr<const re2::RE2> regex)
    : text_(std::move(text)), place_(place), regex_(std::move(regex)) {}

absl::StatusOr<TextPattern> TextPattern::Parse(std::string_view written,
                                               Place place,
                                               const Variables& variables) {
  if (written.empty() && place != Place::kWhole) {
    return absl::InvalidArgumentError("empty string; expected a text");
  }
  bool slash = !written.empty() && written[0] == '/';
  if (slash && (written.size() == 1 || written.back() != '/')) {
    return absl::InvalidArgumentError(absl::StrCat(
        "unterminated regular expression \"", std::string(written),
        "\"; expected \"/.../\", or \"\\\\/...\" for a text that begins with "
        "a slash"));
  }
  if (slash) {
    written = written.substr(1, written.size() - 2);
    absl::StatusOr<std::string> expression = ExpandRegex(written, variables);
    if (!expression.ok()) return expression.status();
    absl::Status status = CheckExpression(*expression, place);
    if (!status.ok()) return status;
    return TextPattern(*expression, place,
                       Compile(Anchored(*expression, place)));
  }
  if (written.substr(0, 2) == "\\/") written.remove_prefix(1);
  absl::StatusOr<std::string> text = Expand(written, variables);
  if (!text.ok()) return text.status();
  return TextPattern(*std::move(text), place, nullptr);
}

std::optional<TextPattern::Span> TextPattern::Find(std::string_view text,
                                                   size_t from) const {
  if (from > text.size()) return std::nullopt;
  if (regex_ != nullptr) {
    re2::StringPiece match;
    re2::StringPiece whole(text.data(), text.size());
    if (!regex_->Match(whole, from, text.size(), RE2::UNANCHORED, &match, 1)) {
      return std::nullopt;
    }
    size_t begin = static_cast<size_t>(match.data() - text.data());
    return Span{begin, begin + match.size()};
  }
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

int64_t TextPattern::Count(std::string_view text) const {
  int64_t count = 0;
  size_t from = 0;
  while (std::optional<Span> span = Find(text, from)) {
    ++count;
    from = span->end > span->begin ? span->end : span->end + 1;
  }
  return count;
}

}  // namespace harness
