#include "harness/spec/utf8.h"

#include <cstdint>
#include <cstring>

namespace harness {
namespace {

constexpr std::uint64_t kHighBits = 0x8080808080808080;

}  // namespace

std::size_t Utf8Length(std::string_view bytes) {
  auto at = [&](std::size_t i) { return static_cast<unsigned char>(bytes[i]); };
  const unsigned char lead = at(0);
  if (lead < 0x80) return 1;
  const std::size_t length = lead >= 0xF0 ? 4 : lead >= 0xE0 ? 3 : 2;
  if (lead < 0xC2 || lead > 0xF4 || bytes.size() < length) return 0;
  for (std::size_t i = 1; i < length; ++i) {
    if ((at(i) & 0xC0) != 0x80) return 0;
  }
  const bool overlong =
      (lead == 0xE0 && at(1) < 0xA0) || (lead == 0xF0 && at(1) < 0x90);
  const bool surrogate = lead == 0xED && at(1) > 0x9F;
  const bool too_big = lead == 0xF4 && at(1) > 0x8F;
  return overlong || surrogate || too_big ? 0 : length;
}

// Most text is ASCII: eight bytes at a time.
std::size_t FindNotUtf8(std::string_view text, std::size_t from) {
  while (from < text.size()) {
    std::uint64_t eight = 0;
    if (from + sizeof(eight) <= text.size()) {
      std::memcpy(&eight, text.data() + from, sizeof(eight));
      if ((eight & kHighBits) == 0) {
        from += sizeof(eight);
        continue;
      }
    }
    const std::size_t length = Utf8Length(text.substr(from));
    if (length == 0) return from;
    from += length;
  }
  return text.npos;
}

bool HasControlCharacter(std::string_view text) {
  for (std::size_t i = 0; i < text.size(); ++i) {
    const auto byte = static_cast<unsigned char>(text[i]);
    if (byte < 0x20 || byte == 0x7F) return true;
    const bool is_c1 = byte == 0xC2 && i + 1 < text.size() &&
                       static_cast<unsigned char>(text[i + 1]) < 0xA0;
    if (is_c1) return true;
  }
  return false;
}

}  // namespace harness
