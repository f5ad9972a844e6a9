#include "harness/spec/variables.h"

#include <re2/re2.h>

#include <vector>

#include "absl/strings/ascii.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/str_join.h"
#include "harness/spec/nearest.h"

namespace harness {
namespace {

bool StartsName(char c) {
  return absl::ascii_isalpha(static_cast<unsigned char>(c)) || c == '_';
}

bool ContinuesName(char c) {
  return absl::ascii_isalnum(static_cast<unsigned char>(c)) || c == '_';
}

absl::Status Undefined(std::string_view name, const Variables& variables) {
  std::vector<std::string> known;
  for (const auto& [key, value] : variables) {
    known.push_back(absl::StrCat("$", key));
  }
  std::string word = absl::StrCat("$", std::string(name));
  return absl::InvalidArgumentError(absl::StrCat(
      "undefined variable \"", word, "\"", DidYouMean(word, known),
      " (known: ", known.empty() ? "none" : absl::StrJoin(known, ", "),
      "; \"$$\" is a dollar)"));
}

absl::StatusOr<std::string> ExpandWith(std::string_view text,
                                       const Variables& variables, bool regex) {
  std::string result;
  for (size_t i = 0; i < text.size(); ++i) {
    if (regex && text[i] == '\\' && i + 1 < text.size()) {
      result += text.substr(i, 2);
      ++i;
      continue;
    }
    if (text[i] != '$') {
      result += text[i];
      continue;
    }
    std::string_view rest = text.substr(i + 1);
    if (!regex && !rest.empty() && rest[0] == '$') {
      result += '$';
      ++i;
      continue;
    }
    bool braced = !rest.empty() && rest[0] == '{';
    std::string_view name = VariableNameAt(braced ? rest.substr(1) : rest);
    if (braced && (name.empty() || name.size() + 1 >= rest.size() ||
                   rest[name.size() + 1] != '}')) {
      return absl::InvalidArgumentError(
          "\"${\" without a name and its \"}\"; expected \"${name}\"");
    }
    if (name.empty()) {
      result += '$';
      continue;
    }
    auto found = variables.find(std::string(name));
    if (found == variables.end()) return Undefined(name, variables);
    result += regex ? RE2::QuoteMeta(found->second) : found->second;
    i += name.size() + (braced ? 2 : 0);
  }
  return result;
}

}  // namespace

std::string_view VariableNameAt(std::string_view text) {
  if (text.empty() || !StartsName(text[0])) return {};
  size_t size = 1;
  while (size < text.size() && ContinuesName(text[size])) ++size;
  return text.substr(0, size);
}

absl::StatusOr<std::string> Expand(std::string_view text,
                                   const Variables& variables) {
  return ExpandWith(text, variables, /*regex=*/false);
}

absl::StatusOr<std::string> ExpandRegex(std::string_view text,
                                        const Variables& variables) {
  return ExpandWith(text, variables, /*regex=*/true);
}

}  // namespace harness
