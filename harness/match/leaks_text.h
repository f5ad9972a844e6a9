// Processes that were left, in words.

#ifndef LASTWORDS_HARNESS_MATCH_LEAKS_TEXT_H_
#define LASTWORDS_HARNESS_MATCH_LEAKS_TEXT_H_

#include <cstddef>
#include <string>
#include <vector>

#include "harness/process/process.h"

namespace harness {

// Nobody reads a thousand: the first few are named, the others counted.
inline constexpr std::size_t kLeaksNamed = 5;

// "left running, now killed: sleep (pid 77: sleep 100), ... and 995 more"
std::string DescribeLeaks(const std::vector<LeakedProcess>& leaks);

}  // namespace harness

#endif  // LASTWORDS_HARNESS_MATCH_LEAKS_TEXT_H_
