// Threads of the operating system: goroutines wired to them, too many of them.
#include <cstdio>
#include <thread>

#include "runtime/go.h"
#include "runtime/panic.h"
#include "testprog/registry.h"

namespace testprog {

SCENARIO(LockedPanic) {
  runtime::LockOsThread();
  runtime::Panic("locked");
}

SCENARIO(ForeignThreadSegv) {
  std::thread thread([] {
    const int* volatile pointer = nullptr;
    std::printf("%d\n", *pointer);
  });
  thread.join();
}

}  // namespace testprog
