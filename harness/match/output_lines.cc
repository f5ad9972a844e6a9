#include "harness/match/output_lines.h"

#include <algorithm>

namespace harness {

OutputLines::OutputLines(std::string_view output) : output_(output) {
  for (size_t start = 0; start < output.size();) {
    starts_.push_back(start);
    size_t newline = output.find('\n', start);
    if (newline == std::string_view::npos) break;
    start = newline + 1;
  }
}

std::string_view OutputLines::Line(int number) const {
  size_t start = starts_[static_cast<size_t>(number) - 1];
  return output_.substr(start, output_.find('\n', start) - start);
}

int OutputLines::NumberAt(size_t offset) const {
  auto next = std::upper_bound(starts_.begin(), starts_.end(), offset);
  return std::max(1, static_cast<int>(next - starts_.begin()));
}

}  // namespace harness
