// What is said of processes that were left, nobody knows by which test.

#ifndef LASTWORDS_HARNESS_CLI_STRAYS_H_
#define LASTWORDS_HARNESS_CLI_STRAYS_H_

#include <vector>

#include "harness/process/process.h"

namespace harness {

// Names them on standard output. Returns the exit status, `status` where there
// are none.
int WithStrays(int status, const std::vector<LeakedProcess>& strays);

}  // namespace harness

#endif  // LASTWORDS_HARNESS_CLI_STRAYS_H_
