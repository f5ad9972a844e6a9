#include "runtime/internal/diag/function_name.h"

#include <gtest/gtest.h>

#include <string>
#include <string_view>

namespace runtime::internal {
namespace {

std::string Go(std::string_view demangled, size_t size = 256) {
  std::string buffer(size, '\xee');
  return std::string(GoName(demangled, buffer));
}

struct Case {
  const char* demangled;
  const char* go;
};

// On the left what libstdc++'s demangler prints.
constexpr Case kCases[] = {
    // Functions.
    {"main", "main"},
    {"abort", "abort"},
    {"testprog::PanicRace()", "testprog.PanicRace"},
    {"a::b::c::f(int, char const*)", "a.b.c.f"},
    {"f(void (*)(int), int (Foo::*)(char) const)", "f"},
    {"Foo::bar() const", "Foo.bar"},
    {"Foo::bar() const &", "Foo.bar"},
    {"Foo::bar() const &&", "Foo.bar"},
    {"Foo::bar() volatile", "Foo.bar"},
    {"A::A(A const&)", "A.A"},
    {"A::~A()", "A.~A"},
    {"Foo<int>::~Foo()", "Foo<>.~Foo"},
    {"main::Local::g()", "main.Local.g"},
    {"testprog::f()::Local::g(int) const", "testprog.f.Local.g"},
    {"memcpy@@GLIBC_2.14", "memcpy"},
    {"__interceptor_abort", "abort"},
    // Return types, which templates have.
    {"void ns::f<int>(int)", "ns.f<>"},
    {"std::vector<int, std::allocator<int> > const& ns::f<int>()", "ns.f<>"},
    {"char const* ns::f<int>() const", "ns.f<>"},
    {"unsigned long ns::f<char, 3ul>(char (&) [3ul])", "ns.f<>"},
    {"void (*ns::f<int>(int))(char)", "ns.f<>"},
    {"int (&ns::f<int>(int)) [3]", "ns.f<>"},
    {"decltype ((*{parm#1})(1)) ns::f<int>(int)", "ns.f<>"},
    {"decltype(auto) ns::f<int>(int)", "ns.f<>"},
    {"std::enable_if<((1)>(2)), int>::type ns::f<int>()", "ns.f<>"},
    {"Bar<((1)>(2))>::f()", "Bar<>.f"},
    {"void ns::f<&ns::operator< >(int)", "ns.f<>"},
    {"void ns::f<&ns::operator->, &(ns::operator>>(int))>()", "ns.f<>"},
    {"void ns::f<ns::myoperator<int> >()", "ns.f<>"},
    // Namespaces without a name, tags, copies.
    {"testprog::(anonymous namespace)::H::go(int)", "testprog.H.go"},
    {"(anonymous namespace)::f()", "f"},
    {"testprog::{anonymous}::f()", "testprog.f"},
    {"Foo::name[abi:cxx11]() const", "Foo.name"},
    {"ns::H[abi:v1]::go[abi:cxx11](int)", "ns.H.go"},
    {"testprog::f() [clone .cold]", "testprog.f"},
    {"Foo::f() const [clone .isra.0] [clone .cold]", "Foo.f"},
    {"main.cold", "main"},
    {"helper.constprop.0.isra.0", "helper"},
    {"helper.part.3", "helper"},
    {"helper.lto_priv.0", "helper"},
    {"main.main", "main.main"},
    {".hidden..name.", "hidden.name"},
    {"non-virtual thunk to Foo::bar()", "Foo.bar"},
    {"virtual thunk to Foo::bar() const", "Foo.bar"},
    // Lambdas.
    {"testprog::PanicRace()::{lambda()#1}::operator()() const",
     "testprog.PanicRace.func1"},
    {"testprog::PanicRace()::{lambda()#1}::operator()() const::"
     "{lambda(int)#2}::operator()(int) const",
     "testprog.PanicRace.func1.2"},
    {"f()::{lambda()#1}::operator()() const::{lambda()#2}::operator()() const::"
     "{lambda()#3}::operator()() const [clone .constprop.0]",
     "f.func1.2.3"},
    {"testprog::Foo<int>(int)::{lambda()#12}::operator()() const",
     "testprog.Foo<>.func12"},
    {"auto testprog::Foo<int>(int)::{lambda(auto:1)#1}::operator()<int>(int) "
     "const",
     "testprog.Foo<>.func1"},
    {"auto f()::{lambda(auto:1)#1}::operator()<int>(int) const::"
     "{lambda()#1}::operator()() const",
     "f.func1.1"},
    {"f()::{lambda(g()::{lambda()#1})#2}::operator()(g()::{lambda()#1}) const",
     "f.func2"},
    {"f()::{lambda()#1}::_FUN()", "f.func1"},
    {"f()::{lambda()#1}::~f()", "f.func1.~f"},
    {"f()::{lambda()#1}::operator void (*)()() const",
     "f.func1.operator_void_func"},
    {"f()::{lambda()#1}::operator()() const::Local::g()::{lambda()#1}::"
     "operator()() const",
     "f.func1.Local.g.func1"},
    {"ns::var::{lambda()#1}::operator()() const", "ns.var.func1"},
    {"{lambda()#1}::operator()() const", "func1"},
    {"ns::f(int)::{default arg#1}::{lambda()#1}::operator()() const",
     "ns.f.default1.func1"},
    {"main::{unnamed type#1}::f()", "main.type1.f"},
    // Clang's numbered lambdas.
    {"testprog::PanicRace()::$_0::operator()() const",
     "testprog.PanicRace.func1"},
    {"testprog::Scen()::$_1::operator()() const::{lambda()#2}::operator()() "
     "const",
     "testprog.Scen.func2.2"},
    {"auto f()::$_9::operator()<int>(int) const", "f.func10"},
    {"f()::$_0::__invoke()", "f.func1"},
    {"$_x::f()", "$_x.f"},
    // Operators.
    {"Foo::operator()(int)", "Foo.operator_call"},
    {"void Foo::operator()<int>(int)", "Foo.operator_call<>"},
    {"operator()", "operator_call"},
    {"Foo::operator[](int)", "Foo.operator_index"},
    {"Foo::operator->() const", "Foo.operator_arrow"},
    {"Foo::operator->*(int)", "Foo.operator_arrow_star"},
    {"Foo::operator,(int)", "Foo.operator_comma"},
    {"ns::operator/(int, int)", "ns.operator_div"},
    {"ns::operator/=(int, int)", "ns.operator_div_assign"},
    {"ns::operator%(int, int)", "ns.operator_mod"},
    {"operator<<(std::ostream&, int)", "operator_shl"},
    {"std::ostream& ns::operator<< <int>(std::ostream&, int const&)",
     "ns.operator_shl<>"},
    {"ns::operator<(ns::A const&, ns::A const&)", "ns.operator_lt"},
    {"bool ns::operator< <int>(int const&, int const&)", "ns.operator_lt<>"},
    {"Foo::operator<=>(Foo const&)", "Foo.operator_spaceship"},
    {"void Foo::operator><&ns::operator<>()", "Foo.operator_gt<>"},
    {"Foo::operator~()", "Foo.operator_compl"},
    {"Foo::operator!()", "Foo.operator_not"},
    {"Foo::operator&&(Foo)", "Foo.operator_andand"},
    {"Foo::operator&()", "Foo.operator_and"},
    {"Foo::operator=(Foo&&)", "Foo.operator_assign"},
    {"Foo::operator==(Foo) const", "Foo.operator_eq"},
    {"Foo::operator++(int)", "Foo.operator_inc"},
    {"operator new(unsigned long, std::align_val_t)", "operator_new"},
    {"operator new[](unsigned long)", "operator_new_array"},
    {"operator delete(void*)", "operator_delete"},
    {"Foo::operator delete[](void*)", "Foo.operator_delete_array"},
    {"Foo::operator co_await()", "Foo.operator_co_await"},
    {"operator\"\" _s(unsigned long long)", "operator_literal_s"},
    {"Foo::operator bool() const", "Foo.operator_bool"},
    {"Foo::operator char const*()", "Foo.operator_char_const_ptr"},
    {"Foo::operator std::vector<int, std::allocator<int> >()",
     "Foo.operator_std_vector<>"},
    {"Foo::operator (anonymous namespace)::T&()", "Foo.operator_T_ref"},
    {"Foo::operator void (*)()()", "Foo.operator_void_func"},
    {"Foo::operator int<int>()", "Foo.operator_int<>"},
    {"myoperator(int)", "myoperator"},
    {"operators::f()", "operators.f"},
    // The machinery between a user's frames.
    {"std::_Function_handler<void (), testprog::F()::{lambda()#1}>::_M_invoke("
     "std::_Any_data const&)",
     "std._Function_handler<>._M_invoke"},
    {"void std::__invoke_impl<void, f()::{lambda()#1}&>(std::__invoke_other, "
     "f()::{lambda()#1}&)",
     "std.__invoke_impl<>"},
    {"__invoke_impl<void, testprog::Scen(backtrace_state*)::<lambda()>&>",
     "__invoke_impl<>"},
    // The runtime's own.
    {"runtime::Panic(char const*)", "panic"},
    {"void runtime::Panic<int>(int)", "panic"},
    {"runtime::internal::Panic(runtime::internal::Value const&)", "panic"},
    {"runtime::PanicNil()", "runtime.PanicNil"},
    {"runtime::WaitGroup::Wait()", "runtime.WaitGroup.Wait"},
    {"runtime::Chan<int>::Send(int)", "runtime.Chan<>.Send"},
    // Rubbish, which symbol tables hold.
    {"", "?"},
    {" ", "?"},
    {"()", "?"},
    {"::", "?"},
    {"(", "?"},
    {"f(", "f"},
    {"f<", "f<>"},
    {"f{", "f_"},
    {"f[", "f"},
    {"{lambda", "func"},
    {"a:b/c", "a_b_c"},
    {"f(()))(", "f"},
    {"_ZTooLongToDemangle", "_ZTooLongToDemangle"},
    {"\xc3\xa9t\xc3\xa9::f()", "\xc3\xa9t\xc3\xa9.f"},
};

TEST(GoNameTest, PointersToLambdas) {
  for (const char* name : {"f()::{lambda()#1}::_FUN()", "f()::$_0::__invoke()",
                           "auto f()::{lambda(auto:1)#2}::_FUN<int>(int)"}) {
    EXPECT_TRUE(IsLambdaPointer(name)) << name;
  }
  for (const char* name :
       {"f()::{lambda()#1}::operator()() const", "f()::_FUN()",
        "void g<f()::{lambda()#1}::_FUN>()",
        "void std::__invoke<f()::{lambda()#1}&>(f()::{lambda()#1}&)"}) {
    EXPECT_FALSE(IsLambdaPointer(name)) << name;
  }
}

TEST(GoNameTest, DeletingDestructors) {
  EXPECT_TRUE(IsDeletingDestructor("_ZN1t3BoxD0Ev", "t.Box.~Box"));
  EXPECT_FALSE(IsDeletingDestructor("_ZN1t3BoxD1Ev", "t.Box.~Box"));
  EXPECT_FALSE(IsDeletingDestructor("_ZN1t3BoxD2Ev", "t.Box.~Box"));
  EXPECT_FALSE(IsDeletingDestructor("_ZN1t4BoD0Ev", "t.BoD0"));
}

TEST(GoNameTest, Table) {
  for (const Case& c : kCases) EXPECT_EQ(Go(c.demangled), c.go) << c.demangled;
}

TEST(GoNameTest, EveryResultIsStable) {
  for (const Case& c : kCases) {
    if (c.go[0] == '?') continue;
    EXPECT_EQ(Go(c.go), c.go);
  }
}

TEST(GoNameTest, LongNamesEndInDots) {
  const std::string_view name = "testprog::PanicRace()";
  EXPECT_EQ(Go(name, 18), "testprog.PanicRace");
  EXPECT_EQ(Go(name, 17), "testprog.Panic...");
  EXPECT_EQ(Go(name, 4), "t...");
  EXPECT_EQ(Go(name, 3), "...");
  EXPECT_EQ(Go(name, 1), ".");
  EXPECT_EQ(Go(name, 0), "");
  EXPECT_EQ(Go("runtime::Panic(int)", 13), "panic");
}

TEST(GoNameTest, NeverWritesBehindTheBuffer) {
  for (const Case& c : kCases) {
    for (size_t size = 0; size < 40; ++size) {
      std::string buffer(size + 1, '\xee');
      const auto name = GoName(c.demangled, std::span(buffer.data(), size));
      ASSERT_LE(name.size(), size);
      ASSERT_EQ(buffer[size], '\xee') << c.demangled << " in " << size;
    }
  }
}

TEST(GoNameTest, ReturnTypeLongerThanTheBufferIsForgotten) {
  EXPECT_EQ(Go("a::very::long::type::name f<int>()", 8), "f<>");
}

TEST(IsPlumbingTest, Table) {
  for (const char* hidden : {"std._Function_handler<>._M_invoke",
                             "std.__invoke<>",
                             "__gnu_cxx.f",
                             "absl.Mutex.Lock",
                             "boost.context.f",
                             "runtime.internal.Worker.Run",
                             "make_fcontext",
                             "ontop_fcontext",
                             "jump_fcontext",
                             "_start",
                             "__libc_start_main",
                             "__libc_start_call_main",
                             "runtime.Protect",
                             "runtime.Protect<>",
                             "runtime.Protect<>.func1",
                             "runtime.Defer.Defer",
                             "runtime.Defer.~Defer",
                             "runtime.Defer<>.Defer",
                             "runtime.Main",
                             "runtime.Go",
                             "runtime.Go<>",
                             "runtime.Chan<>.Send",
                             "runtime.Chan<>.Recv",
                             "runtime.Map<>.Set",
                             "__cxa_throw",
                             "_Unwind_Backtrace",
                             "start_thread",
                             "clone3",
                             "__restore_rt",
                             "lastwords_call_guarded",
                             "__asan_memcpy"}) {
    EXPECT_TRUE(IsPlumbing(hidden)) << hidden;
  }
  for (const char* shown :
       {"main", "abort", "raise", "panic", "testprog.PanicRace",
        "runtime.Gosched", "runtime.WaitGroup.Wait", "runtime.Sleep",
        "runtime.Exit", "runtime.Goexit", "runtime.Mutex.Lock",
        "runtime.internals", "runtime.Deferred", "runtime.Chan<>", "stdx.f",
        "std", "_starter", "?", ""}) {
    EXPECT_FALSE(IsPlumbing(shown)) << shown;
  }
}

TEST(LambdaArgumentTest, IsTheFirstLambdaThatIsAnArgument) {
  EXPECT_EQ(
      LambdaArgument("std::thread::_State_impl<std::thread::_Invoker<std::"
                     "tuple<bakery::Oven()::{lambda()#1}> > >::_M_run()"),
      "bakery::Oven()::{lambda()#1}");
  EXPECT_EQ(
      LambdaArgument("std::_Function_handler<void (int, char), ns::f<int, "
                     "char>(int, char)::{lambda(int, char)#2} const&>::_M_"
                     "invoke(std::_Any_data const&)"),
      "ns::f<int, char>(int, char)::{lambda(int, char)#2}");
  EXPECT_EQ(LambdaArgument("void g<f()::{lambda()#1}::operator()() "
                           "const::{lambda()#3}, h()::{lambda()#1}>()"),
            "f()::{lambda()#1}::operator()() const::{lambda()#3}");
}

TEST(LambdaArgumentTest, IsNotTheFunctionItself) {
  EXPECT_EQ(LambdaArgument("f()::{lambda()#1}::operator()() const"), "");
  EXPECT_EQ(LambdaArgument("f(g()::{lambda()#1})"), "");
  EXPECT_EQ(LambdaArgument("std::vector<int>::push_back(int&&)"), "");
  EXPECT_EQ(LambdaArgument(""), "");
}

TEST(LambdaArgumentTest, HasAName) {
  EXPECT_EQ(Go("bakery::Oven()::{lambda()#1}"), "bakery.Oven.func1");
  EXPECT_EQ(Go("f()::{lambda()#1}::operator()() const::{lambda()#3}"),
            "f.func1.3");
}

}  // namespace
}  // namespace runtime::internal
