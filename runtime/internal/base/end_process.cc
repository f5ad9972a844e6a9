// ASYNC-SIGNAL-SAFE: system calls only.
#include "runtime/internal/base/end_process.h"

#include <signal.h>
#include <unistd.h>

#include "runtime/internal/base/config.h"

namespace runtime::internal {

void EndAfterReport() {
  if (CurrentTracebackLevel() == TracebackLevel::kCrash) {
    struct sigaction action = {};
    action.sa_handler = SIG_DFL;
    sigaction(SIGABRT, &action, nullptr);
    sigset_t abort_only;
    sigemptyset(&abort_only);
    sigaddset(&abort_only, SIGABRT);
    pthread_sigmask(SIG_UNBLOCK, &abort_only, nullptr);
    raise(SIGABRT);
  }
  _exit(kExitCrashed);
}

}  // namespace runtime::internal
