#include "harness/cli/shard.h"

#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <string_view>
#include <utility>

#include "absl/strings/ascii.h"
#include "absl/strings/numbers.h"
#include "absl/strings/str_cat.h"

namespace harness {
namespace {

std::uint64_t StableHash(std::string_view text) {
  std::uint64_t hash = 0xcbf29ce484222325;
  for (const char byte : text) {
    hash ^= static_cast<unsigned char>(byte);
    hash *= 0x100000001b3;
  }
  // Without this, names that differ in the last letter stay neighbours.
  hash = (hash ^ (hash >> 33)) * 0xff51afd7ed558ccd;
  hash = (hash ^ (hash >> 33)) * 0xc4ceb9fe1a85ec53;
  return hash ^ (hash >> 33);
}

// Digits alone: SimpleAtoi takes signs and blanks, too.
bool ParseCount(const std::string& text, int& count) {
  return std::all_of(text.begin(), text.end(), absl::ascii_isdigit) &&
         absl::SimpleAtoi(text, &count);
}

}  // namespace

absl::StatusOr<Shard> ParseShard(const std::string& text) {
  Shard shard;
  const std::size_t slash = text.find('/');
  if (slash == std::string::npos ||
      !ParseCount(text.substr(0, slash), shard.index) ||
      !ParseCount(text.substr(slash + 1), shard.total)) {
    return absl::InvalidArgumentError(
        absl::StrCat("bad --shard \"", text,
                     "\"; expected i/n, as 1/3 for the first of three"));
  }
  if (shard.index < 1 || shard.index > shard.total) {
    return absl::InvalidArgumentError(absl::StrCat(
        "bad --shard \"", text, "\"; ",
        shard.total < 1 ? std::string("there must be a shard at least")
                        : absl::StrCat("the first number must be from 1 to ",
                                       shard.total)));
  }
  return shard;
}

std::set<std::string> NamesOfShard(const std::vector<std::string>& names,
                                   Shard shard) {
  std::vector<std::pair<std::uint64_t, std::string_view>> dealt;
  dealt.reserve(names.size());
  for (const std::string& name : names)
    dealt.emplace_back(StableHash(name), name);
  std::sort(dealt.begin(), dealt.end());
  std::set<std::string> mine;
  const auto total = static_cast<std::size_t>(shard.total);
  for (auto i = static_cast<std::size_t>(shard.index) - 1; i < dealt.size();
       i += total) {
    mine.emplace(dealt[i].second);
  }
  return mine;
}

}  // namespace harness
