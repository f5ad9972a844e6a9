#include "runtime/internal/machine/thread_stack.h"

#include <pthread.h>

namespace runtime::internal {
namespace {

__attribute__((tls_model(
    "initial-exec"))) constinit thread_local Stack this_thread_stack = {};

}  // namespace

void NoteThreadStack() {
  pthread_attr_t attributes;
  if (!this_thread_stack.empty() ||
      pthread_getattr_np(pthread_self(), &attributes) != 0) {
    return;
  }
  void* address = nullptr;
  size_t size_bytes = 0;
  size_t guard_bytes = 0;
  pthread_attr_getstack(&attributes, &address, &size_bytes);
  pthread_attr_getguardsize(&attributes, &guard_bytes);
  pthread_attr_destroy(&attributes);
  // Whether the guard is a part of the range depends on the C library. No
  // access to the stack itself faults, so that nothing is mistaken.
  const auto lowest = reinterpret_cast<uintptr_t>(address);
  this_thread_stack = {.guard = lowest - kThreadGuardBytes,
                       .low = lowest + guard_bytes,
                       .high = lowest + size_bytes};
}

const Stack& ThreadStack() { return this_thread_stack; }

}  // namespace runtime::internal
