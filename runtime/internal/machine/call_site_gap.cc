#include "runtime/internal/machine/call_site_gap.h"

#include <cstddef>
#include <cstdint>
#include <cstring>

#include "runtime/internal/machine/sanitizer.h"

namespace runtime::internal {
namespace {

// DW_EH_PE_*: how a table writes its numbers.
constexpr uint8_t kOmitted = 0xff;
constexpr uint8_t kUleb128 = 0x01;
constexpr uint8_t kUdata4 = 0x03;

class Reader {
 public:
  explicit Reader(const void* at) : at_(static_cast<const uint8_t*>(at)) {}

  const uint8_t* at() const { return at_; }
  uint8_t Byte() { return *at_++; }
  uintptr_t Uleb128() {
    uintptr_t value = 0;
    for (unsigned shift = 0;; shift += 7) {
      const uint8_t byte = Byte();
      value |= static_cast<uintptr_t>(byte & 0x7f) << shift;
      if (byte < 0x80) return value;
    }
  }
  uintptr_t Number(uint8_t encoding) {
    if (encoding == kUleb128) return Uleb128();
    uint32_t value;
    std::memcpy(&value, at_, sizeof(value));
    at_ += sizeof(value);
    return value;
  }

 private:
  const uint8_t* at_;
};

// Whether `offset` from the start of the function is in no call site. False
// for tables no compiler writes here.
LASTWORDS_NO_TSAN bool IsGap(const void* table, uintptr_t offset) {
  Reader reader(table);
  if (reader.Byte() != kOmitted) return false;  // landing pads' base
  if (reader.Byte() != kOmitted) reader.Uleb128();
  const uint8_t encoding = reader.Byte();
  if (encoding != kUleb128 && encoding != kUdata4) return false;
  const uintptr_t size = reader.Uleb128();
  const uint8_t* const end = reader.at() + size;
  while (reader.at() < end) {
    const uintptr_t start = reader.Number(encoding);
    const uintptr_t length = reader.Number(encoding);
    reader.Number(encoding);  // landing pad
    reader.Uleb128();         // action
    if (offset >= start && offset - start < length) return false;
  }
  return true;
}

// libgcc has no call to change it, but it is a word of the context: the only
// one with that value.
LASTWORDS_NO_TSAN void ForgetTable(_Unwind_Context* context,
                                   const void* table) {
  constexpr size_t kContextWords = 30;
  auto* const words = reinterpret_cast<const void**>(context);
  const void** found = nullptr;
  for (size_t i = 0; i < kContextWords; ++i) {
    if (words[i] != table) continue;
    if (found != nullptr) return;
    found = &words[i];
  }
  if (found == nullptr) return;
  *found = nullptr;
  if (_Unwind_GetLanguageSpecificData(context) != nullptr) *found = table;
}

}  // namespace

LASTWORDS_NO_TSAN void PassGap(_Unwind_Context* context) {
  const void* const table = _Unwind_GetLanguageSpecificData(context);
  if (table == nullptr) return;
  int is_exact = 0;
  const uintptr_t pc = _Unwind_GetIPInfo(context, &is_exact);
  const uintptr_t at = pc - (is_exact != 0 ? 0 : 1);
  if (IsGap(table, at - _Unwind_GetRegionStart(context))) {
    ForgetTable(context, table);
  }
}

}  // namespace runtime::internal
