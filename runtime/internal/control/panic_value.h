// A panic's value with its type erased: how to print it, how to hand it to
// Recover. One static ValueType for each C++ type that is ever panicked with.
//
// How a value prints (runtime/CRASH_FORMAT.md, "Values"):
//   Error() method          its text
//   String() method         its text
//   std::exception          type: what()
//   bool, integers, floating point, complex, strings   as Go prints them
//   Named<T> and enums      testprog.MyInt(93)
//   nullptr                 panic called with nil argument
//   anything else           (testprog.T) 0xaddr
#ifndef LASTWORDS_RUNTIME_INTERNAL_CONTROL_PANIC_VALUE_H_
#define LASTWORDS_RUNTIME_INTERNAL_CONTROL_PANIC_VALUE_H_

#include <complex>
#include <concepts>
#include <cstdint>
#include <exception>
#include <memory>
#include <string>
#include <string_view>
#include <type_traits>
#include <typeinfo>
#include <utility>

#include "runtime/internal/control/value_text.h"

namespace runtime {

// A type of its own that prints with its name:
//   struct MyInt : runtime::Named<int> {};
//   runtime::Panic(MyInt{93});              // panic: testprog.MyInt(93)
template <class T>
struct Named {
  T value;
};

namespace internal {

struct Fault;  // machine/sigpanic.h

// An object and its most derived type.
struct TypedObject {
  const std::type_info* type;
  const void* address;
};

struct ValueType {
  const std::type_info* type;
  bool is_text = false;  // a string, which `render` writes as it is
  // Writes the value without running any of the user's code; null where only
  // `method` can tell.
  void (*render)(const void* value, TextSink& sink);
  // Error(), String() or what(): the user's code, which may panic; null where
  // `render` can tell.
  std::string (*method)(const void* value);
  // Moves (copies, where possible) the value to the heap, for Recover; null
  // where it can not be recovered.
  std::shared_ptr<const void> (*share)(void* value);
  // What the value stands for, if not for itself: a std::exception_ptr for the
  // exception. Its text is made before the deferred calls run.
  TypedObject (*stands_for)(const void* value) = nullptr;
};

// A value and how to treat it; does not own it.
struct ValueRef {
  const ValueType* type = nullptr;
  void* value = nullptr;
  // The same for every panic with the very same recovered value.
  const void* identity = nullptr;
  // What keeps a value that was recovered before; or null.
  const std::shared_ptr<const void>* owner = nullptr;
  // The hardware fault it came from, for the report; or null.
  const Fault* fault = nullptr;
};

template <class T>
concept HasError = requires(const T& value) {
  { value.Error() } -> std::convertible_to<std::string>;
};
template <class T>
concept HasString = requires(const T& value) {
  { value.String() } -> std::convertible_to<std::string>;
};
template <class T>
concept IsText = std::is_convertible_v<const T&, std::string_view> &&
    !std::is_null_pointer_v<T>;
template <class T>
concept IsComplex = requires {
  requires std::same_as<T, std::complex<typename T::value_type>>;
};
template <class T>
concept IsNamed = requires(const T& value) {
  []<class U>(const Named<U>&) {}(value);
};
template <class T>
concept IsKind = std::is_arithmetic_v<T> || IsText<T> || IsComplex<T>;

template <class T>
void RenderKind(const T& value, TextSink& sink) {
  if constexpr (std::is_same_v<T, bool>) {
    AppendBool(sink, value);
  } else if constexpr (std::is_floating_point_v<T>) {
    AppendFloat(sink, static_cast<double>(value));
  } else if constexpr (IsComplex<T>) {
    AppendComplex(sink, std::complex<double>(value));
  } else if constexpr (IsText<T>) {
    if constexpr (std::is_pointer_v<T>) {
      if (value == nullptr) return sink.Append("nil");
    }
    sink.Append(std::string_view(value));
  } else if constexpr (std::is_unsigned_v<T>) {
    AppendUint(sink, value);
  } else {
    AppendInt(sink, value);
  }
}

template <class T>
void RenderNamed(const std::type_info& type, const T& value, TextSink& sink) {
  AppendTypeName(sink, type, NameStyle::kGo);
  sink.Append(IsText<T> ? "(\"" : IsComplex<T> ? "" : "(");
  RenderKind(value, sink);
  sink.Append(IsText<T> ? "\")" : IsComplex<T> ? "" : ")");
}

// The value itself, or what it stands for.
TypedObject ObjectOf(const ValueType* type, const void* value);

// What a `catch (const T&)` would be given, T being the `wanted` type; null if
// it would not catch.
const void* CatchAs(const std::type_info& wanted, const ValueType* type,
                    const void* value);

// The text of a value, by whichever of the two ways its type has.
std::string ValueString(const ValueType* type, const void* value);

// (testprog.T) 0xaddr
void RenderByAddress(const std::type_info& type, const void* address,
                     TextSink& sink);
std::string ByAddressText(const std::type_info& type, const void* address);
// std::runtime_error: what
std::string ExceptionText(const std::exception& exception);

// A function's address is not a void*, but prints like one.
template <class T>
const void* AddressOf(T* pointer) {
  return reinterpret_cast<const void*>(reinterpret_cast<uintptr_t>(pointer));
}

template <class T>
void Render(const void* erased, TextSink& sink) {
  const T& value = *static_cast<const T*>(erased);
  if constexpr (IsKind<T>) {
    RenderKind(value, sink);
  } else if constexpr (std::is_enum_v<T>) {
    RenderNamed(typeid(T), static_cast<std::underlying_type_t<T>>(value), sink);
  } else if constexpr (IsNamed<T>) {
    RenderNamed(typeid(T), value.value, sink);
  } else if constexpr (std::is_null_pointer_v<T>) {
    sink.Append("panic called with nil argument");
  } else if constexpr (std::is_pointer_v<T>) {
    RenderByAddress(typeid(T), AddressOf(value), sink);
  } else {
    RenderByAddress(typeid(T), erased, sink);
  }
}

template <class T>
std::string CallMethod(const void* erased) {
  const T& value = *static_cast<const T*>(erased);
  if constexpr (HasError<T>) {
    return value.Error();
  } else if constexpr (HasString<T>) {
    return value.String();
  } else {
    return ExceptionText(value);
  }
}

template <class T>
std::shared_ptr<const void> Share(void* erased) {
  T& value = *static_cast<T*>(erased);
  if constexpr (std::is_copy_constructible_v<T>) {
    return std::make_shared<T>(value);
  } else {
    return std::make_shared<T>(std::move(value));
  }
}

template <class T>
inline constexpr bool kHasMethod =
    HasError<T> || HasString<T> || std::is_base_of_v<std::exception, T>;

template <class T>
inline constexpr ValueType kValueType = {
    .type = &typeid(T),
    .is_text = IsText<T>,
    .render = kHasMethod<T> ? nullptr : &Render<T>,
    .method =
        [] {
          if constexpr (kHasMethod<T>) {
            return &CallMethod<T>;
          } else {
            return static_cast<std::string (*)(const void*)>(nullptr);
          }
        }(),
    .share = &Share<T>,
};

}  // namespace internal
}  // namespace runtime

#endif  // LASTWORDS_RUNTIME_INTERNAL_CONTROL_PANIC_VALUE_H_
