// For calls that block the thread: read, waitpid, another library's lock.
//
//   ssize_t n = runtime::Blocking([&] { return read(fd, buffer, size); });
//
// Meanwhile the caller's processor runs other goroutines, on another thread: an
// ordinary blocking call would hold them up, with GOMAXPROCS=1 all of them. The
// program is not asleep while one is pending, so that is no deadlock; an exit
// does not wait for it. In a report the goroutine is [syscall].
//
// Threads that this takes are kept for the next time; SetMaxThreads (debug.h)
// bounds them. A call costs some 100 ns and often a thread switch: not for what
// is over at once.
//
// Source: Go's entersyscall and exitsyscall (runtime/proc.go). Differs: the
// processor goes at once, not when a monitor thread sees the call last.
#ifndef LASTWORDS_RUNTIME_BLOCKING_H_
#define LASTWORDS_RUNTIME_BLOCKING_H_

#include <utility>

#include "runtime/internal/sched/scheduler.h"

namespace runtime {
namespace internal {

class BlockingScope {
 public:
  BlockingScope() { EnterBlocking(); }
  BlockingScope(const BlockingScope&) = delete;
  BlockingScope& operator=(const BlockingScope&) = delete;
  ~BlockingScope() { LeaveBlocking(); }
};

}  // namespace internal

// Calls `function` and returns what it returns; errno is kept. It may nest,
// panic, throw and use the runtime. The thread may be another afterwards.
// Blocks: the thread, as `function` does; then until there is a processor.
// Safety: any thread; on one that is not a worker it just calls.
template <class F>
decltype(auto) Blocking(F&& function) {
  const internal::BlockingScope scope;
  return std::forward<F>(function)();
}

}  // namespace runtime

#endif  // LASTWORDS_RUNTIME_BLOCKING_H_
