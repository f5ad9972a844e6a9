#include "runtime/once.h"

namespace runtime {
namespace {

constinit internal::WaitNode running_mark;
constinit internal::WaitNode done_mark;

struct Waiter {
  std::atomic<internal::WaitNode*>* state;
  internal::WaitNode node;
};

// Joins the waiters, unless there is nothing left to wait for.
bool CommitPark(internal::G* g, void* argument) {
  auto* waiter = static_cast<Waiter*>(argument);
  waiter->node.g = g;
  waiter->node.next = waiter->state->load(std::memory_order_acquire);
  do {
    if (waiter->node.next == &done_mark) return false;
  } while (!waiter->state->compare_exchange_weak(
      waiter->node.next, &waiter->node, std::memory_order_acq_rel,
      std::memory_order_acquire));
  return true;
}

}  // namespace

bool Once::Begin() {
  internal::WaitNode* state = nullptr;
  if (state_.compare_exchange_strong(state, &running_mark,
                                     std::memory_order_acquire)) {
    record_.Locked(__builtin_return_address(0));
    return true;
  }
  if (state == &done_mark) return false;
  Waiter waiter{.state = &state_, .node = {}};
  internal::Park(&CommitPark, &waiter, internal::WaitReason::kOnceDo, &record_);
  return false;
}

void Once::Finish() {
  record_.Unlocked();
  internal::WaitNode* waiter =
      state_.exchange(&done_mark, std::memory_order_acq_rel);
  while (waiter != &running_mark) {
    internal::G* g = waiter->g;
    waiter = waiter->next;  // gone once it runs
    internal::Ready(g);
  }
}

}  // namespace runtime
