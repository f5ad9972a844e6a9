#include "harness/match/pattern_text.h"

#include "absl/strings/str_cat.h"
#include "harness/match/escape.h"

namespace harness {

std::string Quoted(const TextPattern& pattern) {
  if (pattern.is_regex()) return absl::StrCat("/", pattern.text(), "/");
  return absl::StrCat("\"", EscapeBytes(pattern.text()), "\"");
}

}  // namespace harness
