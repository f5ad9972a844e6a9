// The unwinder's two ways to raise an exception, taken over: libstdc++'s
// __cxa_throw, __cxa_rethrow and std::rethrow_exception call them, and they
// return only if nobody catches. Then all frames are still there.
//
// Not __cxa_throw itself: it does not return, but calls std::terminate.
#include "runtime/internal/diag/throw_hook.h"

#include <dlfcn.h>
#include <unwind.h>

#include <atomic>

#include "runtime/internal/base/fatal.h"
#include "runtime/internal/diag/exception_panic.h"
#include "runtime/internal/machine/sanitizer.h"
#include "runtime/internal/machine/throw_site.h"

namespace runtime::internal {
namespace {

using Raise = _Unwind_Reason_Code (*)(_Unwind_Exception* exception);

// libgcc's, or a sanitizer's, which calls it.
Raise Next(std::atomic<Raise>& next, const char* name) {
  Raise found = next.load(std::memory_order_relaxed);
  if (found != nullptr) return found;
  found = reinterpret_cast<Raise>(dlsym(RTLD_NEXT, name));
  if (found == nullptr) Throw("no unwinder: it must not be linked statically");
  next.store(found, std::memory_order_relaxed);
  return found;
}

constinit std::atomic<Raise> next_raise = nullptr;
constinit std::atomic<Raise> next_rethrow = nullptr;

// Left out of a trace: the function here, and libstdc++'s that called it.
constexpr int kSkip = 2;

Raise NextRaise() { return Next(next_raise, "_Unwind_RaiseException"); }
Raise NextRethrow() { return Next(next_rethrow, "_Unwind_Resume_or_Rethrow"); }

}  // namespace

void InitThrowHook() {
  NextRaise();
  NextRethrow();
}

}  // namespace runtime::internal

// Frames that an exception leaves: ThreadSanitizer must not count them. Defined
// in the executable, so that shared libraries come here too.
extern "C" LASTWORDS_NO_TSAN __attribute__((visibility("default")))
_Unwind_Reason_Code
_Unwind_RaiseException(_Unwind_Exception* exception) {
  runtime::internal::RecordThrow(exception, runtime::internal::kSkip);
  const _Unwind_Reason_Code code = runtime::internal::NextRaise()(exception);
  runtime::internal::PanicIfUncaught(exception,
                                     runtime::internal::ThrowFrames::kThere);
  return code;
}

extern "C" LASTWORDS_NO_TSAN __attribute__((visibility("default")))
_Unwind_Reason_Code
_Unwind_Resume_or_Rethrow(_Unwind_Exception* exception) {
  // As libgcc's does, but past the function above: where the exception was
  // thrown first is what is wanted.
  const bool is_forced = exception->private_1 != 0;
  const _Unwind_Reason_Code code =
      is_forced ? runtime::internal::NextRethrow()(exception)
                : runtime::internal::NextRaise()(exception);
  runtime::internal::PanicIfUncaught(exception,
                                     runtime::internal::ThrowFrames::kLeft);
  return code;
}
