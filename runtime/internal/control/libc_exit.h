// libc's exit and quick_exit, which the runtime stands in front of: the
// program's calls of both, wherever they come from, go through the exit gate
// first (EXIT_GATE: rule 4).
#ifndef LASTWORDS_RUNTIME_INTERNAL_CONTROL_LIBC_EXIT_H_
#define LASTWORDS_RUNTIME_INTERNAL_CONTROL_LIBC_EXIT_H_

namespace runtime::internal {

// The real ones: exit handlers, static destructors, no gate.
[[noreturn]] void LibcExit(int status);
[[noreturn]] void LibcQuickExit(int status);

}  // namespace runtime::internal

#endif  // LASTWORDS_RUNTIME_INTERNAL_CONTROL_LIBC_EXIT_H_
