#include "runtime/internal/control/value_text.h"

#include <charconv>
#include <cmath>
#include <string_view>

#include "runtime/internal/base/demangle.h"

namespace runtime::internal {
namespace {

template <class T>
void AppendNumber(TextSink& sink, T value, int base = 10) {
  char buffer[24];
  const auto end =
      std::to_chars(buffer, buffer + sizeof(buffer), value, base).ptr;
  sink.Append({buffer, static_cast<size_t>(end - buffer)});
}

struct TypeNameSink {
  TextSink* sink;
  NameStyle style;
};

void AppendNamePiece(const char* text, size_t size, void* opaque) {
  const auto* to = static_cast<TypeNameSink*>(opaque);
  std::string_view rest(text, size);
  while (to->style == NameStyle::kGo) {
    const size_t colons = rest.find("::");
    if (colons == std::string_view::npos) break;
    to->sink->Append(rest.substr(0, colons));
    to->sink->Append(".");
    rest.remove_prefix(colons + 2);
  }
  to->sink->Append(rest);
}

}  // namespace

void AppendBool(TextSink& sink, bool value) {
  sink.Append(value ? "true" : "false");
}

void AppendInt(TextSink& sink, int64_t value) { AppendNumber(sink, value); }

void AppendUint(TextSink& sink, uint64_t value) { AppendNumber(sink, value); }

// Go's print: sign, one digit, six decimals, a signed exponent of three digits.
// The digits are produced as Go does, not by printf: seven decimal digits, the
// last one rounded half up on the scaled binary value.
void AppendFloat(TextSink& sink, double value) {
  if (std::isnan(value)) return sink.Append("NaN");
  if (std::isinf(value)) return sink.Append(value > 0 ? "+Inf" : "-Inf");
  constexpr int kDigits = 7;
  char buffer[kDigits + 7];
  buffer[0] = std::signbit(value) ? '-' : '+';
  int exponent = 0;
  double scaled = std::fabs(value);
  if (scaled != 0) {
    while (scaled >= 10) {
      ++exponent;
      scaled /= 10;
    }
    while (scaled < 1) {
      --exponent;
      scaled *= 10;
    }
    double half = 5;
    for (int i = 0; i < kDigits; ++i) half /= 10;
    scaled += half;
    if (scaled >= 10) {
      ++exponent;
      scaled /= 10;
    }
  }
  for (int i = 0; i < kDigits; ++i) {
    const int digit = static_cast<int>(scaled);
    buffer[i + 2] = static_cast<char>('0' + digit);
    scaled = (scaled - digit) * 10;
  }
  buffer[1] = buffer[2];
  buffer[2] = '.';
  char* exponent_text = buffer + kDigits + 2;
  exponent_text[0] = 'e';
  exponent_text[1] = exponent < 0 ? '-' : '+';
  exponent = std::abs(exponent);
  exponent_text[2] = static_cast<char>('0' + exponent / 100);
  exponent_text[3] = static_cast<char>('0' + exponent / 10 % 10);
  exponent_text[4] = static_cast<char>('0' + exponent % 10);
  sink.Append({buffer, sizeof(buffer)});
}

void AppendComplex(TextSink& sink, std::complex<double> value) {
  sink.Append("(");
  AppendFloat(sink, value.real());
  AppendFloat(sink, value.imag());
  sink.Append("i)");
}

void AppendPointer(TextSink& sink, const void* value) {
  sink.Append("0x");
  AppendNumber(sink, reinterpret_cast<uintptr_t>(value), 16);
}

void AppendTypeName(TextSink& sink, const std::type_info& type,
                    NameStyle style) {
  TypeNameSink to{&sink, style};
  if (!Demangle(type.name(), &AppendNamePiece, &to)) sink.Append(type.name());
}

}  // namespace runtime::internal
