#include "harness/match/pattern_text.h"

#include <vector>

#include "absl/strings/str_cat.h"
#include "absl/strings/str_join.h"
#include "harness/match/escape.h"

namespace harness {

std::string Quoted(const TextPattern& pattern) {
  if (pattern.is_regex())
    return absl::StrCat("/", EscapeLine(pattern.text()), "/");
  return absl::StrCat("\"", EscapeBytes(pattern.text()), "\"");
}

std::string Becoming(const TextPattern& pattern, const Captures& captures) {
  std::vector<std::string> values;
  for (const auto& [name, kind] : pattern.names()) {
    auto value = captures.find(name);
    values.push_back(
        value == captures.end()
            ? absl::StrCat(name, " has no value yet")
            : absl::StrCat(name, " is ", EscapeBytes(value->second)));
  }
  if (values.empty()) return "";
  return absl::StrCat(" (", absl::StrJoin(values, ", "), ")");
}

}  // namespace harness
