#include "harness/cli/strays.h"

#include <algorithm>
#include <cstdio>

#include "harness/cli/exit_status.h"
#include "harness/match/leaks_text.h"

namespace harness {

int WithStrays(int status, const std::vector<LeakedProcess>& strays) {
  if (strays.empty()) return status;
  std::printf(
      "LEAK %s; one of the programs that ran at the same time has left it, and "
      "every trace is wiped off: --jobs 1 tells which\n",
      DescribeLeaks(strays).c_str());
  return std::max(status, kExitFailed);
}

}  // namespace harness
