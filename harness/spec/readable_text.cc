#include "harness/spec/readable_text.h"

#include <algorithm>

#include "harness/spec/utf8.h"

namespace harness {
namespace {

constexpr std::string_view kReplacement = "\xEF\xBF\xBD";  // U+FFFD
// How far one walks at most from a mark to an offset.
constexpr std::size_t kStride = 512;

bool IsWithinCharacter(char c) {
  return (static_cast<unsigned char>(c) & 0xC0) == 0x80;
}

}  // namespace

ReadableText::ReadableText(std::string_view text) : text_(text) {
  std::size_t stray = FindNotUtf8(text);
  if (stray == text.npos) return;
  copy_.reserve(text.size() + text.size() / 8);
  std::size_t at = 0;
  for (; stray != text.npos; stray = FindNotUtf8(text, at)) {
    Copy(at, stray);
    copy_ += kReplacement;
    at = stray + 1;
  }
  Copy(at, text.size());
}

void ReadableText::Copy(std::size_t begin, std::size_t end) {
  std::size_t at = marks_.empty() ? 0 : marks_.back().text + kStride;
  for (at = std::max(at, begin); at <= end; at += kStride) {
    while (at < end && IsWithinCharacter(text_[at])) ++at;
    marks_.push_back({at, copy_.size() + (at - begin)});
  }
  copy_ += text_.substr(begin, end - begin);
}

ReadableText::Mark ReadableText::After(Mark mark) const {
  const std::size_t length = Utf8Length(text_.substr(mark.text));
  if (length > 0) return {mark.text + length, mark.view + length};
  return {mark.text + 1, mark.view + kReplacement.size()};
}

std::size_t ReadableText::ToView(std::size_t offset) const {
  if (marks_.empty()) return offset;
  const auto after = std::upper_bound(
      marks_.begin(), marks_.end(), offset,
      [](std::size_t wanted, const Mark& mark) { return wanted < mark.text; });
  Mark mark = *(after - 1);
  while (mark.text < offset) {
    const Mark next = After(mark);
    if (next.text > offset) return mark.view + (offset - mark.text);
    mark = next;
  }
  return mark.view;
}

std::size_t ReadableText::ToText(std::size_t offset) const {
  if (marks_.empty()) return offset;
  const auto after = std::upper_bound(
      marks_.begin(), marks_.end(), offset,
      [](std::size_t wanted, const Mark& mark) { return wanted < mark.view; });
  Mark mark = *(after - 1);
  while (mark.view < offset) {
    const Mark next = After(mark);
    if (next.view > offset) {
      return std::min(mark.text + (offset - mark.view), next.text);
    }
    mark = next;
  }
  return mark.text;
}

}  // namespace harness
