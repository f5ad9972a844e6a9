#include "harness/match/leaks_text.h"

#include <algorithm>

#include "absl/strings/str_cat.h"
#include "absl/strings/str_join.h"

namespace harness {

std::string DescribeLeaks(const std::vector<LeakedProcess>& leaks) {
  std::vector<std::string> names;
  for (std::size_t i = 0; i < std::min(leaks.size(), kLeaksNamed); ++i) {
    const LeakedProcess& leak = leaks[i];
    names.push_back(absl::StrCat(leak.name, " (pid ", leak.pid,
                                 leak.cmdline.empty() ? "" : ": ", leak.cmdline,
                                 ")"));
  }
  std::string text =
      absl::StrCat("left running, now killed: ", absl::StrJoin(names, ", "));
  if (leaks.size() > kLeaksNamed) {
    absl::StrAppend(&text, " and ", leaks.size() - kLeaksNamed, " more");
  }
  return text;
}

}  // namespace harness
