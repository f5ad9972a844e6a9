#include "harness/spec/position.h"

#include <algorithm>

namespace harness {
namespace {

constexpr size_t kStrideBytes = 64;

bool BeginsCharacter(char c) {
  return (static_cast<unsigned char>(c) & 0xC0) != 0x80;
}

}  // namespace

LineIndex::LineIndex(std::string_view text) : text_(text), line_starts_{0} {
  size_t characters = 0;
  for (size_t i = 0; i < text.size(); ++i) {
    if (i % kStrideBytes == 0) characters_before_.push_back(characters);
    if (text[i] == '\n') line_starts_.push_back(i + 1);
    if (BeginsCharacter(text[i])) ++characters;
  }
  characters_before_.push_back(characters);
}

size_t LineIndex::CharactersBefore(size_t offset) const {
  const size_t stride = offset / kStrideBytes;
  const std::string_view rest =
      text_.substr(stride * kStrideBytes, offset % kStrideBytes);
  return characters_before_[stride] +
         static_cast<size_t>(
             std::count_if(rest.begin(), rest.end(), BeginsCharacter));
}

Position LineIndex::At(size_t offset) const {
  offset = std::min(offset, text_.size());
  const auto next =
      std::upper_bound(line_starts_.begin(), line_starts_.end(), offset);
  const size_t characters =
      CharactersBefore(offset) - CharactersBefore(*(next - 1));
  return {static_cast<int>(next - line_starts_.begin()),
          static_cast<int>(characters) + 1};
}

}  // namespace harness
