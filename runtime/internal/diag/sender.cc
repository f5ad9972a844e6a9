// ASYNC-SIGNAL-SAFE: no malloc, no stdio, no locks.
#include "runtime/internal/diag/sender.h"

#include <fcntl.h>
#include <unistd.h>

#include <charconv>
#include <cstring>

#include "runtime/internal/base/config.h"
#include "runtime/internal/diag/json_report.h"

namespace runtime::internal {
namespace {

bool IsSent(const siginfo_t& info) {
  const bool has_sender = info.si_code == SI_USER || info.si_code == SI_TKILL ||
                          info.si_code == SI_QUEUE;
  return has_sender && (info.si_signo != SIGABRT || info.si_pid != getpid());
}

// Any bytes may be in a name: none that ends the line or the quotes.
void ReadCommand(Sender* sender) {
  char path[32] = "/proc/";
  char* const number = path + strlen(path);
  char* const end = std::to_chars(number, path + sizeof(path), sender->pid).ptr;
  memcpy(end, "/comm", sizeof("/comm"));
  const int file = open(path, O_RDONLY | O_CLOEXEC);
  if (file < 0) return;
  const ssize_t size = read(file, sender->command, sizeof(sender->command));
  close(file);
  if (size <= 1) return;
  sender->command_size = static_cast<size_t>(size) - 1;  // the newline
  for (char& c : sender->command) {
    const auto byte = static_cast<unsigned char>(c);
    if (byte < ' ' || byte > '~' || c == '"') c = '?';
  }
}

}  // namespace

Sender SenderOf(const siginfo_t& info) {
  Sender sender;
  if (!WantsExtras() || !IsSent(info)) return sender;
  sender.is_known = true;
  sender.pid = info.si_pid;
  sender.uid = info.si_uid;
  if (sender.pid != 0) ReadCommand(&sender);
  return sender;
}

void PrintSender(Printer& out, const Sender& sender) {
  if (!sender.is_known) return;
  out.Str("\nsent ");
  if (sender.pid == 0) {
    out.Str("from outside of the PID namespace");
  } else {
    out.Str("by pid ").Dec(sender.pid);
  }
  out.Str(" (uid ").Udec(sender.uid).Char(')');
  if (sender.pid == getpid()) {
    out.Str(", the program itself");
  } else if (sender.command_size != 0) {
    out.Str(", command \"").Str(sender.Command()).Char('"');
  }
  out.Char('\n');
  JsonOf(out).AddSender(sender.pid, sender.uid, sender.Command());
}

}  // namespace runtime::internal
