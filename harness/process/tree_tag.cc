#include "harness/process/tree_tag.h"

#include <sys/resource.h>
#include <unistd.h>

#include <atomic>

namespace harness {
namespace {

// A tag is this bit, the maker's process id in the next 30 bits, and a serial
// number in the last 32. RLIM_INFINITY has more bits, so that it is no tag.
constexpr std::uint64_t kTagBit = std::uint64_t{1} << 62;
constexpr int kSerialBits = 32;

constexpr decltype(RLIMIT_RTTIME) kCarriers[] = {RLIMIT_RTTIME, RLIMIT_LOCKS};

std::uint64_t Maker() { return static_cast<std::uint64_t>(getpid()); }

bool IsTag(std::uint64_t value) { return value >> 62 == 1; }

}  // namespace

TreeTag TreeTag::Next() {
  static std::atomic<std::uint32_t> serial{0};
  bool free_to_set = false;
  for (const auto carrier : kCarriers) {
    rlimit limit{};
    getrlimit(carrier, &limit);
    // Below a finite hard limit there is no room for a number of our own.
    if (limit.rlim_max == RLIM_INFINITY) free_to_set = true;
  }
  if (!free_to_set) return TreeTag();
  return TreeTag(kTagBit | Maker() << kSerialBits | ++serial);
}

TreeTag TreeTag::Of(pid_t pid) {
  for (const auto carrier : kCarriers) {
    rlimit limit{};
    if (prlimit(pid, carrier, nullptr, &limit) != 0) return TreeTag();
    if (IsTag(limit.rlim_cur)) return TreeTag(limit.rlim_cur);
  }
  return TreeTag();
}

void TreeTag::Apply() const {
  if (!valid()) return;
  const rlimit limit{value_, RLIM_INFINITY};
  for (const auto carrier : kCarriers) setrlimit(carrier, &limit);
}

bool TreeTag::MadeHere() const {
  return SameMaker(TreeTag(kTagBit | Maker() << kSerialBits));
}

bool TreeTag::SameMaker(TreeTag other) const {
  return valid() && value_ >> kSerialBits == other.value_ >> kSerialBits;
}

}  // namespace harness
