// JSON as specs are written: in one line where it fits, else a member a line.

#ifndef LASTWORDS_HARNESS_REPORT_JSON_TEXT_H_
#define LASTWORDS_HARNESS_REPORT_JSON_TEXT_H_

#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace harness {

// `text` in quotes. Bytes that are no UTF-8 stay as they are.
std::string JsonQuote(std::string_view text);

// Members in order; values are JSON already. An array goes to FormatJsonArray.
using JsonMembers = std::vector<std::pair<std::string, std::string>>;
std::string FormatJsonObject(const JsonMembers& members);

// `items` are JSON already.
std::string FormatJsonArray(const std::vector<std::string>& items);

}  // namespace harness

#endif  // LASTWORDS_HARNESS_REPORT_JSON_TEXT_H_
