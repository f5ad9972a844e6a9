// A C++ exception that nobody catches becomes a panic: on the throwing frames,
// which are all still there, because the runtime's own frames catch nothing.
#ifndef LASTWORDS_RUNTIME_INTERNAL_DIAG_EXCEPTION_PANIC_H_
#define LASTWORDS_RUNTIME_INTERNAL_DIAG_EXCEPTION_PANIC_H_

namespace runtime::internal {

void InstallTerminateHandler();

}  // namespace runtime::internal

#endif  // LASTWORDS_RUNTIME_INTERNAL_DIAG_EXCEPTION_PANIC_H_
