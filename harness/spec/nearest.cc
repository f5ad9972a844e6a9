#include "harness/spec/nearest.h"

#include <algorithm>

#include "absl/strings/ascii.h"
#include "absl/strings/match.h"
#include "absl/strings/str_cat.h"

namespace harness {
namespace {

int ReplaceCost(char a, char b) {
  if (a == b) return 0;
  return absl::ascii_tolower(static_cast<unsigned char>(a)) ==
                 absl::ascii_tolower(static_cast<unsigned char>(b))
             ? 1
             : 2;
}

}  // namespace

int HalfEditDistance(std::string_view a, std::string_view b) {
  // Optimal string alignment over three rows: i-2, i-1 and i.
  std::vector<int> before(b.size() + 1), above(b.size() + 1), row(b.size() + 1);
  for (size_t j = 0; j <= b.size(); ++j) above[j] = 2 * static_cast<int>(j);
  for (size_t i = 1; i <= a.size(); ++i) {
    row[0] = 2 * static_cast<int>(i);
    for (size_t j = 1; j <= b.size(); ++j) {
      row[j] = std::min({above[j] + 2, row[j - 1] + 2,
                         above[j - 1] + ReplaceCost(a[i - 1], b[j - 1])});
      bool swapped =
          i > 1 && j > 1 && a[i - 1] == b[j - 2] && a[i - 2] == b[j - 1];
      if (swapped) row[j] = std::min(row[j], before[j - 2] + 2);
    }
    before.swap(above);
    above.swap(row);
  }
  return above[b.size()];
}

std::string Nearest(std::string_view word,
                    const std::vector<std::string>& names) {
  const std::string* best = nullptr;
  int best_distance = 0;
  for (const std::string& name : names) {
    int distance = absl::EqualsIgnoreCase(std::string(word), name)
                       ? 0
                       : HalfEditDistance(word, name);
    if (best == nullptr || distance < best_distance) {
      best = &name;
      best_distance = distance;
    }
  }
  // A third of the word may be wrong, and one letter of the shortest.
  int tolerated = std::max(2, 2 * static_cast<int>(word.size()) / 3);
  if (best == nullptr || best_distance > tolerated) return "";
  return *best;
}

std::string DidYouMean(std::string_view word,
                       const std::vector<std::string>& names) {
  std::string nearest = Nearest(word, names);
  if (nearest.empty()) return "";
  return absl::StrCat("; did you mean \"", nearest, "\"?");
}

}  // namespace harness
