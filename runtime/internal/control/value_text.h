// ASYNC-SIGNAL-SAFE: no allocation, no stdio, no locks.
//
// The text of a panic value's kinds, as Go's print writes them: `true`, `93`,
// `+3.500000e+000`, `(+1.000000e+000-2.000000e+000i)`.
//
// Source: printpanicval (go/src/runtime/error.go), print.go.
#ifndef LASTWORDS_RUNTIME_INTERNAL_CONTROL_VALUE_TEXT_H_
#define LASTWORDS_RUNTIME_INTERNAL_CONTROL_VALUE_TEXT_H_

#include <complex>
#include <cstdint>
#include <typeinfo>

#include "runtime/internal/control/text_sink.h"

namespace runtime::internal {

void AppendBool(TextSink& sink, bool value);
void AppendInt(TextSink& sink, int64_t value);
void AppendUint(TextSink& sink, uint64_t value);
void AppendFloat(TextSink& sink, double value);
void AppendComplex(TextSink& sink, std::complex<double> value);
void AppendPointer(TextSink& sink, const void* value);

// `testprog::MyInt` as C++ spells it, or as `testprog.MyInt`.
enum class NameStyle { kCpp, kGo };
void AppendTypeName(TextSink& sink, const std::type_info& type,
                    NameStyle style);

}  // namespace runtime::internal

#endif  // LASTWORDS_RUNTIME_INTERNAL_CONTROL_VALUE_TEXT_H_
