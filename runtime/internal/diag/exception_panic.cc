#include "runtime/internal/diag/exception_panic.h"

#include <cxxabi.h>

#include <cstdlib>
#include <exception>
#include <typeinfo>

#include "runtime/internal/base/fatal.h"
#include "runtime/internal/control/panic_state.h"
#include "runtime/internal/sched/scheduler.h"

namespace runtime::internal {
namespace {

// The exception in flight, as a panic value.
struct UncaughtException {
  const std::type_info* type;
};

std::string TextOf(const void* value) {
  const auto* uncaught = static_cast<const UncaughtException*>(value);
  try {
    throw;
  } catch (const std::exception& exception) {
    return ExceptionText(exception);
  } catch (...) {
    return ByAddressText(*uncaught->type, value);
  }
}

constexpr ValueType kUncaughtExceptionType = {
    .type = &typeid(UncaughtException),
    .render = nullptr,
    .method = &TextOf,
    .share = nullptr,  // not recoverable
};

[[noreturn]] void OnTerminate() {
  if (CurrentG()->recovering) {
    Fatal("recovered panic crossed a noexcept function");
  }
  UncaughtException uncaught{abi::__cxa_current_exception_type()};
  // std::terminate was called for another reason: the abort is the report.
  if (uncaught.type == nullptr) std::abort();
  StartPanic({&kUncaughtExceptionType, &uncaught, nullptr});
}

}  // namespace

void InstallTerminateHandler() { std::set_terminate(&OnTerminate); }

}  // namespace runtime::internal
