// A thread of the runtime's own: detached, with a small stack.
#ifndef LASTWORDS_RUNTIME_INTERNAL_SCHED_OS_THREAD_H_
#define LASTWORDS_RUNTIME_INTERNAL_SCHED_OS_THREAD_H_

#include <cstddef>

namespace runtime::internal {

inline constexpr size_t kThreadStackBytes = 256 * 1024;
inline constexpr size_t kMaxThreadStackBytes = 256 * 1024 * 1024;

// Errors: none to be had is fatal.
void StartOsThread(void* (*run)(void*), void* argument);

// Threads of this process, by the kernel's count; 0 where it does not tell.
// ASYNC-SIGNAL-SAFE.
int OsThreadCount();

}  // namespace runtime::internal

#endif  // LASTWORDS_RUNTIME_INTERNAL_SCHED_OS_THREAD_H_
