// ASYNC-SIGNAL-SAFE: no malloc, no stdio, no locks.
#include "runtime/internal/machine/divide_error.h"

#include <cstdint>
#include <cstring>

namespace runtime::internal {

#if defined(__x86_64__)

namespace {

// By the numbers instructions use.
constexpr int kRegisters[16] = {
    REG_RAX, REG_RCX, REG_RDX, REG_RBX, REG_RSP, REG_RBP, REG_RSI, REG_RDI,
    REG_R8,  REG_R9,  REG_R10, REG_R11, REG_R12, REG_R13, REG_R14, REG_R15};

// Reads DIV or IDIV: [66] [REX] F6|F7 ModRM [SIB] [displacement].
// Source: Intel SDM, volume 2, 2.1 and tables 2-2 and 2-3.
class Division {
 public:
  explicit Division(const ucontext_t& context)
      : registers_(context.uc_mcontext.gregs),
        at_(reinterpret_cast<const uint8_t*>(registers_[REG_RIP])) {}

  // False: it is something else.
  bool Read() {
    if (*at_ == 0x66) {
      is_short_ = true;
      ++at_;
    }
    if ((*at_ & 0xf0) == 0x40) rex_ = *at_++;
    const uint8_t opcode = *at_++;
    if (opcode != 0xf6 && opcode != 0xf7) return false;
    is_byte_ = opcode == 0xf6;
    mod_rm_ = *at_++;
    return ((mod_rm_ >> 3) & 7) >= 6;
  }

  uint64_t Divisor() {
    if (mod_rm_ >> 6 == 3) return RegisterOperand();
    const uintptr_t address = Address();
    uint64_t value = 0;
    std::memcpy(&value, reinterpret_cast<const void*>(address), Size());
    return value;
  }

 private:
  size_t Size() const {
    if (is_byte_) return 1;
    if ((rex_ & 8) != 0) return 8;
    return is_short_ ? 2 : 4;
  }

  uint64_t Register(int number) const {
    return static_cast<uint64_t>(registers_[kRegisters[number]]);
  }

  uint64_t RegisterOperand() const {
    int number = (mod_rm_ & 7) | ((rex_ & 1) << 3);
    unsigned shift = 0;
    if (is_byte_ && rex_ == 0 && number >= 4) {  // AH, CH, DH, BH
      number -= 4;
      shift = 8;
    }
    const uint64_t value = Register(number) >> shift;
    const auto bits = static_cast<unsigned>(8 * Size());
    return bits == 64 ? value : value & ((uint64_t{1} << bits) - 1);
  }

  template <class T>
  uint64_t Displacement() {
    T value;
    std::memcpy(&value, at_, sizeof(value));
    at_ += sizeof(value);
    return static_cast<uint64_t>(static_cast<int64_t>(value));
  }

  uintptr_t Address() {
    const int mod = mod_rm_ >> 6;
    const int base = mod_rm_ & 7;
    if (mod == 0 && base == 5) {
      const uint64_t offset = Displacement<int32_t>();
      return reinterpret_cast<uintptr_t>(at_) + offset;  // ends here
    }
    uint64_t address =
        base == 4 ? ScaledAddress(mod) : Register(base | ((rex_ & 1) << 3));
    if (mod == 1) address += Displacement<int8_t>();
    if (mod == 2) address += Displacement<int32_t>();
    return address;
  }

  uint64_t ScaledAddress(int mod) {
    const uint8_t sib = *at_++;
    const int index = ((sib >> 3) & 7) | ((rex_ & 2) << 2);
    const int base = sib & 7;
    uint64_t address = index == 4 ? 0 : Register(index) << (sib >> 6);
    if (mod == 0 && base == 5) return address + Displacement<int32_t>();
    return address + Register(base | ((rex_ & 1) << 3));
  }

  const gregset_t& registers_;
  const uint8_t* at_;
  bool is_short_ = false;
  bool is_byte_ = false;
  int rex_ = 0;
  int mod_rm_ = 0;
};

}  // namespace

bool QuotientOverflowed(const ucontext_t& context) {
  Division division(context);
  return division.Read() && division.Divisor() != 0;
}

#else

bool QuotientOverflowed(const ucontext_t&) { return false; }

#endif

}  // namespace runtime::internal
