// Waits for the first of several channel operations.
//
//   runtime::Select(
//       runtime::OnRecv(results, [&](std::optional<int> value) { ... }),
//       runtime::OnSend(requests, 7, [&] { ... }),
//       runtime::OnRecv(runtime::After(absl::Seconds(1)), [](auto) { ... }));
//
// Does exactly one of the operations and then calls its function. When
// several could go, one is chosen at random. With OnDefault it does not wait.
// Select() without cases blocks for ever.
//
// Source: Go's select statement.
#ifndef LASTWORDS_RUNTIME_SELECT_H_
#define LASTWORDS_RUNTIME_SELECT_H_

#include <array>
#include <optional>
#include <tuple>
#include <type_traits>
#include <utility>

#include "runtime/chan.h"
#include "runtime/internal/sync/select.h"

namespace runtime {

struct SelectAccess {
  template <class T>
  static internal::Channel<T>* State(const Chan<T>& channel) {
    return channel.state_.get();
  }
};

template <class T, class F>
class RecvCase final : public internal::SelectCase {
 public:
  RecvCase(Chan<T> from, F then)
      : from_(std::move(from)), then_(std::move(then)) {
    channel = SelectAccess::State(from_);
    node.element = &value_;
  }
  RecvCase(RecvCase&& other) noexcept
      : RecvCase(std::move(other.from_), std::move(other.then_)) {}

  internal::TryResult Try(internal::G** to_wake) override
      ABSL_NO_THREAD_SAFETY_ANALYSIS {
    return SelectAccess::State(from_)->TryReceive(value_, to_wake);
  }
  void Then() { then_(std::move(value_)); }

 private:
  Chan<T> from_;
  F then_;
  std::optional<T> value_;
};

template <class T, class F>
class SendCase final : public internal::SelectCase {
 public:
  SendCase(Chan<T> to, T value, F then)
      : to_(std::move(to)), value_(std::move(value)), then_(std::move(then)) {
    channel = SelectAccess::State(to_);
    is_send = true;
    node.element = &value_;
  }
  SendCase(SendCase&& other) noexcept
      : SendCase(std::move(other.to_), std::move(other.value_),
                 std::move(other.then_)) {}

  internal::TryResult Try(internal::G** to_wake) override
      ABSL_NO_THREAD_SAFETY_ANALYSIS {
    return SelectAccess::State(to_)->TrySend(value_, to_wake);
  }
  void Then() { then_(); }

 private:
  Chan<T> to_;
  T value_;
  F then_;
};

template <class F>
class DefaultCase {
 public:
  explicit DefaultCase(F then) : then_(std::move(then)) {}
  void Then() { then_(); }

 private:
  F then_;
};

// `then` is called with a std::optional<T>: empty when the channel is closed.
template <class T, class F>
RecvCase<T, F> OnRecv(Chan<T> from, F then) {
  return {std::move(from), std::move(then)};
}
// Errors: chosen on a closed channel, it panics.
template <class T, class V, class F>
SendCase<T, F> OnSend(Chan<T> to, V&& value, F then) {
  return {std::move(to), T(std::forward<V>(value)), std::move(then)};
}
template <class F>
DefaultCase<F> OnDefault(F then) {
  return DefaultCase<F>(std::move(then));
}

namespace internal {

template <class C>
inline constexpr bool kIsSelectCase =
    std::is_base_of_v<SelectCase, std::remove_cvref_t<C>>;

}  // namespace internal

// Blocks: for ever. A compiler that knows keeps the caller's frame, which a
// jump to the last call of a function would drop from the report.
[[noreturn]] inline void Select() {
  internal::ParkForever(internal::WaitReason::kSelectNoCases);
}

// Blocks: until one of the operations can go; not at all with OnDefault.
template <class... Cases>
void Select(Cases... cases) {
  constexpr size_t kCount = (0 + ... + internal::kIsSelectCase<Cases>);
  constexpr bool kHasDefault = kCount != sizeof...(Cases);
  static_assert(sizeof...(Cases) - kCount <= 1, "more than one OnDefault");
  static_assert(kCount <= internal::kMaxSelectCases, "too many cases");
  std::array<internal::SelectCase*, kCount> pointers;
  size_t filled = 0;
  [[maybe_unused]] const auto collect = [&](auto& c) {
    if constexpr (internal::kIsSelectCase<decltype(c)>) pointers[filled++] = &c;
  };
  (collect(cases), ...);
  const size_t chosen = internal::RunSelect(pointers, kHasDefault);
  size_t index = 0;
  [[maybe_unused]] const auto finish = [&](auto& c) {
    if constexpr (internal::kIsSelectCase<decltype(c)>) {
      if (index++ == chosen) c.Then();
    } else {
      if (chosen == internal::kSelectedDefault) c.Then();
    }
  };
  (finish(cases), ...);
}

}  // namespace runtime

#endif  // LASTWORDS_RUNTIME_SELECT_H_
