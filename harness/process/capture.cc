#include "harness/process/capture.h"

#include <algorithm>
#include <utility>

namespace harness {
namespace {

// What most programs print is less than this.
constexpr std::size_t kSmallBytes = std::size_t{64} << 10;

}  // namespace

void Capture::Append(std::string_view text) {
  total_bytes_ += text.size();
  const std::size_t for_head =
      std::min(text.size(), head_bytes_ - head_.size());
  // Room for the tail behind it, too. What is not written to costs address
  // space only; growing step by step would leave as much again behind in the
  // heap.
  if (head_.size() + for_head > kSmallBytes) {
    head_.reserve(head_bytes_ + tail_bytes_);
  }
  head_.append(text.substr(0, for_head));
  AppendToTail(text.substr(for_head));
}

void Capture::AppendToTail(std::string_view text) {
  if (text.size() > tail_bytes_) text.remove_prefix(text.size() - tail_bytes_);
  if (!text.empty()) tail_.reserve(tail_bytes_);
  const std::size_t room = std::min(text.size(), tail_bytes_ - tail_.size());
  tail_.append(text.substr(0, room));
  text.remove_prefix(room);
  while (!text.empty()) {
    const std::size_t count = std::min(text.size(), tail_.size() - tail_start_);
    text.copy(tail_.data() + tail_start_, count);
    text.remove_prefix(count);
    tail_start_ = (tail_start_ + count) % tail_.size();
  }
}

std::string Capture::Take() {
  std::string all = std::move(head_);
  all.append(tail_, tail_start_);
  all.append(tail_, 0, tail_start_);
  head_.clear();
  tail_ = std::string();
  tail_start_ = 0;
  total_bytes_ = 0;
  return all;
}

}  // namespace harness
