#include "harness/spec/requirement.h"

#include <algorithm>

#include "absl/strings/numbers.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/str_split.h"

namespace harness {
namespace {

using Operator = Condition::Operator;

// The leading numbers of "1.23.5-debian": {1, 23, 5}. Empty if there are none.
std::vector<int> VersionNumbers(std::string_view text) {
  std::vector<int> numbers;
  std::string head(text.substr(0, text.find_first_not_of("0123456789.")));
  for (const std::string& piece :
       std::vector<std::string>(absl::StrSplit(head, '.'))) {
    int number = 0;
    if (!absl::SimpleAtoi(piece, &number)) break;
    numbers.push_back(number);
  }
  return numbers;
}

bool Holds(const Condition& condition, const std::string& value) {
  if (condition.op == Operator::kIs) return value == condition.operand;
  if (condition.op == Operator::kIsNot) return value != condition.operand;
  std::vector<int> have = VersionNumbers(value);
  std::vector<int> want = VersionNumbers(condition.operand);
  if (have.empty()) return false;
  size_t size = std::max(have.size(), want.size());
  have.resize(size);
  want.resize(size);
  switch (condition.op) {
    case Operator::kLess:
      return have < want;
    case Operator::kLessEqual:
      return have <= want;
    case Operator::kGreater:
      return have > want;
    default:
      return have >= want;
  }
}

}  // namespace

absl::StatusOr<Condition> ParseCondition(std::string_view text) {
  struct Prefix {
    std::string_view text;
    Operator op;
  };
  static constexpr Prefix kPrefixes[] = {
      {">=", Operator::kAtLeast}, {"<=", Operator::kLessEqual},
      {">", Operator::kGreater},  {"<", Operator::kLess},
      {"!", Operator::kIsNot},    {"", Operator::kIs}};
  for (const Prefix& prefix : kPrefixes) {
    if (text.substr(0, prefix.text.size()) != prefix.text) continue;
    Condition condition{prefix.op,
                        std::string(text.substr(prefix.text.size()))};
    bool version = prefix.op != Operator::kIs && prefix.op != Operator::kIsNot;
    bool bad = version ? VersionNumbers(condition.operand).empty()
                       : condition.operand.empty();
    if (!bad) return condition;
    break;
  }
  return absl::InvalidArgumentError(
      absl::StrCat("bad condition \"", std::string(text),
                   "\"; expected \"word\", \"!word\" or \">=1.2\""));
}

std::optional<std::string> FirstUnmet(
    const std::vector<Requirement>& requirements, const Variables& facts) {
  for (const Requirement& requirement : requirements) {
    for (const auto& [name, conditions] : requirement.facts) {
      auto found = facts.find(name);
      std::string value = found == facts.end() ? "" : found->second;
      bool met = std::any_of(
          conditions.begin(), conditions.end(),
          [&](const Condition& condition) { return Holds(condition, value); });
      if (met) continue;
      return absl::StrCat(name, " is ", value.empty() ? "unknown" : value, ": ",
                          requirement.why);
    }
  }
  return std::nullopt;
}

}  // namespace harness
