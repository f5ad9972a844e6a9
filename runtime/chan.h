// Channels.
//
//   auto channel = runtime::MakeChan<int>();          // unbuffered
//   runtime::Go([=] { channel.Send(1); channel.Close(); });
//   while (std::optional<int> value = channel.Recv()) { ... }
//   for (int value : channel) { ... }                 // until it is closed
//
// A Chan is a reference: copies are the same channel. A default one is nil:
// sending and receiving block for ever, closing it panics.
//
// Source: Go's channels. Differs: a receive from a closed channel is an empty
// optional instead of a zero value.
#ifndef LASTWORDS_RUNTIME_CHAN_H_
#define LASTWORDS_RUNTIME_CHAN_H_

#include <cstddef>
#include <cstdint>
#include <iterator>
#include <memory>
#include <optional>
#include <utility>

#include "runtime/internal/sync/channel.h"

namespace runtime {

// The largest buffer, in elements: beyond it MakeChan panics with
// "makechan: size out of range".
inline constexpr int64_t kMaxChanCapacity = int64_t{1} << 32;

// Safety: all members, any thread.
template <class T>
class Chan {
 public:
  Chan() = default;

  // Blocks: until received, or there is room in the buffer.
  // Errors: a closed channel panics: "send on closed channel".
  void Send(T value) const {
    if (state_ == nullptr) {
      internal::ParkForever(internal::WaitReason::kChanSendNil);
    }
    state_->Send(value);
  }

  // Empty when the channel is closed and its buffer drained.
  // Blocks: until there is a value or a close.
  std::optional<T> Recv() const {
    if (state_ == nullptr) {
      internal::ParkForever(internal::WaitReason::kChanReceiveNil);
    }
    return state_->Receive();
  }

  // Errors: panics: "close of closed channel", "close of nil channel".
  void Close() const {
    if (state_ == nullptr) {
      internal::PanicRuntimeError("close of nil channel");
    }
    state_->Close();
  }

  // Receives, one after the other, until the channel is closed and drained.
  // Blocks: as Recv, at the beginning and at each step.
  class Iterator;
  Iterator begin() const { return Iterator(*this); }
  std::default_sentinel_t end() const { return {}; }

  size_t Len() const { return state_ == nullptr ? 0 : state_->size(); }
  size_t Cap() const { return state_ == nullptr ? 0 : state_->capacity(); }

 private:
  template <class U>
  friend Chan<U> MakeChan(int64_t capacity);
  friend struct SelectAccess;

  std::shared_ptr<internal::Channel<T>> state_;
};

template <class T>
class Chan<T>::Iterator {
 public:
  explicit Iterator(const Chan& from) : from_(from), value_(from_.Recv()) {}
  T& operator*() { return *value_; }
  Iterator& operator++() {
    value_ = from_.Recv();
    return *this;
  }
  bool operator==(std::default_sentinel_t) const { return !value_.has_value(); }

 private:
  Chan from_;
  std::optional<T> value_;
};

// A channel with room for `capacity` elements. Not inlined: where it returns to
// is where a report says that the channel was made.
template <class T>
__attribute__((noinline)) Chan<T> MakeChan(int64_t capacity = 0) {
  if (capacity < 0 || capacity > kMaxChanCapacity) {
    internal::PanicRuntimeError("makechan: size out of range");
  }
  Chan<T> channel;
  channel.state_ =
      std::make_shared<internal::Channel<T>>(static_cast<size_t>(capacity));
  channel.state_->made_at =
      reinterpret_cast<uintptr_t>(__builtin_return_address(0));
  return channel;
}

}  // namespace runtime

#endif  // LASTWORDS_RUNTIME_CHAN_H_
