// ASYNC-SIGNAL-SAFE: no malloc, no stdio, no locks but the symbolizer's.
//
// The lines of source around the place of a crash, for the extras of its report
// (runtime/CRASH_FORMAT.md).
//
//   PrintSource(out, trace);
#ifndef LASTWORDS_RUNTIME_INTERNAL_DIAG_SOURCE_SNIPPET_H_
#define LASTWORDS_RUNTIME_INTERNAL_DIAG_SOURCE_SNIPPET_H_

#include <cstddef>
#include <cstdint>
#include <string_view>

#include "runtime/internal/base/print.h"
#include "runtime/internal/machine/unwind.h"

namespace runtime::internal {

// A few lines of a text that is given in pieces.
class SourceWindow {
 public:
  static constexpr int kBefore = 2;
  static constexpr int kAfter = 2;
  static constexpr size_t kMaxColumns = 160;  // the rest is cut

  // Owns: nothing. `line` counts from 1.
  constexpr explicit SourceWindow(int line)
      : line_(line), first_(line > kBefore ? line - kBefore : 1) {}

  // Returns whether more is wanted.
  bool Add(std::string_view piece);

  int first() const { return first_; }
  // Lines from first() on; none if the text ended before the wanted one.
  int count() const;
  // Without what ends it, and with `?` for bytes that a terminal obeys.
  std::string_view text(int i) const { return {texts_[i], sizes_[i]}; }

 private:
  void AddByte(char c);

  int line_;
  int first_;
  int at_ = 1;             // the line that is being read
  bool has_text_ = false;  // of the line that is being read
  char texts_[kBefore + 1 + kAfter][kMaxColumns] = {};
  size_t sizes_[kBefore + 1 + kAfter] = {};
};

// The lines with their numbers; the wanted one is marked from its first
// character on: debug information has no columns for us.
void PrintWindow(Printer& out, const SourceWindow& lines, int line);

// Of the innermost frame that the program has written. Nothing where its file
// cannot be read, or extras are off.
// Blocks: as long as the file system takes for at most kMaxBytes.
void PrintSource(Printer& out, const StackTrace& trace);

}  // namespace runtime::internal

#endif  // LASTWORDS_RUNTIME_INTERNAL_DIAG_SOURCE_SNIPPET_H_
