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

bool IsTag(std::uint64_t value) { return value >> 62 == 1; }

}  // namespace

TreeTag TreeTag::Next() {
  static std::atomic<std::uint32_t> serial{0};
  rlimit limit{};
  getrlimit(RLIMIT_RTTIME, &limit);
  // Below a finite hard limit there is no room for a number of our own.
  if (limit.rlim_max != RLIM_INFINITY) return TreeTag();
  const auto maker = static_cast<std::uint64_t>(getpid());
  return TreeTag(kTagBit | maker << kSerialBits | ++serial);
}

TreeTag TreeTag::Of(pid_t pid) {
  rlimit limit{};
  if (prlimit(pid, RLIMIT_RTTIME, nullptr, &limit) != 0) return TreeTag();
  return IsTag(limit.rlim_cur) ? TreeTag(limit.rlim_cur) : TreeTag();
}

void TreeTag::Apply() const {
  if (!valid()) return;
  const rlimit limit{value_, RLIM_INFINITY};
  setrlimit(RLIMIT_RTTIME, &limit);
}

bool TreeTag::SameMaker(TreeTag other) const {
  return valid() && value_ >> kSerialBits == other.value_ >> kSerialBits;
}

}  // namespace harness
