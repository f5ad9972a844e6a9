// Indexing, slicing, dividing and dereferencing that panic where C++ would
// have undefined behaviour. The texts are Go's.
//
//   int third = runtime::At(numbers, 2);
//   std::span<int> some = runtime::Slice(numbers, 1, 3);   // [1, 3)
//   int half = runtime::Divide(sum, count);
//   runtime::Deref(node).name = "root";
//
// Each panics with a RuntimeError, recovered like any other: the destructors
// of all frames in between run, with every compiler. (A hardware fault that is
// recovered can not promise that.)
//
// Works on whatever std::data and std::size know: vector, span, array, string,
// string_view, C arrays. Indices are integers of any type.
//
// Source: Go's runtime/error.go (boundsError). Differs: what is sliced has no
// room behind its size, so that is its capacity; hence no third index.
#ifndef LASTWORDS_RUNTIME_CHECKED_H_
#define LASTWORDS_RUNTIME_CHECKED_H_

#include <array>
#include <concepts>
#include <cstddef>
#include <iterator>
#include <limits>
#include <span>
#include <string>
#include <string_view>
#include <type_traits>
#include <utility>

#include "runtime/internal/control/runtime_error.h"

namespace runtime {
namespace internal {

// Go's slices have a capacity; its strings and arrays only a length.
template <class Container>
inline constexpr bool kHasCapacity = true;
template <class T, size_t kSize>
inline constexpr bool kHasCapacity<std::array<T, kSize>> = false;
template <class T, size_t kSize>
inline constexpr bool kHasCapacity<T[kSize]> = false;
template <class Char, class Traits>
inline constexpr bool kHasCapacity<std::basic_string_view<Char, Traits>> =
    false;
template <class Char, class Traits, class Allocator>
inline constexpr bool kHasCapacity<std::basic_string<Char, Traits, Allocator>> =
    false;

template <class Container>
auto SliceOf(Container& container, size_t low, size_t high) {
  if constexpr (std::is_convertible_v<const Container&, std::string_view>) {
    return std::string_view(container).substr(low, high - low);
  } else {
    return std::span(std::data(container) + low, high - low);
  }
}

template <std::integral T>
void CheckDivisor(T divisor) {
  if (divisor == 0) PanicRuntimeError(kDivideByZero);
}

}  // namespace internal

// Errors: panics: "runtime error: index out of range [5] with length 3",
// "... index out of range [-1]".
template <class Container, std::integral I>
auto& At(Container&& container, I index) {
  const size_t size = std::size(container);
  if (std::cmp_less(index, 0)) {
    internal::PanicRuntimeError(
        RuntimeError("runtime error: index out of range [%x]", index));
  }
  if (std::cmp_greater_equal(index, size)) {
    internal::PanicRuntimeError(RuntimeError(
        "runtime error: index out of range [%x] with length %y", index, size));
  }
  return std::data(container)[static_cast<std::make_unsigned_t<I>>(index)];
}

// What lies in [low, high): a std::string_view of text, else a std::span.
// Errors: panics: "runtime error: slice bounds out of range [:5] with capacity
// 3" (of strings and arrays: "with length 3"), "... [:-1]", "... [2:1]",
// "... [-1:]".
template <class Container, std::integral L, std::integral H>
auto Slice(Container& container, L low, H high) {
  const size_t size = std::size(container);
  if (std::cmp_less(high, 0)) {
    internal::PanicRuntimeError(
        RuntimeError("runtime error: slice bounds out of range [:%x]", high));
  }
  if (std::cmp_greater(high, size)) {
    internal::PanicRuntimeError(RuntimeError(
        internal::kHasCapacity<std::remove_const_t<Container>>
            ? "runtime error: slice bounds out of range [:%x] with capacity %y"
            : "runtime error: slice bounds out of range [:%x] with length %y",
        high, size));
  }
  if (std::cmp_less(low, 0)) {
    internal::PanicRuntimeError(
        RuntimeError("runtime error: slice bounds out of range [%x:]", low));
  }
  if (std::cmp_greater(low, high)) {
    internal::PanicRuntimeError(RuntimeError(
        "runtime error: slice bounds out of range [%x:%y]", low, high));
  }
  return internal::SliceOf(container, static_cast<size_t>(low),
                           static_cast<size_t>(high));
}

// All from `low` on.
template <class Container, std::integral L>
auto Slice(Container& container, L low) {
  return Slice(container, low, std::size(container));
}

// The first `kSize` elements as a span of that size.
// Errors: panics: "runtime error: cannot convert slice with length 2 to
// pointer to array with length 4".
template <size_t kSize, class Container>
auto ToArray(Container& container) {
  const size_t size = std::size(container);
  if (size < kSize) {
    internal::PanicRuntimeError(
        RuntimeError("runtime error: cannot convert slice with length %x to "
                     "pointer to array with length %y",
                     size, kSize));
  }
  return std::span(container).template first<kSize>();
}

// Quotient and remainder, truncated towards zero. The least integer by -1 is
// the least integer, remainder 0, as in Go.
// Errors: panics: "runtime error: integer divide by zero".
template <std::integral T>
T Divide(T dividend, std::type_identity_t<T> divisor) {
  internal::CheckDivisor(divisor);
  if constexpr (std::is_signed_v<T>) {
    if (divisor == -1 && dividend == std::numeric_limits<T>::min()) {
      return dividend;
    }
  }
  return static_cast<T>(dividend / divisor);
}
template <std::integral T>
T Remainder(T dividend, std::type_identity_t<T> divisor) {
  internal::CheckDivisor(divisor);
  if constexpr (std::is_signed_v<T>) {
    if (divisor == -1) return 0;
  }
  return static_cast<T>(dividend % divisor);
}

// What a pointer, plain or smart, points to.
// Errors: panics: "runtime error: invalid memory address or nil pointer
// dereference".
template <class Pointer>
auto& Deref(const Pointer& pointer) {
  if (pointer == nullptr)
    internal::PanicRuntimeError(internal::kNilDereference);
  return *pointer;
}

}  // namespace runtime

#endif  // LASTWORDS_RUNTIME_CHECKED_H_
