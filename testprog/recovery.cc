// What runs when a panic is recovered, in which order, and what does not run
// when it is not.
#include <cstdio>
#include <stdexcept>
#include <string>

#include "runtime/defer.h"
#include "runtime/go.h"
#include "runtime/panic.h"
#include "runtime/sync.h"
#include "testprog/registry.h"

namespace testprog {

inline void PrintWhatWasRecovered() {
  const auto value = runtime::Recover();
  std::printf("recovered: %s\n", value ? value->String().c_str() : "nothing");
}

class Guard {
 public:
  explicit Guard(const char* name) : name_(name) {}
  Guard(const Guard&) = delete;
  Guard& operator=(const Guard&) = delete;
  ~Guard() { std::printf("~%s\n", name_); }

 private:
  const char* const name_;
};

inline void PanicAmongGuards() {
  const Guard inner("inner");
  runtime::Defer deferred([] { std::printf("deferred\n"); });
  const Guard innermost("innermost");
  runtime::Panic("bad");
}

SCENARIO(DestructorsRunOnRecover) {
  const bool returned = runtime::Protect([] {
    const Guard outer("outer");
    runtime::Defer handler([] { PrintWhatWasRecovered(); });
    PanicAmongGuards();
  });
  std::printf(returned ? "returned\n" : "went on\n");
}

SCENARIO(DestructorsNotRunOnCrash) {
  const Guard outer("outer");
  PanicAmongGuards();
}

SCENARIO(LockReleasedOnPanic) {
  runtime::Mutex mutex;
  runtime::Protect([&] {
    runtime::Defer handler([] { PrintWhatWasRecovered(); });
    mutex.Lock();
    runtime::Defer unlock(
        [&]() ABSL_NO_THREAD_SAFETY_ANALYSIS { mutex.Unlock(); });
    runtime::Panic("bad");
  });
  mutex.Lock();
  std::printf("locked again\n");
  mutex.Unlock();
}

// Exceptions. ---------------------------------------------------------------

inline void ThrowAmongGuards() {
  const Guard inner("inner");
  runtime::Defer deferred([] { PrintWhatWasRecovered(); });
  throw std::out_of_range("no such key");
}

SCENARIO(ExceptionRecovered) {
  runtime::Protect([] {
    const Guard outer("outer");
    runtime::Defer handler([] {
      const auto value = runtime::Recover();
      const auto* error = value->As<std::logic_error>();
      std::printf("%s\n%s\n", value->String().c_str(), error->what());
    });
    const Guard middle("middle");
    throw std::out_of_range("no such key");
  });
  std::printf("went on\n");
}

SCENARIO(ExceptionWithHandler) {
  try {
    ThrowAmongGuards();
  } catch (const std::exception& exception) {
    std::printf("caught: %s\n", exception.what());
  }
}

SCENARIO(CatchAllInBetween) {
  runtime::Protect([] {
    runtime::Defer handler([] { PrintWhatWasRecovered(); });
    try {
      PanicAmongGuards();
    } catch (...) {
      std::printf("entered\n");
    }
    std::printf("not reached\n");
  });
  std::printf("went on\n");
}

inline void PanicInNoexcept() noexcept { runtime::Panic("bad"); }

SCENARIO(NoexceptInBetween) {
  runtime::Protect([] {
    runtime::Defer handler([] { PrintWhatWasRecovered(); });
    PanicInNoexcept();
  });
}

// Nested. -------------------------------------------------------------------

SCENARIO(RecoverNested) {
  runtime::Protect([] {
    runtime::Defer outer([] { PrintWhatWasRecovered(); });
    runtime::Defer inner([] {
      runtime::Protect([] {
        runtime::Defer innermost([] { PrintWhatWasRecovered(); });
        runtime::Panic("second");
      });
    });
    runtime::Panic("first");
  });
}

SCENARIO(RecoverNotDirectly) {
  runtime::Defer deferred([] {
    runtime::Protect([] { PrintWhatWasRecovered(); });
    runtime::Defer nested([] { PrintWhatWasRecovered(); });
  });
  runtime::Panic("not recovered");
}

SCENARIO(ProtectNested) {
  const bool outer = runtime::Protect([] {
    runtime::Defer handler([] { PrintWhatWasRecovered(); });
    const bool inner = runtime::Protect([] {
      runtime::Defer other([] { std::printf("does not recover\n"); });
      runtime::Panic("bad");
    });
    std::printf("not reached: %d\n", inner);
  });
  std::printf("outer returned: %d\n", outer);
}

SCENARIO(GoexitThroughPanics) {
  runtime::WaitGroup wg;
  wg.Add(1);
  runtime::Go([&] {
    runtime::Defer done([&] { wg.Done(); });
    runtime::Defer end([] { PrintWhatWasRecovered(); });
    runtime::Defer again([] { runtime::Goexit(); });
    runtime::Defer second([] { runtime::Panic("second"); });
    runtime::Defer leave([] { runtime::Goexit(); });
    runtime::Panic("first");
  });
  wg.Wait();
  std::printf("main goes on\n");
}

// Deep. ---------------------------------------------------------------------

inline int RecoverAtEachLevel(int depth) {
  int recovered = 0;
  runtime::Protect([&] {
    runtime::Defer handler([&] {
      if (runtime::Recover()) ++recovered;
    });
    if (depth > 1) recovered += RecoverAtEachLevel(depth - 1);
    runtime::Panic(depth);
  });
  return recovered;
}

SCENARIO(DeepRecover) { std::printf("%d\n", RecoverAtEachLevel(1000)); }

// All of them in flight, before the innermost is recovered.
inline int ThrowInDeferOfThrow(int depth) {
  int recovered = 0;
  runtime::Protect([&] {
    runtime::Defer handler([&] {
      if (depth > 1) recovered += ThrowInDeferOfThrow(depth - 1);
      if (runtime::Recover()) ++recovered;
    });
    throw int{depth};
  });
  return recovered;
}

SCENARIO(DeepExceptions) { std::printf("%d\n", ThrowInDeferOfThrow(1000)); }

inline void PanicAgain(int number) {
  runtime::Defer again([=] {
    if (number < 1000) PanicAgain(number + 1);
  });
  runtime::Panic(number);
}

SCENARIO(DeepPanicChain) { PanicAgain(1); }

}  // namespace testprog
