// A thrown C++ exception as a panic's value: a std::exception_ptr that stands
// for the exception.
#ifndef LASTWORDS_RUNTIME_INTERNAL_CONTROL_EXCEPTION_VALUE_H_
#define LASTWORDS_RUNTIME_INTERNAL_CONTROL_EXCEPTION_VALUE_H_

#include "runtime/internal/control/panic_value.h"

namespace runtime::internal {

// One that nobody catches: Recover stops it.
extern const ValueType kThrownExceptionType;

// One that no recovery may pass: it has met a noexcept function.
extern const ValueType kFatalExceptionType;

}  // namespace runtime::internal

#endif  // LASTWORDS_RUNTIME_INTERNAL_CONTROL_EXCEPTION_VALUE_H_
