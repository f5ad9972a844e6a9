#include "runtime/internal/diag/exception_panic.h"

#include <unistd.h>

#include <cstdlib>
#include <exception>
#include <string_view>

#include "runtime/internal/base/fatal.h"
#include "runtime/internal/control/exception_value.h"
#include "runtime/internal/control/panic_state.h"
#include "runtime/internal/machine/exception_globals.h"
#include "runtime/internal/machine/throw_site.h"
#include "runtime/internal/sched/scheduler.h"

namespace runtime::internal {
namespace {

// With the exception that is being handled. Its frame shows as panic(...),
// like the public one's.
[[noreturn]] __attribute__((noinline)) void Panic(
    const _Unwind_Exception* exception, ThrowFrames frames,
    const ValueType* type) {
  ThrowSite site;
  const bool is_known =
      frames == ThrowFrames::kLeft && FindThrow(exception, &site);
  site.asker = reinterpret_cast<uintptr_t>(__builtin_frame_address(0));
  std::exception_ptr value = std::current_exception();
  StartPanic({type, &value}, is_known ? &site : nullptr);
}

[[noreturn]] void OnTerminate() {
  const _Unwind_Exception* exception = CaughtException();
  if (exception != nullptr) {
    Panic(exception, ThrowFrames::kLeft, &kFatalExceptionType);
  }
  const G* g = CurrentGOrNull();
  if (g != nullptr && g->recovering) {
    Fatal("recovered panic crossed a noexcept function");
  }
  // Called for another reason: libstdc++'s words, and the abort is the report.
  constexpr std::string_view kText =
      "terminate called without an active exception\n";
  static_cast<void>(!write(STDERR_FILENO, kText.data(), kText.size()));
  std::abort();
}

// Before all static constructors: theirs are reported too. A handler that the
// program installs later is respected.
__attribute__((constructor(101))) void InstallTerminateHandler() {
  std::set_terminate(&OnTerminate);
}

}  // namespace

void PanicIfUncaught(_Unwind_Exception* exception, ThrowFrames frames) {
  if (!IsCppException(exception)) return;
  if (std::get_terminate() != &OnTerminate) return;
  abi::__cxa_begin_catch(exception);
  Panic(exception, frames, &kThrownExceptionType);
}

}  // namespace runtime::internal
