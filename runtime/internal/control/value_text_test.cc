#include "runtime/internal/control/value_text.h"

#include <gtest/gtest.h>

#include <cmath>
#include <complex>
#include <cstdint>
#include <limits>
#include <memory>
#include <stdexcept>
#include <string>
#include <string_view>
#include <utility>

#include "runtime/internal/control/panic_value.h"
#include "runtime/internal/control/runtime_error.h"

namespace value_test {

struct MyInt : runtime::Named<int> {};
struct MyUint8 : runtime::Named<uint8_t> {};
struct MyBool : runtime::Named<bool> {};
struct MyFloat : runtime::Named<double> {};
struct MyComplex : runtime::Named<std::complex<double>> {};
struct MyString : runtime::Named<std::string> {};
enum Colour { kRed, kGreen };
enum class Small : int8_t { kLow = -3 };
struct Opaque {
  int value = 0;
};
struct OnHeap {
  std::unique_ptr<int> value;
};
struct WithError {
  std::string Error() const { return "my error"; }
  std::string String() const { return "not this"; }
};
struct WithString {
  std::string String() const { return "my string"; }
};
struct ErrorException : std::runtime_error {
  using std::runtime_error::runtime_error;
  const char* Error() const { return "the error comes first"; }
};
struct MyException : std::exception {
  const char* what() const noexcept override { return "my what"; }
};

}  // namespace value_test

