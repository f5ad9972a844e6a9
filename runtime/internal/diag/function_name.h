// ASYNC-SIGNAL-SAFE: pure functions on the caller's buffers.
//
// C++ names in the shape of Go's, so that tools for Go's reports read ours.
#ifndef LASTWORDS_RUNTIME_INTERNAL_DIAG_FUNCTION_NAME_H_
#define LASTWORDS_RUNTIME_INTERNAL_DIAG_FUNCTION_NAME_H_

#include <cstddef>
#include <span>
#include <string_view>

namespace runtime::internal {

// Writes the Go-shaped name of a function, as libstdc++'s demangler spells it,
// to `out` (not terminated) and returns what was written:
//
//   testprog::PanicRace()::{lambda()#1}::operator()() const
//   testprog.PanicRace.func1
//
// The result is piece(.piece)*, without spaces, colons, slashes or parentheses.
// A name too long for `out` ends in "..."; one that is empty is "?". Clang's
// $_N, which counts from 0, is funcN+1; its N is the order of code generation,
// not of the source.
// Source: closure names of go/src/cmd/compile/internal/ir/func.go.
std::string_view GoName(std::string_view demangled, std::span<char> out);

// Whether a function, as the demangler spells it, is what a lambda becomes when
// it is used as a pointer: all it does is to call the lambda, after which
// GoName names it. GCC's f()::{lambda()#1}::_FUN(), Clang's ::__invoke().
bool IsLambdaPointer(std::string_view demangled);

// Whether a function is what `delete` calls: the destructor of the same name,
// then operator delete. Takes the mangled and the Go-shaped name.
bool IsDeletingDestructor(std::string_view mangled, std::string_view go_name);

// The first lambda among the template arguments of a function, as it is spelled
// there: what std::thread and std::function were given. Empty if there is none.
//
//   std::thread::_State_impl<..<std::tuple<f()::{lambda()#1}> > >::_M_run()
//   f()::{lambda()#1}
std::string_view LambdaArgument(std::string_view demangled);

// Whether the frames of a function are shown at GOTRACEBACK=system only: the
// machinery between the functions a user wrote. Takes the Go-shaped name.
bool IsPlumbing(std::string_view go_name);

}  // namespace runtime::internal

#endif  // LASTWORDS_RUNTIME_INTERNAL_DIAG_FUNCTION_NAME_H_
