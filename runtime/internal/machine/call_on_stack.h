// ASYNC-SIGNAL-SAFE: no malloc, no stdio, no locks.
#ifndef LASTWORDS_RUNTIME_INTERNAL_MACHINE_CALL_ON_STACK_H_
#define LASTWORDS_RUNTIME_INTERNAL_MACHINE_CALL_ON_STACK_H_

namespace runtime::internal {

// Calls fn(arg), which must not return, on the stack below `top` (a multiple of
// 16). Its frames are the outermost that a walk of it finds.
extern "C" [[noreturn]] void lastwords_call_on_stack(void (*fn)(void* arg),
                                                     void* arg, void* top);

}  // namespace runtime::internal

#endif  // LASTWORDS_RUNTIME_INTERNAL_MACHINE_CALL_ON_STACK_H_
