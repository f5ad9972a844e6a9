// ASYNC-SIGNAL-SAFE: no malloc, no stdio; the only lock is its own, which is
// waited for only so long.
//
// From program counters to functions, files and lines. Reads debug information
// when first asked, never at start-up; takes no lock of the dynamic loader.
#ifndef LASTWORDS_RUNTIME_INTERNAL_DIAG_SYMBOLIZER_H_
#define LASTWORDS_RUNTIME_INTERNAL_DIAG_SYMBOLIZER_H_

#include <cstddef>
#include <cstdint>
#include <span>
#include <string_view>

#include "runtime/internal/machine/guarded_call.h"

namespace runtime::internal {

// One function at a pc. The texts live as long as the process.
struct Frame {
  std::string_view function;  // Go-shaped, see function_name.h
  std::string_view linkage;   // as the compiler called it, perhaps mangled
  std::string_view file;      // absolute; the library where no file is known
  int line = 0;               // 0 where no file is known
  uintptr_t start = 0;        // of the function; its +0xOFF is pc - start
  bool is_inlined = false;    // into the next frame; has no start
  bool is_plumbing = false;   // hidden below GOTRACEBACK=system
};

class Symbolizer {
 public:
  static constexpr int kMaxInlined = 16;
  // How long one lookup may take; the first reads all debug information.
  static constexpr int kReadLimitMs = 4000;

  // Notes where the program and its sources are. Call at start-up; about 50 us.
  static void Init();

  // Writes the frames at `pc`, the inlined ones first, at least one and at most
  // max, and returns how many.
  // Errors: what cannot be told is "?": a pc outside of all code has that
  // function and file.
  // Blocks: at most a second, for another thread that symbolizes; in a report
  // kReadLimitMs.
  // Safety: any thread, any signal handler, also one that interrupted this.
  static int Symbolize(uintptr_t pc, bool is_return_address, Frame* out,
                       int max);
  // For a pc of unwind.h, which says itself what it is.
  static int Symbolize(uintptr_t traced_pc, Frame* out, int max);

  // The file whose code is at `pc`, to be opened. Errors: null if there is
  // none, or the lock was not to be had.
  static const char* ModulePath(uintptr_t pc);

  // What has ended a lookup early since this was asked last; null: nothing.
  // From then on only what is known already has names.
  static const Guard* TakeError();
};

// The full demangled name, or `name` where it is not a mangled one. Cut where
// `out` ends.
// Safety: needs up to 90 KB of stack, for names of 1,024 characters; longer
// ones are not demangled.
std::string_view Demangle(const char* name, std::span<char> out);

}  // namespace runtime::internal

#endif  // LASTWORDS_RUNTIME_INTERNAL_DIAG_SYMBOLIZER_H_
