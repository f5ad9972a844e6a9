#include "runtime/rw_mutex.h"

#include <utility>

#include "runtime/internal/base/fatal.h"

namespace runtime {

bool RWMutex::TakeToWrite() {
  if (writing_ || record_.readers != 0) return false;
  writing_ = true;
  return true;
}

bool RWMutex::TakeToRead() {
  if (writing_ || !waiting_writers_.empty()) return false;
  ++record_.readers;
  return true;
}

bool RWMutex::TryLock() {
  internal::OsMutexLock lock(&mutex_);
  if (!TakeToWrite()) return false;
  record_.writer.Locked(__builtin_return_address(0));
  return true;
}

bool RWMutex::TryRLock() {
  internal::OsMutexLock lock(&mutex_);
  return TakeToRead();
}

void RWMutex::Lock() {
  mutex_.Lock();
  if (TakeToWrite()) {
    mutex_.Unlock();
  } else {
    internal::WaitNode node{.g = internal::CurrentG()};
    waiting_writers_.Push(&node);
    internal::ParkAndUnlock(&mutex_, internal::WaitReason::kRWMutexLock,
                            &record_);
  }
  record_.writer.Locked(__builtin_return_address(0));
}

void RWMutex::RLock() {
  mutex_.Lock();
  if (TakeToRead()) {
    mutex_.Unlock();
    return;
  }
  internal::WaitNode node{.g = internal::CurrentG()};
  waiting_readers_.Push(&node);
  internal::ParkAndUnlock(&mutex_, internal::WaitReason::kRWMutexRLock,
                          &record_);
}

// Whom they wake holds the lock already when it runs.

void RWMutex::Unlock() {
  mutex_.Lock();
  if (!writing_) {
    mutex_.Unlock();
    internal::Fatal("sync: Unlock of unlocked RWMutex");
  }
  record_.writer.Unlocked();
  internal::WaitQueue to_wake;
  while (internal::WaitNode* reader = waiting_readers_.Pop()) {
    to_wake.Push(reader);
    ++record_.readers;
  }
  if (record_.readers == 0) {
    if (internal::WaitNode* writer = waiting_writers_.Pop()) {
      to_wake.Push(writer);
    }
  }
  writing_ = record_.readers == 0 && !to_wake.empty();
  mutex_.Unlock();
  while (internal::WaitNode* node = to_wake.Pop()) internal::Ready(node->g);
}

void RWMutex::RUnlock() {
  mutex_.Lock();
  if (record_.readers == 0) {
    mutex_.Unlock();
    internal::Fatal("sync: RUnlock of unlocked RWMutex");
  }
  internal::WaitNode* writer = nullptr;
  if (--record_.readers == 0) writer = waiting_writers_.Pop();
  writing_ = writer != nullptr;
  internal::G* g = writer == nullptr ? nullptr : writer->g;
  mutex_.Unlock();
  if (g != nullptr) internal::Ready(g);
}

}  // namespace runtime
