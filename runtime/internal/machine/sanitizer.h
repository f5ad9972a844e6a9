// What AddressSanitizer, LeakSanitizer and ThreadSanitizer must be told about
// stacks they did not make. Fiber switches are in context.cc.
#ifndef LASTWORDS_RUNTIME_INTERNAL_MACHINE_SANITIZER_H_
#define LASTWORDS_RUNTIME_INTERNAL_MACHINE_SANITIZER_H_

#include "runtime/internal/base/sanitizer_build.h"
#include "runtime/internal/machine/stack.h"

#ifdef LASTWORDS_ASAN
#include <sanitizer/asan_interface.h>
#include <sanitizer/lsan_interface.h>
#endif

// Code that switches fibers or leaves frames by longjmp must not have its
// entries and exits counted by ThreadSanitizer.
#if defined(LASTWORDS_TSAN) && defined(__clang__)
#define LASTWORDS_NO_TSAN __attribute__((disable_sanitizer_instrumentation))
#elif defined(LASTWORDS_TSAN)
#define LASTWORDS_NO_TSAN __attribute__((no_sanitize("thread")))
#else
#define LASTWORDS_NO_TSAN
#endif

// Code that reads other frames, red zones and all, or that a fault may end in
// the middle: nobody would count its exit.
#if defined(__clang__)
#define LASTWORDS_UNINSTRUMENTED \
  __attribute__((noinline, disable_sanitizer_instrumentation))
#else
#define LASTWORDS_UNINSTRUMENTED \
  __attribute__((noinline, no_sanitize_address, no_sanitize_thread))
#endif

namespace runtime::internal {

// What a parked goroutine alone refers to is not leaked.
inline void RegisterStackAsLeakRoot([[maybe_unused]] const Stack& stack) {
#ifdef LASTWORDS_ASAN
  __lsan_register_root_region(reinterpret_cast<void*>(stack.low),
                              stack.size_bytes());
#endif
}

inline void UnregisterStackAsLeakRoot([[maybe_unused]] const Stack& stack) {
#ifdef LASTWORDS_ASAN
  __lsan_unregister_root_region(reinterpret_cast<void*>(stack.low),
                                stack.size_bytes());
#endif
}

// Frames that were left without returning keep their red zones otherwise.
inline void UnpoisonStack([[maybe_unused]] const Stack& stack) {
#ifdef LASTWORDS_ASAN
  __asan_unpoison_memory_region(reinterpret_cast<void*>(stack.low),
                                stack.size_bytes());
#endif
}

// The same of those between two stack pointers.
inline void UnpoisonFrames([[maybe_unused]] uintptr_t inner,
                           [[maybe_unused]] uintptr_t outer) {
#ifdef LASTWORDS_ASAN
  constexpr uintptr_t kRedZone = 128;  // below the inner one
  if (inner < outer) {
    __asan_unpoison_memory_region(reinterpret_cast<void*>(inner - kRedZone),
                                  outer - inner + kRedZone);
  }
#endif
}

}  // namespace runtime::internal

#endif  // LASTWORDS_RUNTIME_INTERNAL_MACHINE_SANITIZER_H_
