// One line that repeats exactly a run, for a shell that knows nothing of the
// harness: the very arguments, environment and input, in an empty directory.
//
//   (cd "$(mktemp -d)" && env -i PATH=/usr/bin:/bin /b/testprog PanicRace
//        </dev/null)                                         (all on one line)

#ifndef LASTWORDS_HARNESS_REPORT_RERUN_H_
#define LASTWORDS_HARNESS_REPORT_RERUN_H_

#include <string>
#include <string_view>

#include "harness/process/process.h"

namespace harness {

// `text` as one word of a POSIX shell, on one line; untouched where nothing
// needs quoting. With control characters it is $'...', which bash, ksh and zsh
// have long had, POSIX since 2024, and dash not yet.
std::string ShellQuote(std::string_view text);

// `request.program` should be absolute: the line changes the directory.
std::string RerunCommand(const ProcessRequest& request);

// The same under gdb, which stops where the program ends, by a signal or by
// itself, and shows the stack of that thread. What its spec would have typed
// (`steps`) is typed by who sits there; the limit of time is left out.
std::string GdbCommand(const ProcessRequest& request);

}  // namespace harness

#endif  // LASTWORDS_HARNESS_REPORT_RERUN_H_
