// A channel: a ring of `capacity` elements under a lock, and the goroutines
// that wait to send or to receive. A sender that finds a receiver waiting
// hands its element over directly.
//
// Invariants, under the lock: receivers wait only while the ring is empty,
// senders only while it is full; a closed channel has neither.
//
// Source: Go's runtime/chan.go (chansend, chanrecv, closechan).
#ifndef LASTWORDS_RUNTIME_INTERNAL_SYNC_CHANNEL_H_
#define LASTWORDS_RUNTIME_INTERNAL_SYNC_CHANNEL_H_

#include <cstddef>
#include <cstdint>
#include <memory>
#include <optional>
#include <utility>

#include "absl/base/thread_annotations.h"
#include "runtime/internal/base/os_mutex.h"
#include "runtime/internal/control/runtime_error.h"
#include "runtime/internal/sync/wait_queue.h"

namespace runtime::internal {

// What a select needs to know of a channel of any type.
class ChannelBase {
 public:
  OsMutex mutex{LockRank::kChannel};
  WaitQueue senders ABSL_GUARDED_BY(mutex);
  WaitQueue receivers ABSL_GUARDED_BY(mutex);
  uintptr_t made_at = 0;  // the pc behind the program's call, for a report
};

enum class TryResult { kDone, kMustWait, kClosed };

template <class T>
class Channel : public ChannelBase {
 public:
  explicit Channel(size_t capacity)
      : capacity_(capacity), ring_(new Slot[capacity]) {}
  Channel(const Channel&) = delete;
  Channel& operator=(const Channel&) = delete;
  ~Channel() ABSL_NO_THREAD_SAFETY_ANALYSIS {
    while (count_ != 0) TakeFirst();
  }

  void Send(T& value) {
    mutex.Lock();
    G* to_wake = nullptr;
    const TryResult result = TrySend(value, &to_wake);
    if (result != TryResult::kMustWait) {
      mutex.Unlock();
      if (result == TryResult::kClosed) {
        PanicRuntimeError("send on closed channel");
      }
      if (to_wake != nullptr) Ready(to_wake);
      return;
    }
    WaitNode node{.g = CurrentG(), .element = &value};
    senders.Push(&node);
    ParkAndUnlock(&mutex, WaitReason::kChanSend, this);
    if (!node.success) PanicRuntimeError("send on closed channel");
  }

  // Empty when the channel is closed and drained.
  std::optional<T> Receive() {
    std::optional<T> value;
    mutex.Lock();
    G* to_wake = nullptr;
    if (TryReceive(value, &to_wake) != TryResult::kMustWait) {
      mutex.Unlock();
      if (to_wake != nullptr) Ready(to_wake);
      return value;
    }
    WaitNode node{.g = CurrentG(), .element = &value};
    receivers.Push(&node);
    ParkAndUnlock(&mutex, WaitReason::kChanReceive, this);
    return value;
  }

  void Close() {
    mutex.Lock();
    if (closed_) {
      mutex.Unlock();
      PanicRuntimeError("close of closed channel");
    }
    closed_ = true;
    WaitQueue to_wake;
    while (WaitNode* node = receivers.Pop()) to_wake.Push(node);
    while (WaitNode* node = senders.Pop()) to_wake.Push(node);
    mutex.Unlock();
    while (WaitNode* node = to_wake.TakeFirst()) Ready(node->g);
  }

  // One step of a send or receive without waiting. The goroutine in *to_wake,
  // if any, is to be made ready after the lock is given back.
  TryResult TrySend(T& value, G** to_wake)
      ABSL_EXCLUSIVE_LOCKS_REQUIRED(mutex) {
    if (closed_) return TryResult::kClosed;
    if (WaitNode* receiver = receivers.Pop()) {
      static_cast<std::optional<T>*>(receiver->element)
          ->emplace(std::move(value));
      receiver->success = true;
      *to_wake = receiver->g;
      return TryResult::kDone;
    }
    if (count_ == capacity_) return TryResult::kMustWait;
    Append(std::move(value));
    return TryResult::kDone;
  }

  TryResult TryReceive(std::optional<T>& value, G** to_wake)
      ABSL_EXCLUSIVE_LOCKS_REQUIRED(mutex) {
    if (count_ != 0) {
      value.emplace(TakeFirst());
      // The ring was full if a sender waits: its element takes the room.
      if (WaitNode* sender = senders.Pop()) {
        Append(std::move(*static_cast<T*>(sender->element)));
        sender->success = true;
        *to_wake = sender->g;
      }
      return TryResult::kDone;
    }
    if (WaitNode* sender = senders.Pop()) {
      value.emplace(std::move(*static_cast<T*>(sender->element)));
      sender->success = true;
      *to_wake = sender->g;
      return TryResult::kDone;
    }
    return closed_ ? TryResult::kClosed : TryResult::kMustWait;
  }

  size_t size() {
    OsMutexLock lock(&mutex);
    return count_;
  }
  size_t capacity() const { return capacity_; }

 private:
  union Slot {
    Slot() {}
    ~Slot() {}
    T value;
  };

  void Append(T&& value) ABSL_EXCLUSIVE_LOCKS_REQUIRED(mutex) {
    std::construct_at(&ring_[(first_ + count_) % capacity_].value,
                      std::move(value));
    ++count_;
  }

  T TakeFirst() ABSL_EXCLUSIVE_LOCKS_REQUIRED(mutex) {
    T& slot = ring_[first_].value;
    T value(std::move(slot));
    std::destroy_at(&slot);
    first_ = (first_ + 1) % capacity_;
    --count_;
    return value;
  }

  const size_t capacity_;
  const std::unique_ptr<Slot[]> ring_;
  size_t first_ ABSL_GUARDED_BY(mutex) = 0;
  size_t count_ ABSL_GUARDED_BY(mutex) = 0;
  bool closed_ ABSL_GUARDED_BY(mutex) = false;
};

}  // namespace runtime::internal

#endif  // LASTWORDS_RUNTIME_INTERNAL_SYNC_CHANNEL_H_
