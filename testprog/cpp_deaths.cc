// Deaths that C++ and its library bring about, which Go does not know.
#undef NDEBUG  // an assertion must fail in every build

#include <malloc.h>
#include <unistd.h>

#include <cassert>
#include <cstdint>
#include <cstdio>
#include <cstdlib>
#include <exception>
#include <future>
#include <new>
#include <semaphore>
#include <stdexcept>
#include <string>
#include <string_view>
#include <thread>

#include "runtime/defer.h"
#include "runtime/go.h"
#include "runtime/panic.h"
#include "runtime/sync.h"
#include "testprog/registry.h"

namespace testprog {

// Something to destroy: a compiler may leave the frames of a throw for it.
struct Noisy {
  ~Noisy() { std::printf("destroyed\n"); }
};

__attribute__((noinline)) inline void LookUp(int key) {
  if (key >= 0) throw std::out_of_range("no such key");
}

__attribute__((noinline)) inline void CleanUpAfterLookUp() {
  const Noisy noisy;
  LookUp(1);
}

// Exceptions. ---------------------------------------------------------------

SCENARIO(UncaughtException) { CleanUpAfterLookUp(); }

SCENARIO(UncaughtLibraryException) {
  const std::string text = "short";
  std::printf("%c\n", text.at(99));
}

struct NotAnException {};

SCENARIO(UncaughtNonStdException) { throw NotAnException(); }

SCENARIO(UncaughtRethrow) {
  try {
    CleanUpAfterLookUp();
  } catch (...) {
    throw;
  }
}

SCENARIO(UncaughtFromFuture) {
  std::promise<void> promise;
  promise.set_exception(
      std::make_exception_ptr(std::runtime_error("broken promise")));
  promise.get_future().get();
}

SCENARIO(ExceptionInGoroutine) {
  runtime::WaitGroup wg;
  wg.Add(1);
  runtime::Go([&] {
    runtime::Defer done([&] { wg.Done(); });
    LookUp(1);
  });
  wg.Wait();
}

SCENARIO(ExceptionInForeignThread) {
  std::thread([] { LookUp(1); }).join();
}

__attribute__((noinline)) inline void CannotThrow() noexcept {
  CleanUpAfterLookUp();
}

SCENARIO(ExceptionThroughNoexcept) { CannotThrow(); }

struct ThrowsAtItsEnd {
  ~ThrowsAtItsEnd() { LookUp(1); }
};

SCENARIO(ExceptionInDestructor) { const ThrowsAtItsEnd object; }

SCENARIO(ExceptionInDeferDuringPanic) {
  runtime::Defer throws([] { LookUp(1); });
  runtime::Panic("first");
}

SCENARIO(PanicInDeferDuringException) {
  runtime::Defer panics([] { runtime::Panic("second"); });
  LookUp(1);
}

SCENARIO(PanicInDeferDuringRethrow) {
  runtime::Defer panics([] { runtime::Panic("second"); });
  try {
    LookUp(1);
  } catch (...) {
    throw;
  }
}

SCENARIO(BadAlloc) {
  volatile size_t size = PTRDIFF_MAX;
  char* volatile memory = new char[size];
  delete[] memory;
}

// std::terminate and abort. -------------------------------------------------

SCENARIO(TerminateCall) { std::terminate(); }

SCENARIO(JoinableThreadDestroyed) {
  runtime::WaitGroup never;
  never.Add(1);
  const std::thread thread([&] { never.Wait(); });
}

struct Shape {
  Shape() { Describe(); }
  virtual ~Shape() = default;
  __attribute__((noinline)) void Describe() { Draw(); }
  virtual void Draw() = 0;
};
struct Circle : Shape {
  void Draw() override {}
};

SCENARIO(PureVirtualCall) { const Circle circle; }

SCENARIO(AbortCall) { std::abort(); }

SCENARIO(AssertFailure) {
  volatile int two = 2;
  assert(two + two == 5);
}

// The C library's own checks. -----------------------------------------------

SCENARIO(HeapCorruption) {
  void* volatile memory = std::malloc(100);
  std::free(memory);
  std::free(memory);
}

// Built with -fstack-protector-all; exactly the guard is overwritten.
__attribute__((noinline)) inline void SmashStack() {
  volatile char text[8];
  volatile size_t size = sizeof(text) + sizeof(void*);
  for (size_t i = 0; i < size; ++i) text[i] = 'x';
}

SCENARIO(StackSmash) { SmashStack(); }

// A free block's link leads nowhere: malloc faults when it follows it, with the
// arena's lock held.
SCENARIO(CrashHoldingMallocLock) {
  constexpr size_t kFresh = 60'000;  // no free block is as large
  void* volatile before = std::malloc(kFresh);
  void* volatile block = std::malloc(kFresh);
  void* volatile after = std::malloc(kFresh);
  std::free(block);
  static_cast<volatile uintptr_t*>(block)[1] = 0x10000;
  void* volatile larger = std::malloc(2 * kFresh);
  std::free(larger);
  std::free(after);
  std::free(before);
}

// Before main and after it. -------------------------------------------------

SCENARIO_AT_INIT(CrashInStaticInit) { LookUp(1); }

SCENARIO_AT_INIT(FaultInStaticInit) {
  volatile int* volatile nothing = nullptr;
  *nothing = 1;
}

SCENARIO(CrashInStaticDestructor) { static const ThrowsAtItsEnd object; }

// Other threads, while exit handlers run.
// --------------------------------------

__attribute__((noinline)) inline void CrashAsTold() {
  const std::string_view how = std::getenv("TESTPROG_CRASH");
  volatile int* volatile nothing = nullptr;
  if (how == "panic") runtime::Panic("while stopping");
  if (how == "throw") LookUp(1);
  if (how == "segv") *nothing = 1;
  if (how == "abort") std::abort();
  if (how == "fatal") runtime::Fatal("while stopping");
}

// Its thread ends with it, as those of thread pools do.
class Pool {
 public:
  explicit Pool(void (*last_job)())
      : thread_([this, last_job] {
          stopped_.acquire();
          last_job();
        }) {}
  ~Pool() {
    stopped_.release();
    thread_.join();
  }

 private:
  std::binary_semaphore stopped_{0};
  std::thread thread_;
};

SCENARIO(CrashInPoolAtExit) { static const Pool pool(&CrashAsTold); }

SCENARIO(RecoverInPoolAtExit) {
  static const Pool pool([] {
    runtime::Protect([] {
      runtime::Defer recover([] { runtime::Recover(); });
      runtime::Panic("while stopping");
    });
  });
}

SCENARIO(DetachedThreadSegvAtExit) {
  static std::binary_semaphore exiting(0);
  std::thread([] {
    exiting.acquire();
    volatile int* volatile nothing = nullptr;
    *nothing = 1;
  }).detach();
  std::atexit([] {
    exiting.release();
    for (;;) pause();
  });
}

}  // namespace testprog
