// Whether a worker is between two stacks.
#ifndef LASTWORDS_RUNTIME_INTERNAL_SCHED_IN_JUMP_H_
#define LASTWORDS_RUNTIME_INTERNAL_SCHED_IN_JUMP_H_

namespace runtime::internal {

// `worker` is an M; for UnwindThread, which asks on the worker's own thread. If
// it were held there, the one it has left would have no stack that is known,
// nor the other be there yet. It is a matter of a few instructions, without a
// lock.
// Safety: async-signal-safe.
bool IsInJump(const void* worker);

}  // namespace runtime::internal

#endif  // LASTWORDS_RUNTIME_INTERNAL_SCHED_IN_JUMP_H_
