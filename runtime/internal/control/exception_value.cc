#include "runtime/internal/control/exception_value.h"

#include <bit>
#include <exception>
#include <new>

namespace runtime::internal {
namespace {

// std::exception_ptr is the object's address, and counted.
TypedObject Thrown(const void* value) {
  const auto& pointer = *static_cast<const std::exception_ptr*>(value);
  static_assert(sizeof(pointer) == sizeof(void*));
  return {pointer.__cxa_exception_type(),
          *reinterpret_cast<void* const*>(&pointer)};
}

std::string TextOf(const void* value) {
  if (const void* base =
          CatchAs(typeid(std::exception), &kThrownExceptionType, value)) {
    return ExceptionText(*static_cast<const std::exception*>(base));
  }
  const TypedObject thrown = Thrown(value);
  return ByAddressText(*thrown.type, thrown.address);
}

// Where TextOf could not be called. Of memory that has run out the whole can
// be said: that what() is the library's own.
void RenderWithoutMethod(const void* value, TextSink& sink) {
  const TypedObject thrown = Thrown(value);
  if (*thrown.type == typeid(std::bad_alloc)) {
    sink.Append("std::bad_alloc: std::bad_alloc");
  } else {
    RenderByAddress(*thrown.type, thrown.address, sink);
  }
}

constexpr ValueType kNotRecoverable = {
    .type = &typeid(std::exception_ptr),
    .render = &RenderWithoutMethod,
    .method = &TextOf,
    .share = nullptr,
    .stands_for = &Thrown,
};

constexpr ValueType Recoverable() {
  ValueType type = kNotRecoverable;
  type.share = &Share<std::exception_ptr>;
  return type;
}

}  // namespace

constinit const ValueType kThrownExceptionType = Recoverable();
constinit const ValueType kFatalExceptionType = kNotRecoverable;

}  // namespace runtime::internal
