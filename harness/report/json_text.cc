#include "harness/report/json_text.h"

#include "absl/strings/str_cat.h"
#include "absl/strings/str_format.h"
#include "absl/strings/str_join.h"

namespace harness {
namespace {

constexpr std::size_t kWidth = 80;

}  // namespace

std::string JsonQuote(std::string_view text) {
  std::string quoted = "\"";
  for (const char c : text) {
    if (c == '"' || c == '\\') {
      quoted += '\\';
      quoted += c;
    } else if (c == '\n') {
      quoted += "\\n";
    } else if (c == '\t') {
      quoted += "\\t";
    } else if (static_cast<unsigned char>(c) < 0x20) {
      absl::StrAppendFormat(&quoted, "\\u%04x", static_cast<unsigned>(c));
    } else {
      quoted += c;
    }
  }
  return quoted + "\"";
}

std::string FormatJsonObject(const JsonMembers& members) {
  std::vector<std::string> texts;
  for (const auto& [key, value] : members) {
    texts.push_back(absl::StrCat(JsonQuote(key), ": ", value));
  }
  const std::string line = absl::StrCat("{ ", absl::StrJoin(texts, ", "), " }");
  if (line.size() <= kWidth && line.find('\n') == line.npos) return line + "\n";
  return absl::StrCat("{\n  ", absl::StrJoin(texts, ",\n  "), "\n}\n");
}

std::string FormatJsonArray(const std::vector<std::string>& items) {
  std::string line = absl::StrCat("[", absl::StrJoin(items, ", "), "]");
  if (line.size() <= kWidth - 16) return line;
  return absl::StrCat("[\n    ", absl::StrJoin(items, ",\n    "), "\n  ]");
}

}  // namespace harness
