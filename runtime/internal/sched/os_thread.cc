#include "runtime/internal/sched/os_thread.h"

#include <errno.h>
#include <pthread.h>
#include <sys/stat.h>

#include "runtime/internal/base/check.h"
#include "runtime/internal/machine/stack.h"

namespace runtime::internal {

void StartOsThread(void* (*run)(void*), void* argument) {
  pthread_attr_t attributes;
  RUNTIME_CHECK(pthread_attr_init(&attributes) == 0);
  RUNTIME_CHECK(
      pthread_attr_setdetachstate(&attributes, PTHREAD_CREATE_DETACHED) == 0);
  size_t stack_bytes = kStackScale * kThreadStackBytes;
  pthread_t thread;
  int error = EINVAL;
  // EINVAL: thread-local variables, which count, do not fit.
  for (; error == EINVAL && stack_bytes <= kMaxThreadStackBytes;
       stack_bytes *= 4) {
    RUNTIME_CHECK(pthread_attr_setstacksize(&attributes, stack_bytes) == 0);
    error = pthread_create(&thread, &attributes, run, argument);
  }
  pthread_attr_destroy(&attributes);
  if (error != 0) ThrowNoThread(OsThreadCount(), error);
}

int OsThreadCount() {
  struct stat tasks;
  // A directory has a link for itself, one for its name, one for each child.
  if (stat("/proc/self/task", &tasks) != 0) return 0;
  return static_cast<int>(tasks.st_nlink) - 2;
}

}  // namespace runtime::internal
