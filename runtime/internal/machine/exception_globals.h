// libstdc++'s per-thread exception state. The ABI fixes its head:
// https://itanium-cxx-abi.github.io/cxx-abi/abi-eh.html#cxx-data
#ifndef LASTWORDS_RUNTIME_INTERNAL_MACHINE_EXCEPTION_GLOBALS_H_
#define LASTWORDS_RUNTIME_INTERNAL_MACHINE_EXCEPTION_GLOBALS_H_

#include <cxxabi.h>
#include <unwind.h>

#include <cstddef>
#include <cstdint>

namespace runtime::internal {

struct ExceptionGlobals {
  void* caught_exceptions;
  unsigned int uncaught_exceptions;
};

// Not inlined: the compiler may keep a thread-local's address in a register
// across a switch, and the flow may continue on another thread.
__attribute__((noinline)) inline ExceptionGlobals* ThreadExceptionGlobals() {
  asm volatile("");
  return reinterpret_cast<ExceptionGlobals*>(abi::__cxa_get_globals());
}

// What the ABI puts before the unwinder's part of an exception's header.
inline constexpr size_t kUnwindHeaderOffset = 80;

// "GNUC", "C++" and 0, or 1 for one that std::rethrow_exception has thrown.
inline bool IsCppException(const _Unwind_Exception* exception) {
  constexpr uint64_t kGnuCpp = 0x474E'5543'432B'2B00;
  return (exception->exception_class & ~uint64_t{1}) == kGnuCpp;
}

// The one that the innermost catch block handles; null if there is none, or if
// it is not C++'s.
inline _Unwind_Exception* CaughtException() {
  void* const header = ThreadExceptionGlobals()->caught_exceptions;
  if (header == nullptr) return nullptr;
  auto* exception = reinterpret_cast<_Unwind_Exception*>(
      static_cast<char*>(header) + kUnwindHeaderOffset);
  return IsCppException(exception) ? exception : nullptr;
}

inline unsigned int UncaughtExceptions() {
  return ThreadExceptionGlobals()->uncaught_exceptions;
}

inline void SetUncaughtExceptions(unsigned int count) {
  ThreadExceptionGlobals()->uncaught_exceptions = count;
}

}  // namespace runtime::internal

#endif  // LASTWORDS_RUNTIME_INTERNAL_MACHINE_EXCEPTION_GLOBALS_H_
