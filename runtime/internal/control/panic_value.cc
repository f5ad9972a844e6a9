#include "runtime/internal/control/panic_value.h"

namespace runtime::internal {
namespace {

class StringSink final : public TextSink {
 public:
  void Append(std::string_view text) override { text_.append(text); }
  std::string text_;
};

}  // namespace

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
