#include "harness/spec/position.h"

#include <algorithm>

namespace harness {
namespace {

bool IsContinuationByte(char c) {
  return (static_cast<unsigned char>(c) & 0xC0) == 0x80;
}

}  // namespace

LineIndex::LineIndex(std::string_view text) : text_(text), line_starts_{0} {
  for (size_t i = 0; i < text.size(); ++i) {
    if (text[i] == '\n') line_starts_.push_back(i + 1);
  }
}

Position LineIndex::At(size_t offset) const {
  offset = std::min(offset, text_.size());
  auto next =
      std::upper_bound(line_starts_.begin(), line_starts_.end(), offset);
  size_t start = *(next - 1);
  std::string_view before = text_.substr(start, offset - start);
  auto characters = std::count_if(before.begin(), before.end(), [](char c) {
    return !IsContinuationByte(c);
  });
  return {static_cast<int>(next - line_starts_.begin()),
          static_cast<int>(characters) + 1};
}

}  // namespace harness
