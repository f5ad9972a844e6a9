// RUNTIME_CHECK(condition): an invariant of the runtime, checked in every
// build type. A broken one is the runtime's own fault, so it throws.
#ifndef LASTWORDS_RUNTIME_INTERNAL_BASE_CHECK_H_
#define LASTWORDS_RUNTIME_INTERNAL_BASE_CHECK_H_

#include "runtime/internal/base/fatal.h"

#define RUNTIME_CHECK(condition)      \
  (__builtin_expect(!!(condition), 1) \
       ? static_cast<void>(0)         \
       : ::runtime::internal::Throw("check failed: " #condition))

#endif  // LASTWORDS_RUNTIME_INTERNAL_BASE_CHECK_H_
