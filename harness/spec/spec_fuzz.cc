// Any bytes are a spec, or have an error at a place that is there.

#include <cstddef>
#include <cstdint>
#include <cstdlib>
#include <string>
#include <string_view>

#include "harness/spec/spec_loader.h"

namespace harness {
namespace {

Subjects KnownSubjects() {
  Subjects subjects;
  subjects["testprog"] = MakeSubject("testprog", "/b/testprog", {});
  return subjects;
}

void Load(std::string_view text) {
  static const Subjects subjects = KnownSubjects();
  LoadedSpecs loaded;
  LoadSpecText(text, "x.json", subjects, loaded);
  if (loaded.errors.empty() && loaded.specs.empty()) std::abort();
  int lines = 1;
  for (const char c : text) lines += c == '\n' ? 1 : 0;
  for (const Diagnostic& error : loaded.errors) {
    const Position where = error.where;
    if (error.message.empty() || where.column < 1) std::abort();
    if (where.line < 1 || where.line > lines) std::abort();
  }
  const std::string shown = FormatDiagnostics(loaded.errors);
  if (shown.empty() != loaded.errors.empty()) std::abort();
  for (const Spec& spec : loaded.specs) {
    if (!loaded.errors.empty()) break;
    if (spec.Id().empty() || spec.where.line < 1) std::abort();
    for (const Expectation& expectation : spec.expectations) {
      if (expectation.pattern.has_value())
        expectation.pattern->Find("panic: x");
    }
  }
}

}  // namespace
}  // namespace harness

// The name is libFuzzer's.
// NOLINTNEXTLINE(readability-identifier-naming)
extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data,
                                      std::size_t size) {
  harness::Load({reinterpret_cast<const char*>(data), size});
  return 0;
}
