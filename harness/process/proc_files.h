// What /proc says about processes.

#ifndef LASTWORDS_HARNESS_PROCESS_PROC_FILES_H_
#define LASTWORDS_HARNESS_PROCESS_PROC_FILES_H_

#include <sys/types.h>

#include <optional>
#include <string>
#include <vector>

namespace harness {

struct ProcStat {
  std::string name;
  char state = '?';
  pid_t parent = 0;
  pid_t group = 0;
  pid_t session = 0;
  unsigned flags = 0;
  int threads = 0;
};

// Nothing if there is no such process.
std::optional<ProcStat> ReadProcStat(pid_t pid);

// Pure part of the above: the text of /proc/PID/stat.
std::optional<ProcStat> ParseProcStat(const std::string& text);

// Arguments joined by spaces; cut off after some hundred bytes.
std::string ReadCommandLine(pid_t pid);

// Every process, in no order.
std::vector<pid_t> AllProcesses();

// The children of one of our threads; of a process's first thread: with the
// orphans it was given. All that there are all the time while this runs, if
// nobody reaps meanwhile; who has ended and was not reaped counts.
std::vector<pid_t> ChildrenOf(pid_t thread);

// The process or thread id given out last, or 0 if unknown.
pid_t LastPid();

// Whether the id is a process's, not one of its further threads'.
bool IsProcess(pid_t pid);

// What a descriptor of a process refers to, like "pipe:[123]"; one each.
std::vector<std::string> ReadDescriptors(pid_t pid);

}  // namespace harness

#endif  // LASTWORDS_HARNESS_PROCESS_PROC_FILES_H_
