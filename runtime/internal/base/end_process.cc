// ASYNC-SIGNAL-SAFE: system calls only.
#include "runtime/internal/base/end_process.h"

#include <signal.h>
#include <unistd.h>

#include "runtime/internal/base/config.h"

namespace runtime::internal {

void RaiseByDefault(int signal) {
  struct sigaction action = {};
  action.sa_handler = SIG_DFL;
  sigaction(signal, &action, nullptr);
  sigset_t set;
  sigemptyset(&set);
  sigaddset(&set, signal);
  pthread_sigmask(SIG_UNBLOCK, &set, nullptr);
  raise(signal);
}

void DieBySignal(int signal) {
  RaiseByDefault(signal);
  _exit(128 + signal);
}

void EndAfterReport() {
  if (CurrentTracebackLevel() == TracebackLevel::kCrash) {
    RaiseByDefault(SIGABRT);
  }
  _exit(kExitCrashed);
}

}  // namespace runtime::internal
