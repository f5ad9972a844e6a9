#include "runtime/internal/control/libc_exit.h"

#include <cxxabi.h>
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
  FinishExit();
  _exit(status);
}

void AfterHandlers(void*) { FinishExit(); }

// libc calls handlers last in, first out, the destructors of all modules as one
// that was there first of all. One that comes meanwhile is next, so this one
// runs after them. Only the streams' flush is left then.
__attribute__((destructor(101))) void WaitAfterDestructors() {
  abi::__cxa_atexit(&AfterHandlers, nullptr, /*no module*/ nullptr);
}

__attribute__((constructor(101))) void WaitAfterQuickExitHandlers() {
  at_quick_exit(&FinishExit);
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
