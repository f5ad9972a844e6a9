// The unwinder's functions that raise exceptions, taken over (exception_panic.h
// says what for).
#ifndef LASTWORDS_RUNTIME_INTERNAL_DIAG_THROW_HOOK_H_
#define LASTWORDS_RUNTIME_INTERNAL_DIAG_THROW_HOOK_H_

namespace runtime::internal {

// Finds the functions behind ours, so that the first throw need not. Must be
// called from somewhere, or the linker leaves ours out.
void InitThrowHook();

}  // namespace runtime::internal

#endif  // LASTWORDS_RUNTIME_INTERNAL_DIAG_THROW_HOOK_H_
