#include "runtime/internal/sync/select.h"

#include <algorithm>
#include <functional>

#include "runtime/internal/base/check.h"
#include "runtime/internal/base/choose.h"

namespace runtime::internal {
namespace {

// The distinct channels of a select, in the order of their addresses.
class ChannelLocks {
 public:
  explicit ChannelLocks(std::span<SelectCase* const> cases) {
    for (const SelectCase* c : cases) {
      if (c->channel != nullptr) channels_[count_++] = c->channel;
    }
    std::sort(channels_, channels_ + count_, std::less<>());
    count_ = static_cast<size_t>(std::unique(channels_, channels_ + count_) -
                                 channels_);
  }

  void Lock() ABSL_NO_THREAD_SAFETY_ANALYSIS {
    for (size_t i = 0; i < count_; ++i) channels_[i]->mutex.Lock();
  }
  void Unlock() ABSL_NO_THREAD_SAFETY_ANALYSIS {
    for (size_t i = count_; i > 0; --i) channels_[i - 1]->mutex.Unlock();
  }

 private:
  ChannelBase* channels_[kMaxSelectCases];
  size_t count_ = 0;
};

WaitQueue& QueueOf(SelectCase* c) ABSL_NO_THREAD_SAFETY_ANALYSIS {
  return c->is_send ? c->channel->senders : c->channel->receivers;
}

// Tries each, starting anywhere. Which of several ready cases runs is the
// program's nondeterminism, so the start is not enough: every order must be
// possible.
size_t TryInRandomOrder(std::span<SelectCase* const> cases, G** to_wake,
                        TryResult* result) {
  size_t order[kMaxSelectCases];
  for (size_t i = 0; i < cases.size(); ++i) {
    const size_t j =
        Choose(ChoiceKind::kSelectCase, static_cast<uint32_t>(i + 1));
    order[i] = order[j];
    order[j] = i;
  }
  for (size_t i = 0; i < cases.size(); ++i) {
    SelectCase* c = cases[order[i]];
    if (c->channel == nullptr) continue;
    *result = c->Try(to_wake);
    if (*result != TryResult::kMustWait) return order[i];
  }
  return kSelectedDefault;
}

size_t WaitForOne(std::span<SelectCase* const> cases, ChannelLocks& locks) {
  std::atomic<WaitNode*> winner = nullptr;
  for (SelectCase* c : cases) {
    if (c->channel == nullptr) continue;
    c->node.g = CurrentG();
    c->node.winner = &winner;
    QueueOf(c).Push(&c->node);
  }
  Park(
      [](G*, void* argument) {
        static_cast<ChannelLocks*>(argument)->Unlock();
        return true;
      },
      &locks, WaitReason::kSelect, &cases);
  locks.Lock();
  size_t chosen = kSelectedDefault;
  for (size_t i = 0; i < cases.size(); ++i) {
    if (cases[i]->channel == nullptr) continue;
    QueueOf(cases[i]).Remove(&cases[i]->node);
    if (&cases[i]->node == winner.load()) chosen = i;
  }
  locks.Unlock();
  return chosen;
}

}  // namespace

size_t RunSelect(std::span<SelectCase* const> cases, bool has_default) {
  RUNTIME_CHECK(cases.size() <= kMaxSelectCases);
  ChannelLocks locks(cases);
  locks.Lock();
  G* to_wake = nullptr;
  TryResult result = TryResult::kMustWait;
  size_t chosen = TryInRandomOrder(cases, &to_wake, &result);
  if (chosen != kSelectedDefault || has_default) {
    locks.Unlock();
    if (to_wake != nullptr) Ready(to_wake);
  } else {
    chosen = WaitForOne(cases, locks);
    result =
        cases[chosen]->node.success ? TryResult::kDone : TryResult::kClosed;
  }
  if (result == TryResult::kClosed && cases[chosen]->is_send) {
    PanicRuntimeError("send on closed channel");
  }
  return chosen;
}

}  // namespace runtime::internal
