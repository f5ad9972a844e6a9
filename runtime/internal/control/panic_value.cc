#include "runtime/internal/control/panic_value.h"

#include <cxxabi.h>

namespace runtime::internal {
namespace {

class StringSink final : public TextSink {
 public:
  void Append(std::string_view text) override { text_.append(text); }
  std::string text_;
};

bool IsClass(const std::type_info& type) {
  return dynamic_cast<const abi::__class_type_info*>(&type) != nullptr;
}

}  // namespace

TypedObject ObjectOf(const ValueType* type, const void* value) {
  if (type->stands_for != nullptr) return type->stands_for(value);
  return {type->type, value};
}

const void* CatchAs(const std::type_info& wanted, const ValueType* type,
                    const void* value) {
  if (*type->type == wanted) return value;
  const TypedObject object = ObjectOf(type, value);
  if (*object.type == wanted) return object.address;
  // Only classes have bases; pointers are not converted.
  if (!IsClass(wanted) || !IsClass(*object.type)) return nullptr;
  void* base = const_cast<void*>(object.address);
  return wanted.__do_catch(object.type, &base, 1) ? base : nullptr;
}

std::string ValueString(const ValueType* type, const void* value) {
  if (type->method != nullptr) return type->method(value);
  StringSink sink;
  type->render(value, sink);
  return std::move(sink.text_);
}

void RenderByAddress(const std::type_info& type, const void* address,
                     TextSink& sink) {
  sink.Append("(");
  AppendTypeName(sink, type, NameStyle::kGo);
  sink.Append(") ");
  AppendPointer(sink, address);
}

std::string ByAddressText(const std::type_info& type, const void* address) {
  StringSink sink;
  RenderByAddress(type, address, sink);
  return std::move(sink.text_);
}

std::string ExceptionText(const std::exception& exception) {
  StringSink sink;
  AppendTypeName(sink, typeid(exception), NameStyle::kCpp);
  sink.Append(": ");
  sink.Append(exception.what());
  return std::move(sink.text_);
}

}  // namespace runtime::internal
