#include "runtime/internal/base/demangle.h"

#include <gtest/gtest.h>

#include <optional>
#include <string>
#include <typeinfo>
#include <vector>

namespace demangle_test {
struct Plain {};
template <class T>
struct Holder {};
}  // namespace demangle_test

namespace runtime::internal {
namespace {

std::optional<std::string> Demangled(const char* mangled) {
  std::string text;
  const bool known = Demangle(
      mangled,
      [](const char* piece, size_t size, void* opaque) {
        static_cast<std::string*>(opaque)->append(piece, size);
      },
      &text);
  if (!known) return std::nullopt;
  return text;
}

TEST(DemangleTest, Functions) {
  EXPECT_EQ(Demangled("_Z3foov"), "foo()");
  EXPECT_EQ(Demangled("_ZN1a1b1cEiPKc"), "a::b::c(int, char const*)");
  EXPECT_EQ(Demangled("_ZN1aD1Ev"), "a::~a()");
  EXPECT_EQ(Demangled("_ZZ4mainENKUlvE_clEv"),
            "main::{lambda()#1}::operator()() const");
}

TEST(DemangleTest, Types) {
  EXPECT_EQ(Demangled(typeid(int).name()), "int");
  EXPECT_EQ(Demangled(typeid(const char*).name()), "char const*");
  EXPECT_EQ(Demangled(typeid(demangle_test::Plain).name()),
            "demangle_test::Plain");
  EXPECT_EQ(
      Demangled(typeid(demangle_test::Holder<demangle_test::Plain>).name()),
      "demangle_test::Holder<demangle_test::Plain>");
}

TEST(DemangleTest, WhatIsNotMangledIsRefused) {
  EXPECT_EQ(Demangled("not a name"), std::nullopt);
  EXPECT_EQ(Demangled("_Z"), std::nullopt);
  EXPECT_EQ(Demangled(""), std::nullopt);
}

}  // namespace
}  // namespace runtime::internal
