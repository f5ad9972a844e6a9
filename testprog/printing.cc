// What a panic's value prints as, and what happens when printing it fails.
#include <complex>
#include <cstdint>
#include <cstdio>
#include <limits>
#include <string>

#include "runtime/defer.h"
#include "runtime/go.h"
#include "runtime/panic.h"
#include "testprog/registry.h"

namespace testprog {

struct ErrorThatGosched {
  std::string Error() const {
    runtime::Gosched();
    return "errorThatGosched";
  }
};

SCENARIO(GoschedInPanic) { runtime::Panic(ErrorThatGosched()); }

struct ErrorThatPrints {
  std::string Error() const {
    std::puts("1");
    std::puts("2");
    return "3";
  }
};

SCENARIO(SyscallInPanic) { runtime::Panic(ErrorThatPrints()); }

struct PanicLoopError {
  std::string Error() const { runtime::Panic("double error"); }
};

SCENARIO(PanicLoop) { runtime::Panic(PanicLoopError()); }

struct ExampleError {
  std::string Error() const {
    runtime::Panic("important multi-line\nerror message");
  }
};

SCENARIO(ErrorPanic) { runtime::Panic(ExampleError()); }

struct ExamplePanicError {
  std::string Error() const { runtime::Panic(ExampleError()); }
};

SCENARIO(DoubleErrorPanic) { runtime::Panic(ExamplePanicError()); }

struct ExampleStringer {
  std::string String() const {
    runtime::Panic("important multi-line\nstringer message");
  }
};

SCENARIO(StringerPanic) { runtime::Panic(ExampleStringer()); }

struct ExamplePanicStringer {
  std::string String() const { runtime::Panic(ExampleStringer()); }
};

SCENARIO(DoubleStringerPanic) { runtime::Panic(ExamplePanicStringer()); }

struct CircleStartError {
  std::string Error() const;
};
struct CircleEndError {
  std::string Error() const { runtime::Panic(CircleStartError()); }
};
inline std::string CircleStartError::Error() const {
  runtime::Panic(CircleEndError());
}

SCENARIO(CircularPanic) { runtime::Panic(CircleStartError()); }

SCENARIO(FatalText) {
  runtime::Fatal("one\n\ngoroutine 99 [running]:\nmain.fake(...)");
}

SCENARIO(StringPanic) {
  runtime::Panic("important multi-line\nstring message");
}

SCENARIO(NilPanic) { runtime::Panic(nullptr); }

struct P {
  std::string text;
  std::string String() const { return text; }
};

SCENARIO(DoublePanic) {
  runtime::Defer panics([] { runtime::Panic(P{"YYY"}); });
  runtime::Panic(P{"XXX"});
}

SCENARIO(stringconcat) {
  std::string text;
  for (const char digit : {'0', '1', '2', '3'}) text.append(1024, digit);
  runtime::Panic(text);
}

struct MyBool : runtime::Named<bool> {};
struct MyComplex64 : runtime::Named<std::complex<float>> {};
struct MyComplex128 : runtime::Named<std::complex<double>> {};
struct MyFloat32 : runtime::Named<float> {};
struct MyFloat64 : runtime::Named<double> {};
struct MyInt : runtime::Named<int> {};
struct MyInt8 : runtime::Named<int8_t> {};
struct MyInt16 : runtime::Named<int16_t> {};
struct MyInt32 : runtime::Named<int32_t> {};
struct MyInt64 : runtime::Named<int64_t> {};
struct MyUint : runtime::Named<unsigned> {};
struct MyUint8 : runtime::Named<uint8_t> {};
struct MyUint16 : runtime::Named<uint16_t> {};
struct MyUint32 : runtime::Named<uint32_t> {};
struct MyUint64 : runtime::Named<uint64_t> {};
struct MyUintptr : runtime::Named<uintptr_t> {};
struct MyString : runtime::Named<std::string> {};

SCENARIO(panicCustomBool) { runtime::Panic(MyBool{{true}}); }
SCENARIO(panicCustomComplex64) { runtime::Panic(MyComplex64{{{0.11F, 3}}}); }
SCENARIO(panicCustomComplex128) { runtime::Panic(MyComplex128{{{32.1, 10}}}); }
SCENARIO(panicCustomFloat32) { runtime::Panic(MyFloat32{{-93.7F}}); }
SCENARIO(panicCustomFloat64) { runtime::Panic(MyFloat64{{-93.7}}); }
SCENARIO(panicCustomInt) { runtime::Panic(MyInt{{93}}); }
SCENARIO(panicCustomInt8) { runtime::Panic(MyInt8{{93}}); }
SCENARIO(panicCustomInt16) { runtime::Panic(MyInt16{{93}}); }
SCENARIO(panicCustomInt32) { runtime::Panic(MyInt32{{93}}); }
SCENARIO(panicCustomInt64) { runtime::Panic(MyInt64{{93}}); }
SCENARIO(panicCustomUint) { runtime::Panic(MyUint{{93}}); }
SCENARIO(panicCustomUint8) { runtime::Panic(MyUint8{{93}}); }
SCENARIO(panicCustomUint16) { runtime::Panic(MyUint16{{93}}); }
SCENARIO(panicCustomUint32) { runtime::Panic(MyUint32{{93}}); }
SCENARIO(panicCustomUint64) { runtime::Panic(MyUint64{{93}}); }
SCENARIO(panicCustomUintptr) { runtime::Panic(MyUintptr{{93}}); }
SCENARIO(panicCustomString) { runtime::Panic(MyString{{"Panic\nline two"}}); }

SCENARIO(panicExtremeUint64) {
  runtime::Panic(std::numeric_limits<uint64_t>::max());
}
SCENARIO(panicExtremeInt64) {
  runtime::Panic(std::numeric_limits<int64_t>::min());
}
SCENARIO(panicExtremeCarry) { runtime::Panic(9.99999999); }
SCENARIO(panicExtremeSmall) { runtime::Panic(1e-300); }
SCENARIO(panicExtremeInf) {
  runtime::Panic(-std::numeric_limits<double>::infinity());
}
SCENARIO(panicExtremeNaN) {
  runtime::Panic(std::numeric_limits<double>::quiet_NaN());
}

}  // namespace testprog
