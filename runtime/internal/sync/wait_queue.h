// The goroutines parked at one object, oldest first, and what each gave or
// waits for. A node lives in its goroutine's frame.
//
// The object's lock protects the queue. Whoever takes a node off owns its
// wake-up, and touches neither node nor object after Ready.
//
// Source: Go's sudog and waitq (runtime/chan.go).
#ifndef LASTWORDS_RUNTIME_INTERNAL_SYNC_WAIT_QUEUE_H_
#define LASTWORDS_RUNTIME_INTERNAL_SYNC_WAIT_QUEUE_H_

#include <atomic>

#include "runtime/internal/base/os_mutex.h"
#include "runtime/internal/sched/scheduler.h"

namespace runtime::internal {

struct WaitNode {
  G* g = nullptr;
  void* element = nullptr;  // what is sent, or where to put what is received
  bool success = false;     // false when it was woken by a close
  // Select: nodes of one select share this; the first to set it wins.
  std::atomic<WaitNode*>* winner = nullptr;
  WaitNode* next = nullptr;
  WaitNode* previous = nullptr;
};

class WaitQueue {
 public:
  bool empty() const { return first_ == nullptr; }

  void Push(WaitNode* node) {
    node->next = nullptr;
    node->previous = last_;
    (last_ == nullptr ? first_ : last_->next) = node;
    last_ = node;
  }

  // The oldest, whatever has become of its select.
  WaitNode* TakeFirst() {
    WaitNode* node = first_;
    if (node != nullptr) Remove(node);
    return node;
  }

  // The oldest whose select, if it is of one, nobody else has won.
  WaitNode* Pop() {
    while (WaitNode* node = TakeFirst()) {
      if (node->winner == nullptr) return node;
      WaitNode* none = nullptr;
      if (node->winner->compare_exchange_strong(none, node)) return node;
    }
    return nullptr;
  }

  // No effect on a node that is not queued.
  void Remove(WaitNode* node) {
    if (node->previous == nullptr && first_ != node) return;
    (node->previous == nullptr ? first_ : node->previous->next) = node->next;
    (node->next == nullptr ? last_ : node->next->previous) = node->previous;
    node->next = nullptr;
    node->previous = nullptr;
  }

 private:
  WaitNode* first_ = nullptr;
  WaitNode* last_ = nullptr;
};

// Parks the caller, whose node is queued, and gives the lock back when it is
// off its stack. `waits_for`: see G.
inline void ParkAndUnlock(OsMutex* mutex, WaitReason reason,
                          const void* waits_for = nullptr)
    ABSL_UNLOCK_FUNCTION(mutex) ABSL_NO_THREAD_SAFETY_ANALYSIS {
  Park(
      [](G*, void* argument) ABSL_NO_THREAD_SAFETY_ANALYSIS {
        static_cast<OsMutex*>(argument)->Unlock();
        return true;
      },
      mutex, reason, waits_for);
}

}  // namespace runtime::internal

#endif  // LASTWORDS_RUNTIME_INTERNAL_SYNC_WAIT_QUEUE_H_
