// A frame that the search for an exception's handler does not pass: handlers
// further out are not found, so a `throw` above it that nothing above it
// catches returns to the unwinder's caller with all frames in place.
//
//   CallWithoutHandlers(&Body, argument);
//
// Not a catch (...) and not noexcept: both are handlers, and the stack would be
// unwound to them before anybody could look at it.
//
// Source: a personality routine of its own, which ends the first of the two
// phases
// (https://itanium-cxx-abi.github.io/cxx-abi/abi-eh.html#base-personality).
// Forced unwinding has no such phase, and goes through.
#ifndef LASTWORDS_RUNTIME_INTERNAL_MACHINE_HANDLER_BARRIER_H_
#define LASTWORDS_RUNTIME_INTERNAL_MACHINE_HANDLER_BARRIER_H_

namespace runtime::internal {

extern "C" void lastwords_call_without_handlers(void (*function)(void*),
                                                void* argument);

template <class F>
void CallWithoutHandlers(F& body) {
  lastwords_call_without_handlers([](void* f) { (*static_cast<F*>(f))(); },
                                  &body);
}

}  // namespace runtime::internal

#endif  // LASTWORDS_RUNTIME_INTERNAL_MACHINE_HANDLER_BARRIER_H_
