// Standard output, for what is told while tests run.

#ifndef LASTWORDS_HARNESS_CLI_PRINT_H_
#define LASTWORDS_HARNESS_CLI_PRINT_H_

#include <string>

namespace harness {

// At once, not when some buffer is full. Where nobody reads any more
// (`| head`), an Interrupt that is there hears of SIGPIPE.
void Print(const std::string& text);

}  // namespace harness

#endif  // LASTWORDS_HARNESS_CLI_PRINT_H_
