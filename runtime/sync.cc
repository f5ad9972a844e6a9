#include "runtime/sync.h"

#include "runtime/internal/base/fatal.h"
#include "runtime/internal/control/runtime_error.h"

namespace runtime {

void WaitGroup::Add(int64_t delta) {
  internal::WaitQueue to_wake;
  mutex_.Lock();
  count_ += delta;
  const bool negative = count_ < 0;
  if (count_ == 0) std::swap(to_wake, waiters_);
  mutex_.Unlock();
  if (negative) {
    internal::PanicRuntimeError("sync: negative WaitGroup counter");
  }
  while (internal::WaitNode* node = to_wake.Pop()) internal::Ready(node->g);
}

void WaitGroup::Wait() {
  mutex_.Lock();
  if (count_ == 0) {
    mutex_.Unlock();
    return;
  }
  internal::WaitNode node{.g = internal::CurrentG()};
  waiters_.Push(&node);
  internal::ParkAndUnlock(&mutex_, internal::WaitReason::kWaitGroupWait,
                          &count_);
}

bool Mutex::TryLockAt(const void* pc) {
  uint32_t expected = kFree;
  if (!state_.compare_exchange_strong(expected, kLocked,
                                      std::memory_order_acquire)) {
    return false;
  }
  record_.Locked(pc);
  return true;
}

bool Mutex::TryLock() { return TryLockAt(__builtin_return_address(0)); }

void Mutex::Lock() {
  const void* const pc = __builtin_return_address(0);
  if (TryLockAt(pc)) return;
  queue_mutex_.Lock();
  for (uint32_t state = state_.load(std::memory_order_relaxed);;) {
    if (state == kFree) {
      if (state_.compare_exchange_weak(state, kLocked,
                                       std::memory_order_acquire)) {
        queue_mutex_.Unlock();
        record_.Locked(pc);
        return;
      }
    } else if (state == kWaitedFor ||
               state_.compare_exchange_weak(state, kWaitedFor,
                                            std::memory_order_relaxed)) {
      break;
    }
  }
  internal::WaitNode node{.g = internal::CurrentG()};
  waiters_.Push(&node);
  internal::ParkAndUnlock(&queue_mutex_, internal::WaitReason::kMutexLock,
                          &record_);
  record_.Locked(pc);
}

void Mutex::Unlock() {
  record_.Unlocked();
  uint32_t state = kLocked;
  if (state_.compare_exchange_strong(state, kFree, std::memory_order_release)) {
    return;
  }
  if (state == kFree) internal::Fatal("sync: unlock of unlocked mutex");
  queue_mutex_.Lock();
  internal::WaitNode* next = waiters_.Pop();
  if (next == nullptr) {  // another Unlock was quicker
    queue_mutex_.Unlock();
    internal::Fatal("sync: unlock of unlocked mutex");
  }
  internal::G* g = next->g;
  // The lock is not free in between: it is the next one's now.
  state_.store(waiters_.empty() ? kLocked : kWaitedFor,
               std::memory_order_release);
  queue_mutex_.Unlock();
  internal::Ready(g);
}

}  // namespace runtime
