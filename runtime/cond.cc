#include "runtime/cond.h"

#include <atomic>
#include <utility>

namespace runtime {
namespace {

// A waiter is queued before it gives the mutex back, so it may be let go
// before it has parked.
//
//   kQueued --Park--> kParked --LetGo, Ready--> kLetGo
//      |                                          ^
//      +---------------------LetGo----------------+
enum class Phase { kQueued, kParked, kLetGo };

struct CondWaiter : internal::WaitNode {
  std::atomic<Phase> phase = Phase::kQueued;
};

bool CommitPark(internal::G*, void* waiter) {
  Phase queued = Phase::kQueued;
  return static_cast<CondWaiter*>(waiter)->phase.compare_exchange_strong(
      queued, Phase::kParked);
}

// Touches nothing of the waiter after it may run.
void LetGo(internal::WaitNode* node) {
  internal::G* g = node->g;
  const Phase before =
      static_cast<CondWaiter*>(node)->phase.exchange(Phase::kLetGo);
  if (before == Phase::kParked) internal::Ready(g);
}

}  // namespace

void Cond::Wait(Mutex* mutex) {
  CondWaiter waiter;
  waiter.g = internal::CurrentG();
  {
    internal::OsMutexLock lock(&mutex_);
    waiters_.Push(&waiter);
  }
  mutex->Unlock();
  internal::Park(&CommitPark, &waiter, internal::WaitReason::kCondWait, this);
  mutex->Lock();
  mutex->record_.Locked(__builtin_return_address(0));
}

void Cond::Signal() {
  internal::WaitNode* first = nullptr;
  {
    internal::OsMutexLock lock(&mutex_);
    first = waiters_.Pop();
  }
  if (first != nullptr) LetGo(first);
}

void Cond::Broadcast() {
  internal::WaitQueue all;
  {
    internal::OsMutexLock lock(&mutex_);
    std::swap(all, waiters_);
  }
  while (internal::WaitNode* node = all.Pop()) LetGo(node);
}

}  // namespace runtime
