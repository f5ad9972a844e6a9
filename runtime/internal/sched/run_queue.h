// A processor's queue of runnable goroutines: a ring with one owner, who
// pushes and pops, and any number of thieves, who take half. Beside it a
// "run next" slot: a goroutine made ready by the running one goes there and
// runs before the ring, so that a pair that talks to each other stays on one
// processor.
//
//   RunQueue<G, Env> queue;
//   if (!queue.PushBack(g)) { ... full: move half elsewhere ... }
//   G* g = queue.Pop();
//
// Env gives Atomic<T>: std::atomic in the program, a modelled one under
// exploration.
//
// Safety: PushBack, SwapNext, Pop, TakeHalf by the owner; StealInto by anyone.
// Source: Go's runqput, runqget, runqgrab (runtime/proc.go).
#ifndef LASTWORDS_RUNTIME_INTERNAL_SCHED_RUN_QUEUE_H_
#define LASTWORDS_RUNTIME_INTERNAL_SCHED_RUN_QUEUE_H_

#include <atomic>
#include <cstdint>

namespace runtime::internal {

template <class T, class Env>
class RunQueue {
 public:
  static constexpr uint32_t kCapacity = 256;
  // How often in a row the run-next slot may be served before the ring.
  static constexpr uint32_t kMaxNextStreak = 64;

  // False if the ring is full.
  bool PushBack(T* item) {
    const uint32_t head = head_.load(std::memory_order_acquire);
    const uint32_t tail = tail_.load(std::memory_order_relaxed);
    if (tail - head >= kCapacity) return false;
    ring_[tail % kCapacity].store(item, std::memory_order_relaxed);
    tail_.store(tail + 1, std::memory_order_release);
    return true;
  }

  // Puts `item` in the run-next slot; returns the one that was there.
  T* SwapNext(T* item) {
    return next_.exchange(item, std::memory_order_acq_rel);
  }

  // The next to run, or null.
  T* Pop() {
    if (next_streak_ < kMaxNextStreak || RingEmpty()) {
      if (T* item = TakeNext()) {
        ++next_streak_;
        return item;
      }
    }
    next_streak_ = 0;
    uint32_t head = head_.load(std::memory_order_acquire);
    for (;;) {
      const uint32_t tail = tail_.load(std::memory_order_relaxed);
      if (tail == head) return TakeNext();
      T* item = ring_[head % kCapacity].load(std::memory_order_relaxed);
      if (head_.compare_exchange_weak(head, head + 1, std::memory_order_acq_rel,
                                      std::memory_order_acquire)) {
        return item;
      }
    }
  }

  // Takes half of a full ring, for the global queue. Returns how many.
  uint32_t TakeHalf(T* (&batch)[kCapacity / 2]) { return Grab(batch); }

  // Moves half of this queue to the end of `thief`, whose owner calls, and
  // returns one of them, or null if there was nothing. `with_next`: take even
  // the run-next slot when the ring is empty.
  T* StealInto(RunQueue* thief, bool with_next) {
    T* batch[kCapacity / 2];
    uint32_t count = Grab(batch);
    if (count == 0) return with_next ? TakeNext() : nullptr;
    T* first = batch[--count];
    for (uint32_t i = 0; i < count; ++i) thief->PushBack(batch[i]);
    return first;
  }

  // What anyone may ask; true only for an instant.
  bool Empty() const {
    for (;;) {
      const uint32_t head = head_.load(std::memory_order_acquire);
      const uint32_t tail = tail_.load(std::memory_order_acquire);
      T* next = next_.load(std::memory_order_acquire);
      if (tail == tail_.load(std::memory_order_acquire)) {
        return head == tail && next == nullptr;
      }
    }
  }

 private:
  template <class U>
  using Atomic = typename Env::template Atomic<U>;

  bool RingEmpty() const {
    return head_.load(std::memory_order_acquire) ==
           tail_.load(std::memory_order_relaxed);
  }

  T* TakeNext() {
    if (next_.load(std::memory_order_relaxed) == nullptr) return nullptr;
    return next_.exchange(nullptr, std::memory_order_acq_rel);
  }

  uint32_t Grab(T* (&batch)[kCapacity / 2]) {
    uint32_t head = head_.load(std::memory_order_acquire);
    for (;;) {
      const uint32_t tail = tail_.load(std::memory_order_acquire);
      const uint32_t available = tail - head;
      const uint32_t count = available - available / 2;
      if (count == 0) return 0;
      if (count > kCapacity / 2) {  // head and tail are of different times
        head = head_.load(std::memory_order_acquire);
        continue;
      }
      for (uint32_t i = 0; i < count; ++i) {
        batch[i] =
            ring_[(head + i) % kCapacity].load(std::memory_order_relaxed);
      }
      if (head_.compare_exchange_weak(head, head + count,
                                      std::memory_order_acq_rel,
                                      std::memory_order_acquire)) {
        return count;
      }
    }
  }

  Atomic<uint32_t> head_{0};
  Atomic<uint32_t> tail_{0};
  Atomic<T*> next_{nullptr};
  Atomic<T*> ring_[kCapacity] = {};
  uint32_t next_streak_ = 0;
};

}  // namespace runtime::internal

#endif  // LASTWORDS_RUNTIME_INTERNAL_SCHED_RUN_QUEUE_H_
