// Reads strict JSON and keeps the position of every key and value.
//
//   Diagnostics errors;
//   std::optional<JsonValue> root = ParseJson(text, "specs/x.json", errors);
//
// Errors: not JSON, a key twice in one object, text that is not UTF-8, nesting
// deeper than kMaxJsonDepth; each is appended to `errors` with its position.
// Duplicate keys do not stop the parse; anything else does, and returns
// nullopt.

#ifndef LASTWORDS_HARNESS_SPEC_JSON_PARSER_H_
#define LASTWORDS_HARNESS_SPEC_JSON_PARSER_H_

#include <optional>
#include <string>
#include <string_view>

#include "harness/spec/diagnostic.h"
#include "harness/spec/json_value.h"

namespace harness {

inline constexpr int kMaxJsonDepth = 64;

std::optional<JsonValue> ParseJson(std::string_view text,
                                   const std::string& file,
                                   Diagnostics& errors);

}  // namespace harness

#endif  // LASTWORDS_HARNESS_SPEC_JSON_PARSER_H_