namespace runtime::internal {
namespace {

class StringSink final : public TextSink {
 public:
  void Append(std::string_view text) override { text_.append(text); }
  std::string text_;
};

std::string FloatText(double value) {
  StringSink sink;
  AppendFloat(sink, value);
  return sink.text_;
}

template <class T>
std::string Text(const T& value) {
  return ValueString(&kValueType<T>, &value);
}

std::string HexOf(const void* address) {
  StringSink sink;
  AppendPointer(sink, address);
  return sink.text_;
}

// Each as go1.19's println wrote it.
TEST(ValueTextTest, FloatsAreGos) {
  constexpr double kInfinity = std::numeric_limits<double>::infinity();
  const struct {
    double value;
    const char* text;
  } kCases[] = {
      {0, "+0.000000e+000"},
      {-0.0, "-0.000000e+000"},
      {1, "+1.000000e+000"},
      {-1.5, "-1.500000e+000"},
      {3.5, "+3.500000e+000"},
      {0.1, "+1.000000e-001"},
      {double{0.1f}, "+1.000000e-001"},
      {123456789, "+1.234568e+008"},
      {9.9999995, "+1.000000e+001"},
      {9.99999949, "+9.999999e+000"},
      {1e100, "+1.000000e+100"},
      {1e-100, "+1.000000e-100"},
      {5e-324, "+4.940656e-324"},
      {std::numeric_limits<double>::max(), "+1.797693e+308"},
      {2.5e-7, "+2.500000e-007"},
      {1234567.5, "+1.234567e+006"},
      {100000000000, "+1.000000e+011"},
      {0.3333333333333333, "+3.333333e-001"},
      {6.02214076e23, "+6.022141e+023"},
      {std::nan(""), "NaN"},
      {kInfinity, "+Inf"},
      {-kInfinity, "-Inf"},
  };
  for (const auto& c : kCases) EXPECT_EQ(FloatText(c.value), c.text) << c.value;
}

TEST(ValueTextTest, NumbersPrintAsNumbers) {
  EXPECT_EQ(Text(true), "true");
  EXPECT_EQ(Text(false), "false");
  EXPECT_EQ(Text(93), "93");
  EXPECT_EQ(Text('a'), "97");
  EXPECT_EQ(Text(int8_t{-5}), "-5");
  EXPECT_EQ(Text(uint8_t{200}), "200");
  EXPECT_EQ(Text(std::numeric_limits<int64_t>::min()), "-9223372036854775808");
  EXPECT_EQ(Text(std::numeric_limits<uint64_t>::max()), "18446744073709551615");
  EXPECT_EQ(Text(1.5f), "+1.500000e+000");
  EXPECT_EQ(Text(-2.5), "-2.500000e+000");
  EXPECT_EQ(Text(2.5L), "+2.500000e+000");
}

TEST(ValueTextTest, ComplexIsGos) {
  EXPECT_EQ(Text(std::complex<double>(1, -2)),
            "(+1.000000e+000-2.000000e+000i)");
  EXPECT_EQ(Text(std::complex<float>(0.5f, 4)),
            "(+5.000000e-001+4.000000e+000i)");
  EXPECT_EQ(Text(std::complex<double>(
                std::nan(""), -std::numeric_limits<double>::infinity())),
            "(NaN-Infi)");
}

TEST(ValueTextTest, StringsPrintAsTheyAre) {
  const char* const pointer = "a pointer";
  const char* const null = nullptr;
  EXPECT_EQ(Text(pointer), "a pointer");
  EXPECT_EQ(Text(null), "nil");
  EXPECT_EQ(Text(std::string("a\nstring")), "a\nstring");
  EXPECT_EQ(Text(std::string_view("a view")), "a view");
  EXPECT_EQ(Text(std::string()), "");
}

TEST(ValueTextTest, NamedTypesAndEnumsPrintWithTheirName) {
  EXPECT_EQ(Text(value_test::MyInt{{93}}), "value_test.MyInt(93)");
  EXPECT_EQ(Text(value_test::MyUint8{{255}}), "value_test.MyUint8(255)");
  EXPECT_EQ(Text(value_test::MyBool{{true}}), "value_test.MyBool(true)");
  EXPECT_EQ(Text(value_test::MyFloat{{3.5}}),
            "value_test.MyFloat(+3.500000e+000)");
  // One pair of parentheses, as in go1.19's report.
  EXPECT_EQ(Text(value_test::MyComplex{{{1, -2}}}),
            "value_test.MyComplex(+1.000000e+000-2.000000e+000i)");
  EXPECT_EQ(Text(value_test::MyString{{"text"}}),
            "value_test.MyString(\"text\")");
  EXPECT_EQ(Text(value_test::kGreen), "value_test.Colour(1)");
  EXPECT_EQ(Text(value_test::Small::kLow), "value_test.Small(-3)");
}

TEST(ValueTextTest, NilSaysSo) {
  EXPECT_EQ(Text(nullptr), "panic called with nil argument");
}

TEST(ValueTextTest, AnythingElsePrintsByTypeAndAddress) {
  const value_test::Opaque opaque;
  EXPECT_EQ(Text(opaque), "(value_test.Opaque) " + HexOf(&opaque));
  const value_test::OnHeap move_only{std::make_unique<int>(1)};
  EXPECT_EQ(Text(move_only), "(value_test.OnHeap) " + HexOf(&move_only));
}

TEST(ValueTextTest, PointersPrintWhatTheyPointTo) {
  int target = 0;
  EXPECT_EQ(Text(&target), "(int*) " + HexOf(&target));
  EXPECT_EQ(Text(static_cast<void*>(nullptr)), "(void*) 0x0");
  EXPECT_EQ(Text(reinterpret_cast<const void*>(uintptr_t{0xABC})),
            "(void const*) 0xabc");
  void (*const function)() = +[] {};
  EXPECT_EQ(Text(function),
            "(void (*)()) " + HexOf(reinterpret_cast<void*>(function)));
  volatile int changing = 0;
  EXPECT_EQ(Text(&changing),
            "(int volatile*) " + HexOf(const_cast<int*>(&changing)));
}

TEST(ValueTextTest, ErrorThenStringThenWhat) {
  EXPECT_EQ(Text(value_test::WithError()), "my error");
  EXPECT_EQ(Text(value_test::WithString()), "my string");
  EXPECT_EQ(Text(value_test::ErrorException("what")), "the error comes first");
  EXPECT_EQ(Text(std::runtime_error("bad")), "std::runtime_error: bad");
  EXPECT_EQ(Text(value_test::MyException()),
            "value_test::MyException: my what");
  EXPECT_EQ(Text(RuntimeError("close of nil channel")), "close of nil channel");
}

// A report must not run the user's code where it can do without.
TEST(ValueTextTest, OnlyTheUsersMethodsNeedTheUsersCode) {
  EXPECT_EQ(kValueType<int>.method, nullptr);
  EXPECT_EQ(kValueType<value_test::MyString>.method, nullptr);
  EXPECT_EQ(kValueType<RuntimeError>.method, nullptr);
  EXPECT_NE(kValueType<RuntimeError>.render, nullptr);
  EXPECT_EQ(kValueType<value_test::WithError>.render, nullptr);
  EXPECT_EQ(kValueType<std::runtime_error>.render, nullptr);
  EXPECT_TRUE(kValueType<std::string>.is_text);
  EXPECT_FALSE(kValueType<value_test::MyString>.is_text);
}

TEST(ValueTextTest, SharingCopiesWhatCanBeCopiedAndMovesTheRest) {
  std::string text = "kept";
  const auto shared = kValueType<std::string>.share(&text);
  EXPECT_EQ(*static_cast<const std::string*>(shared.get()), "kept");
  EXPECT_EQ(text, "kept");
  value_test::OnHeap on_heap{std::make_unique<int>(5)};
  const auto moved = kValueType<value_test::OnHeap>.share(&on_heap);
  EXPECT_EQ(*static_cast<const value_test::OnHeap*>(moved.get())->value, 5);
  EXPECT_EQ(on_heap.value, nullptr);
}

}  // namespace
}  // namespace runtime::internal
