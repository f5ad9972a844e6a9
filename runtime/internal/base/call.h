// Calls the program's function so that it keeps a frame of its own. Inlined
// into the runtime's, a lambda would have no name: GCC gives lambdas of
// ordinary functions none in the debug information, only in the symbol table.
#ifndef LASTWORDS_RUNTIME_INTERNAL_BASE_CALL_H_
#define LASTWORDS_RUNTIME_INTERNAL_BASE_CALL_H_

namespace runtime::internal {

template <class F>
void CallInOwnFrame(F& function) {
  if constexpr (requires { &F::operator(); }) {
    auto call = &F::operator();
    // The compiler no longer knows which function this is.
    asm volatile("" : "+m"(call));
    (function.*call)();
  } else {
    function();
  }
}

}  // namespace runtime::internal

#endif  // LASTWORDS_RUNTIME_INTERNAL_BASE_CALL_H_
