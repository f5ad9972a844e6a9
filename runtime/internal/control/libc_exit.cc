#include "runtime/internal/control/libc_exit.h"

#include <dlfcn.h>
#include <stdlib.h>
#include <unistd.h>

#include "runtime/internal/control/gate.h"

namespace runtime::internal {
namespace {

using ExitFunction = void (*)(int status);

[[noreturn]] void CallNext(const char* name, int status) {
  if (void* next = dlsym(RTLD_NEXT, name)) {
    reinterpret_cast<ExitFunction>(next)(status);
  }
  // Static linking with no libc behind us.
  _exit(status);
}

}  // namespace

void LibcExit(int status) { CallNext("exit", status); }
void LibcQuickExit(int status) { CallNext("quick_exit", status); }

}  // namespace runtime::internal

// Defined in the executable, so that the calls of shared libraries come here
// too. Not [[noreturn]]: libc's declarations spell it as a GNU attribute.
extern "C" __attribute__((noreturn, visibility("default"))) void exit(
    int status) noexcept {
  runtime::internal::ExitThroughGate(status);
}

extern "C" __attribute__((noreturn, visibility("default"))) void quick_exit(
    int status) noexcept {
  runtime::internal::ExitThroughGate(status, /*quick=*/true);
}
