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
// each thread's third.
Traced RunTraced(const std::string& scenario, const std::string& calls,
                 const std::vector<std::string>& injections = {},
                 const std::vector<std::string>& environment = {});

// One call of the first thread, as an injection can name it.
struct Call {
  std::string name;
  int number;  // among those of its name, from 1
};

// What the first thread has called from the last call on with that text in it,
// which is the first of them.
std::vector<Call> CallsFrom(const std::string& log, const std::string& text);

// "write:error=EIO:when=3"
std::string At(const Call& call, const std::string& what);

bool WasInjected(const Traced& run);

}  // namespace faults

#endif  // LASTWORDS_CI_FAULTS_STRACE_H_
