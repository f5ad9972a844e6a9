// Where something stands in a text file, as editors count it.
//
//   LineIndex index(text);
//   index.At(text.find("wants"))  ->  {line 12, column 7}

#ifndef LASTWORDS_HARNESS_SPEC_POSITION_H_
#define LASTWORDS_HARNESS_SPEC_POSITION_H_

#include <cstddef>
#include <string_view>
#include <vector>

namespace harness {

// Both count from 1. Columns are characters (UTF-8 code points), not bytes.
// Line 0 means the file as a whole.
struct Position {
  int line = 0;
  int column = 0;

  friend bool operator==(const Position&, const Position&) = default;
  friend auto operator<=>(const Position&, const Position&) = default;
};

// Safety: keeps a view of `text`, which must outlive it.
class LineIndex {
 public:
  explicit LineIndex(std::string_view text);

  Position At(size_t offset) const;

 private:
  size_t CharactersBefore(size_t offset) const;

  std::string_view text_;
  std::vector<size_t> line_starts_;
  // Every so many bytes, for a file may be one long line.
  std::vector<size_t> characters_before_;
};

}  // namespace harness

#endif  // LASTWORDS_HARNESS_SPEC_POSITION_H_
