#include "runtime/internal/sync/map_use.h"

#include "runtime/internal/base/fatal.h"
#include "runtime/internal/sched/scheduler.h"

namespace runtime::internal {

void MapUse::BeginRead() {
  uint64_t users = users_.load(std::memory_order_relaxed);
  do {
    if ((users & kWriting) != 0) Fatal("concurrent map read and map write");
  } while (!users_.compare_exchange_weak(users, users + kReader,
                                         std::memory_order_acquire,
                                         std::memory_order_relaxed));
}

void MapUse::EndRead() { users_.fetch_sub(kReader, std::memory_order_release); }

void MapUse::BeginWrite() {
  uint64_t users = users_.load(std::memory_order_relaxed);
  do {
    if ((users & kWriting) != 0) Fatal("concurrent map writes");
    if ((users & kReaders) != 0) Fatal("concurrent map read and map write");
    if (users >= kIteration && OthersIterate()) {
      Fatal("concurrent map iteration and map write");
    }
  } while (!users_.compare_exchange_weak(users, users | kWriting,
                                         std::memory_order_acquire,
                                         std::memory_order_relaxed));
}

void MapUse::EndWrite() {
  users_.fetch_sub(kWriting, std::memory_order_release);
}

// In the list before it is counted: a writer that does not find it in the list
// is seen here.
void MapUse::BeginIteration(MapIteration* iteration) {
  iteration->g = CurrentG();
  {
    OsMutexLock lock(&mutex_);
    iteration->next = iterations_;
    if (iterations_ != nullptr) iterations_->previous = iteration;
    iterations_ = iteration;
  }
  uint64_t users = users_.load(std::memory_order_relaxed);
  do {
    if ((users & kWriting) != 0) {
      Fatal("concurrent map iteration and map write");
    }
  } while (!users_.compare_exchange_weak(users, users + kIteration,
                                         std::memory_order_acquire,
                                         std::memory_order_relaxed));
}

void MapUse::EndIteration(MapIteration* iteration) {
  {
    OsMutexLock lock(&mutex_);
    (iteration->previous == nullptr ? iterations_ : iteration->previous->next) =
        iteration->next;
    if (iteration->next != nullptr) {
      iteration->next->previous = iteration->previous;
    }
  }
  users_.fetch_sub(kIteration, std::memory_order_release);
}

bool MapUse::OthersIterate() {
  const G* self = CurrentG();
  OsMutexLock lock(&mutex_);
  for (const MapIteration* i = iterations_; i != nullptr; i = i->next) {
    if (i->g != self) return true;
  }
  return false;
}

}  // namespace runtime::internal
