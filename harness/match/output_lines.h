// A process's output as lines that can be counted.

#ifndef LASTWORDS_HARNESS_MATCH_OUTPUT_LINES_H_
#define LASTWORDS_HARNESS_MATCH_OUTPUT_LINES_H_

#include <cstddef>
#include <string_view>
#include <vector>

namespace harness {

// Safety: keeps a view of the output, which must outlive it.
class OutputLines {
 public:
  explicit OutputLines(std::string_view output);

  // How many there are; text after the last newline is one more.
  int size() const { return static_cast<int>(starts_.size()); }

  // The text of line `number`, which counts from 1; without its newline.
  std::string_view Line(int number) const;

  // The number of the line in which `offset` stands.
  int NumberAt(size_t offset) const;

 private:
  std::string_view output_;
  std::vector<size_t> starts_;
};

}  // namespace harness

#endif  // LASTWORDS_HARNESS_MATCH_OUTPUT_LINES_H_
