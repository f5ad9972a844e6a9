#include "runtime/internal/control/runtime_error.h"

#include <string_view>

#include "runtime/internal/control/panic_state.h"

namespace runtime {
namespace {

void AppendNumber(internal::TextSink& sink, internal::AnyInteger n) {
  if (n.negative) sink.Append("-");
  internal::AppendUint(sink, n.negative ? -n.bits : n.bits);
}

}  // namespace

std::string RuntimeError::Error() const {
  return internal::ValueString(&internal::kValueType<RuntimeError>, this);
}

void RuntimeError::AppendTo(internal::TextSink& sink) const {
  std::string_view rest = format_;
  for (;;) {
    const size_t percent = rest.find('%');
    sink.Append(rest.substr(0, percent));
    if (percent == std::string_view::npos) return;
    AppendNumber(sink, rest[percent + 1] == 'x' ? x_ : y_);
    rest.remove_prefix(percent + 2);
  }
}

namespace internal {

void PanicRuntimeError(RuntimeError error) {
  StartPanic({&kValueType<RuntimeError>, &error, nullptr});
}

void PanicRuntimeError(const char* text) {
  PanicRuntimeError(RuntimeError(text));
}

}  // namespace internal
}  // namespace runtime
