// ASYNC-SIGNAL-SAFE: no malloc, no stdio, no locks.
//
// Who sent a signal, for the extras of its report (runtime/CRASH_FORMAT.md).
//
//   const Sender sender = SenderOf(*info);   // in the handler, first thing
//   ...
//   PrintSender(out, sender);
#ifndef LASTWORDS_RUNTIME_INTERNAL_DIAG_SENDER_H_
#define LASTWORDS_RUNTIME_INTERNAL_DIAG_SENDER_H_

#include <signal.h>
#include <sys/types.h>

#include <cstddef>
#include <string_view>

#include "runtime/internal/base/print.h"

namespace runtime::internal {

struct Sender {
  static constexpr size_t kMaxCommand = 64;

  std::string_view Command() const { return {command, command_size}; }

  bool is_known = false;  // there is one: neither the kernel nor a timer
  pid_t pid = 0;          // 0: in none of our PID namespaces
  uid_t uid = 0;
  // What the kernel calls it; empty where that cannot be read.
  char command[kMaxCommand] = {};
  size_t command_size = 0;
};

// To be asked at once: `kill` has ended, and its number may be another's, when
// the report is printed. Abort's own signal has no sender worth a line.
Sender SenderOf(const siginfo_t& info);

// sent by pid 4711 (uid 1000), command "bash"
// Nothing where there is none.
void PrintSender(Printer& out, const Sender& sender);

}  // namespace runtime::internal

#endif  // LASTWORDS_RUNTIME_INTERNAL_DIAG_SENDER_H_
