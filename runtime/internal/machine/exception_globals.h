// libstdc++'s per-thread exception state. The ABI fixes its head:
// https://itanium-cxx-abi.github.io/cxx-abi/abi-eh.html#cxx-data
#ifndef LASTWORDS_RUNTIME_INTERNAL_MACHINE_EXCEPTION_GLOBALS_H_
#define LASTWORDS_RUNTIME_INTERNAL_MACHINE_EXCEPTION_GLOBALS_H_

#include <cxxabi.h>

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

inline unsigned int UncaughtExceptions() {
  return ThreadExceptionGlobals()->uncaught_exceptions;
}

inline void SetUncaughtExceptions(unsigned int count) {
  ThreadExceptionGlobals()->uncaught_exceptions = count;
}

}  // namespace runtime::internal

#endif  // LASTWORDS_RUNTIME_INTERNAL_MACHINE_EXCEPTION_GLOBALS_H_
