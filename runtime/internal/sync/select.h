// Select over any number of channels: one case that is ready, chosen at
// random; else whichever comes first.
//
// All channels are locked, by address, while the cases are tried and, if none
// is ready, a node is queued at each. The nodes share a `winner`: who takes
// one off a queue must win it first. Woken, the select takes its other nodes
// back.
//
// Source: Go's runtime/select.go (selectgo).
#ifndef LASTWORDS_RUNTIME_INTERNAL_SYNC_SELECT_H_
#define LASTWORDS_RUNTIME_INTERNAL_SYNC_SELECT_H_

#include <cstddef>
#include <span>

#include "runtime/internal/sync/channel.h"

namespace runtime::internal {

struct SelectCase {
  virtual TryResult Try(G** to_wake) = 0;  // with the channel's lock held

  ChannelBase* channel = nullptr;  // null: a nil channel, never ready
  bool is_send = false;
  WaitNode node;

 protected:
  ~SelectCase() = default;
};

inline constexpr size_t kMaxSelectCases = 64;
inline constexpr size_t kSelectedDefault = static_cast<size_t>(-1);

// Returns the index of the case that was done. `has_default`: instead of
// waiting returns kSelectedDefault.
// Errors: a chosen send on a closed channel panics.
size_t RunSelect(std::span<SelectCase* const> cases, bool has_default);

}  // namespace runtime::internal

#endif  // LASTWORDS_RUNTIME_INTERNAL_SYNC_SELECT_H_
