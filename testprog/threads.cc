// Threads of the operating system: goroutines wired to them, too many of them.
#include "runtime/go.h"
#include "runtime/panic.h"
#include "testprog/registry.h"

namespace testprog {

SCENARIO(LockedPanic) {
  runtime::LockOsThread();
  runtime::Panic("locked");
}

}  // namespace testprog
