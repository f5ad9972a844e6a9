// Runs testprog under strace, which makes chosen system calls fail, or sends
// signals at them.
#ifndef LASTWORDS_CI_FAULTS_STRACE_H_
#define LASTWORDS_CI_FAULTS_STRACE_H_

#include <string>
#include <vector>

namespace faults {

struct Traced {
  std::string end;   // of testprog: "exit 2", "signal 6", "hang"
  std::string text;  // its standard error, a pipe
  std::string copy;  // what SetCrashOutput's descriptor got
  std::string log;   // strace's: the calls that were looked at
};

// Empty: strace works here. Else why it does not.
std::string WhyNotStrace();

// `calls` is a set as strace takes it ("write", "!gettid"): what is logged.
// `injections` are as behind "-e inject=": "write:error=EINTR:when=3", which is
// the third of each thread.
Traced RunTraced(const std::string& scenario, const std::string& calls,
                 const std::vector<std::string>& injections = {},
                 const std::vector<std::string>& environment = {});

// How many of the logged calls the first thread had made when it came to the
// last one with that text in it; 0: there is none.
int CallsUpTo(const std::string& log, const std::string& text);

bool WasInjected(const Traced& run);

}  // namespace faults

#endif  // LASTWORDS_CI_FAULTS_STRACE_H_
