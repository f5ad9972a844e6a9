// Keeps the beginning and the end of a stream of any length.

#ifndef LASTWORDS_HARNESS_PROCESS_CAPTURE_H_
#define LASTWORDS_HARNESS_PROCESS_CAPTURE_H_

#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>

namespace harness {

class Capture {
 public:
  // Keeps the first `head_bytes` and the last `tail_bytes`.
  Capture(std::size_t head_bytes, std::size_t tail_bytes)
      : head_bytes_(head_bytes), tail_bytes_(tail_bytes) {}

  void Append(std::string_view text);

  std::uint64_t total_bytes() const { return total_bytes_; }
  std::uint64_t dropped_bytes() const {
    return total_bytes_ - head_.size() - tail_.size();
  }
  // Where in the text that Take returns the dropped bytes would stand.
  std::size_t gap_offset() const { return head_.size(); }

  // Head and tail in one string. The capture is empty afterwards.
  std::string Take();

 private:
  void AppendToTail(std::string_view text);

  const std::size_t head_bytes_;
  const std::size_t tail_bytes_;
  std::uint64_t total_bytes_ = 0;
  std::string head_;
  // A ring once it is full: its oldest byte is at tail_start_.
  std::string tail_;
  std::size_t tail_start_ = 0;
};

}  // namespace harness

#endif  // LASTWORDS_HARNESS_PROCESS_CAPTURE_H_
