// Checked access. Runs in goroutine 1.
#include "runtime/checked.h"

#include <gtest/gtest.h>

#include <array>
#include <cstdint>
#include <limits>
#include <memory>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "runtime/internal/testing/goroutines.h"
#include "runtime/panic.h"

namespace runtime {
namespace {

TEST(AtTest, IsTheElementOfWhateverHasElements) {
  std::vector<int> vector = {1, 2, 3};
  const std::array<int, 3> array = {1, 2, 3};
  int c_array[] = {1, 2, 3};
  At(vector, 0) = 7;
  At(c_array, 2) = 9;
  EXPECT_EQ(At(vector, 0), 7);
  EXPECT_EQ(At(array, 1u), 2);
  EXPECT_EQ(At(c_array, int8_t{2}), 9);
  EXPECT_EQ(At(std::span(vector), 0L), 7);
  EXPECT_EQ(At(std::string_view("abc"), 1), 'b');
}

TEST(AtTest, OutOfRangePanics) {
  const std::vector<int> three = {1, 2, 3};
  EXPECT_EQ(PanicOf([&] { At(three, 3); }),
            "runtime error: index out of range [3] with length 3");
  EXPECT_EQ(PanicOf([&] { At(three, -1); }),
            "runtime error: index out of range [-1]");
  EXPECT_EQ(PanicOf([&] { At(std::string_view(), 0u); }),
            "runtime error: index out of range [0] with length 0");
}

TEST(AtTest, ExtremeIndicesPrintAsWhatTheyAre) {
  const std::vector<int> three = {1, 2, 3};
  EXPECT_EQ(PanicOf([&] { At(three, std::numeric_limits<int64_t>::min()); }),
            "runtime error: index out of range [-9223372036854775808]");
  EXPECT_EQ(
      PanicOf([&] { At(three, std::numeric_limits<uint64_t>::max()); }),
      "runtime error: index out of range [18446744073709551615] with length 3");
}

TEST(SliceTest, IsAViewOfThePart) {
  std::vector<int> vector = {1, 2, 3, 4};
  std::span<int> middle = Slice(vector, 1, 3);
  EXPECT_EQ(std::vector(middle.begin(), middle.end()),
            (std::vector<int>{2, 3}));
  EXPECT_EQ(Slice(vector, 4).size(), 0u);
  EXPECT_EQ(Slice(vector, 0, 0).size(), 0u);
  const std::string text = "hello";
  EXPECT_EQ(Slice(text, 1, 3), "el");
  EXPECT_EQ(Slice(text, 3), "lo");
}

TEST(SliceTest, OutOfBoundsPanicsAsInGo) {
  const std::vector<int> three = {1, 2, 3};
  const std::string text = "abc";
  const std::array<int, 3> array = {};
  const std::string prefix = "runtime error: slice bounds out of range ";
  EXPECT_EQ(PanicOf([&] { Slice(three, 0, 5); }),
            prefix + "[:5] with capacity 3");
  EXPECT_EQ(PanicOf([&] { Slice(text, 0, 5); }), prefix + "[:5] with length 3");
  EXPECT_EQ(PanicOf([&] { Slice(array, 0, 5); }),
            prefix + "[:5] with length 3");
  EXPECT_EQ(PanicOf([&] { Slice(three, 0, -1); }), prefix + "[:-1]");
  EXPECT_EQ(PanicOf([&] { Slice(three, -2, 1); }), prefix + "[-2:]");
  EXPECT_EQ(PanicOf([&] { Slice(three, 3, 1); }), prefix + "[3:1]");
  EXPECT_EQ(PanicOf([&] { Slice(three, 5); }), prefix + "[5:3]");
}

TEST(ToArrayTest, WantsAtLeastSoMany) {
  std::vector<int> vector = {1, 2};
  std::span<int, 2> pair = ToArray<2>(vector);
  EXPECT_EQ(pair[1], 2);
  EXPECT_EQ(PanicOf([&] { ToArray<4>(vector); }),
            "runtime error: cannot convert slice with length 2 to pointer to "
            "array with length 4");
}

TEST(DivideTest, ByZeroPanics) {
  EXPECT_EQ(Divide(-7, 2), -3);
  EXPECT_EQ(Remainder(-7, 2), -1);
  EXPECT_EQ(Divide(7u, 2), 3u);
  for (const auto& body : {+[] { Divide(1, 0); }, +[] { Remainder(1, 0); }}) {
    EXPECT_EQ(PanicOf(body), "runtime error: integer divide by zero");
  }
}

TEST(DivideTest, TheLeastByMinusOneIsTheLeast) {
  constexpr int kLeast = std::numeric_limits<int>::min();
  EXPECT_EQ(Divide(kLeast, -1), kLeast);
  EXPECT_EQ(Remainder(kLeast, -1), 0);
  EXPECT_EQ(Divide(int8_t{-128}, -1), -128);
}

TEST(DerefTest, OfNullPanics) {
  int number = 1;
  Deref(&number) = 2;
  EXPECT_EQ(number, 2);
  EXPECT_EQ(Deref(std::make_unique<int>(3)), 3);
  const std::string nil =
      "runtime error: invalid memory address or nil pointer dereference";
  int* const null = nullptr;
  EXPECT_EQ(PanicOf([&] { Deref(null); }), nil);
  EXPECT_EQ(PanicOf([] { Deref(std::shared_ptr<int>()); }), nil);
}

TEST(CheckedTest, RecoveryRunsTheDestructorsOfAllFrames) {
  std::string order;
  struct Noisy {
    std::string* order;
    char name;
    ~Noisy() { *order += name; }
  };
  const std::vector<int> empty;
  const auto inner = [&] {
    const Noisy noisy{&order, 'i'};
    return At(empty, order.size());
  };
  const std::string text = PanicOf([&] {
    const Noisy noisy{&order, 'o'};
    order += std::to_string(inner());
  });
  EXPECT_EQ(text, "runtime error: index out of range [0] with length 0");
  EXPECT_EQ(order, "io");
}

TEST(CheckedTest, TheValueIsARuntimeError) {
  std::string error;
  Protect([&] {
    Defer recover([&] { error = Recover()->As<RuntimeError>()->Error(); });
    At(std::string_view("abc"), 5);
  });
  EXPECT_EQ(error, "runtime error: index out of range [5] with length 3");
}

}  // namespace
}  // namespace runtime
