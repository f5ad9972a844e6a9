// C++ exceptions that nobody catches are panics: recovered, destroyed, told
// apart. In goroutines of their own: GoogleTest catches what leaves a test.
#include <gtest/gtest.h>

#include <atomic>
#include <exception>
#include <memory>
#include <new>
#include <optional>
#include <stdexcept>
#include <string>
#include <string_view>
#include <thread>
#include <utility>

#include "runtime/defer.h"
#include "runtime/go.h"
#include "runtime/internal/machine/sanitizer.h"
#include "runtime/panic.h"
#include "runtime/sync.h"

namespace runtime {
namespace {

class ExceptionPanicTest : public testing::Test {
 protected:
  void SetUp() override { spoken.clear(); }

  static void Say(std::string_view text) { spoken.append(text).append(" "); }
  static void SayRecovered() {
    const std::optional<Value> value = Recover();
    Say(value ? value->String() : "nil");
  }

  // Announces its end.
  struct Tracer {
    const char* name;
    ~Tracer() { Say(std::string("~") + name); }
  };

  // Runs `body` where no handler is, and checks that nothing of its exceptions
  // remains. False: a panic in it was recovered.
  template <class F>
  static bool ProtectInGoroutine(F body) {
    bool returned = false;
    WaitGroup wg;
    wg.Add(1);
    Go([&] {
      returned = Protect(body);
      EXPECT_EQ(std::current_exception(), nullptr);
      EXPECT_EQ(std::uncaught_exceptions(), 0);
      wg.Done();
    });
    wg.Wait();
    return returned;
  }

  // The value that recovering from what `body` throws gives.
  template <class F>
  static Value Recovered(F body) {
    std::optional<Value> value;
    ProtectInGoroutine([&] {
      Defer recover([&] { value = Recover(); });
      body();
    });
    return *value;
  }

  static inline std::string spoken;
};

TEST_F(ExceptionPanicTest, RecoverStopsItAndDestructorsRun) {
  EXPECT_FALSE(ProtectInGoroutine([] {
    const Tracer a{"a"};
    Defer recover([] { SayRecovered(); });
    const Tracer b{"b"};
    Defer deferred([] { Say("deferred"); });
    [] {
      const Tracer c{"c"};
      throw std::runtime_error("x");
    }();
  }));
  EXPECT_EQ(spoken, "deferred std::runtime_error: x ~c ~b ~a ");
}

TEST_F(ExceptionPanicTest, AHandlerFurtherOutComesFirst) {
  try {
    Protect([] {
      Defer recover([] { SayRecovered(); });
      const Tracer tracer{"t"};
      throw std::runtime_error("x");
    });
  } catch (const std::exception& exception) {
    Say(exception.what());
  }
  EXPECT_EQ(spoken, "~t nil x ");
}

TEST_F(ExceptionPanicTest, TheValueIsWhatACatchWouldFind) {
  const Value value = Recovered([] { throw std::out_of_range("x"); });
  EXPECT_STREQ(value.As<std::out_of_range>()->what(), "x");
  EXPECT_STREQ(value.As<std::logic_error>()->what(), "x");
  EXPECT_STREQ(value.As<std::exception>()->what(), "x");
  EXPECT_EQ(value.As<std::runtime_error>(), nullptr);
  EXPECT_EQ(value.As<int>(), nullptr);
  EXPECT_EQ(value.String(), "std::out_of_range: x");
}

TEST_F(ExceptionPanicTest, TheValueIsAnExceptionPointerToo) {
  const Value value = Recovered([] { throw std::out_of_range("x"); });
  const auto* pointer = value.As<std::exception_ptr>();
  ASSERT_NE(pointer, nullptr);
  try {
    std::rethrow_exception(*pointer);
  } catch (const std::out_of_range& exception) {
    EXPECT_EQ(&exception, value.As<std::out_of_range>());
  }
}

struct First {
  virtual ~First() = default;
  int first = 1;
};
struct Second {
  virtual ~Second() = default;
  int second = 2;
};
struct Both : First, Second {};
struct Hidden : private First {};

TEST_F(ExceptionPanicTest, BasesMayLieAnywhereInTheObject) {
  EXPECT_EQ(Recovered([] { throw Both(); }).As<Second>()->second, 2);
  EXPECT_EQ(Recovered([] { Panic(Both()); }).As<Second>()->second, 2);
  EXPECT_EQ(Recovered([] { throw Hidden(); }).As<First>(), nullptr);
}

TEST_F(ExceptionPanicTest, AnythingMayBeThrown) {
  const Value number = Recovered([] { throw 42; });
  EXPECT_EQ(*number.As<int>(), 42);
  EXPECT_EQ(number.As<long>(), nullptr);
  const Value text = Recovered([] { throw "text"; });
  EXPECT_STREQ(*text.As<const char*>(), "text");
  EXPECT_EQ(text.As<char*>(), nullptr);
  const Value pointer = Recovered([] { throw static_cast<Both*>(nullptr); });
  EXPECT_EQ(*pointer.As<Both*>(), nullptr);
  EXPECT_EQ(pointer.As<Second*>(), nullptr);
}

struct Counted {
  static inline std::atomic<int> alive = 0;
  Counted() { ++alive; }
  Counted(const Counted&) { ++alive; }
  ~Counted() { --alive; }
};

TEST_F(ExceptionPanicTest, TheExceptionLivesAsLongAsTheValue) {
  {
    const Value value = Recovered([] { throw Counted(); });
    EXPECT_EQ(Counted::alive, 1);
    EXPECT_NE(value.As<Counted>(), nullptr);
  }
  EXPECT_EQ(Counted::alive, 0);
}

TEST_F(ExceptionPanicTest, NoneIsLost) {
  constexpr int kRounds = internal::kSanitized ? 500 : 10'000;
  ProtectInGoroutine([] {
    for (int i = 0; i < kRounds; ++i) {
      Protect([] {
        Defer recover([] { Recover(); });
        throw Counted();
      });
    }
  });
  EXPECT_EQ(Counted::alive, 0);
}

// Thrown again. --------------------------------------------------------------

TEST_F(ExceptionPanicTest, OneThrownAgainIsRecovered) {
  EXPECT_FALSE(ProtectInGoroutine([] {
    Defer recover([] { SayRecovered(); });
    try {
      throw std::runtime_error("x");
    } catch (...) {
      Say("caught");
      throw;
    }
  }));
  EXPECT_EQ(spoken, "caught std::runtime_error: x ");
}

TEST_F(ExceptionPanicTest, OneFromAPointerIsRecovered) {
  const auto pointer = std::make_exception_ptr(std::runtime_error("x"));
  const Value value = Recovered([&] { std::rethrow_exception(pointer); });
  EXPECT_EQ(value.String(), "std::runtime_error: x");
}

TEST_F(ExceptionPanicTest, PanickedAgainItIsTheSame) {
  const void* first = nullptr;
  const Value value = Recovered([&] {
    Defer again([&] {
      const std::optional<Value> thrown = Recover();
      first = thrown->As<std::runtime_error>();
      Panic(*thrown);
    });
    throw std::runtime_error("x");
  });
  EXPECT_NE(first, nullptr);
  EXPECT_EQ(value.As<std::runtime_error>(), first);
}

// Several at once. -----------------------------------------------------------

TEST_F(ExceptionPanicTest, ThrownInACatchBlockItLeavesTheOtherCaught) {
  EXPECT_FALSE(ProtectInGoroutine([] {
    Defer outer([] { SayRecovered(); });
    try {
      throw std::runtime_error("first");
    } catch (...) {
      Protect([] {
        Defer inner([] { SayRecovered(); });
        throw std::runtime_error("second");
      });
      throw;
    }
  }));
  EXPECT_EQ(spoken, "std::runtime_error: second std::runtime_error: first ");
}

TEST_F(ExceptionPanicTest, OneInADeferredCallOfAnotherTakesItsPlace) {
  EXPECT_FALSE(ProtectInGoroutine([] {
    Defer recover([] { SayRecovered(); });
    const Tracer outer{"outer"};
    Defer throws([] {
      const Tracer inner{"inner"};
      throw std::runtime_error("second");
    });
    throw std::runtime_error("first");
  }));
  EXPECT_EQ(spoken, "std::runtime_error: second ~inner ~outer ");
}

// The frames of the panic are no callers of the deferred call.
TEST_F(ExceptionPanicTest, AHandlerAroundThePanicIsNotForItsDeferredCalls) {
  EXPECT_FALSE(ProtectInGoroutine([] {
    Defer recover([] { SayRecovered(); });
    try {
      Defer throws([] { throw std::runtime_error("in a deferred call"); });
      Panic("first");
    } catch (const std::exception&) {
      Say("caught");
    }
  }));
  EXPECT_EQ(spoken, "std::runtime_error: in a deferred call ");
}

TEST_F(ExceptionPanicTest, OneInADeferredCallThatRemainsIsAPanicToo) {
  EXPECT_FALSE(ProtectInGoroutine([] {
    Defer outer([] { SayRecovered(); });
    Protect([] {
      Defer throws([] { throw std::runtime_error("second"); });
      Defer recover([] { SayRecovered(); });
      Panic("first");
    });
    Say("unreached");
  }));
  EXPECT_EQ(spoken, "first std::runtime_error: second ");
}

TEST_F(ExceptionPanicTest, ThrownInADeferredCallItIsCaughtThere) {
  EXPECT_FALSE(ProtectInGoroutine([] {
    Defer recover([] { SayRecovered(); });
    Defer catches([] {
      try {
        throw std::runtime_error("second");
      } catch (const std::exception& exception) {
        Say(exception.what());
      }
    });
    throw std::runtime_error("first");
  }));
  EXPECT_EQ(spoken, "second std::runtime_error: first ");
}

TEST_F(ExceptionPanicTest, GoexitAbortsIt) {
  WaitGroup wg;
  wg.Add(1);
  Go([&] {
    Defer done([&] { wg.Done(); });
    Defer end([] { SayRecovered(); });
    Defer leave([] { Goexit(); });
    throw std::runtime_error("x");
  });
  wg.Wait();
  EXPECT_EQ(spoken, "nil ");
}

TEST_F(ExceptionPanicTest, ACatchAllIsEnteredByTheRecoveryOfAPanicInside) {
  EXPECT_FALSE(ProtectInGoroutine([] {
    Defer recover([] { SayRecovered(); });
    try {
      Defer throws([] { throw std::runtime_error("second"); });
      Panic("first");
    } catch (...) {
      Say("entered");
    }
    Say("unreached");
  }));
  EXPECT_EQ(spoken, "std::runtime_error: second entered ");
}

// Other stacks. --------------------------------------------------------------

TEST_F(ExceptionPanicTest, OnAForeignThreadItIsRecoveredByProtect) {
  std::thread([] {
    const bool returned = Protect([] {
      Defer recover([] { SayRecovered(); });
      const Tracer tracer{"t"};
      throw std::runtime_error("x");
    });
    Say(returned ? "returned" : "recovered");
  }).join();
  EXPECT_EQ(spoken, "std::runtime_error: x ~t recovered ");
}

TEST_F(ExceptionPanicTest, AThousandGoroutinesThrowAtOnce) {
  constexpr int kGoroutines = 1'000;
  std::atomic<int> right = 0;
  WaitGroup thrown;
  thrown.Add(kGoroutines);
  WaitGroup ended;
  ended.Add(kGoroutines);
  for (int id = 0; id < kGoroutines; ++id) {
    Go([&, id] {
      Protect([&] {
        Defer recover([&] {
          const std::optional<Value> value = Recover();
          if (*value->As<int>() == id) right.fetch_add(1);
        });
        // All are in flight here, and change threads.
        Defer meet([&] {
          thrown.Done();
          thrown.Wait();
        });
        throw int{id};
      });
      ended.Done();
    });
  }
  ended.Wait();
  EXPECT_EQ(right, kGoroutines);
}

void ThrowDeeply(int depth, int* recovered) {
  Protect([&] {
    Defer recover([&] {
      if (depth > 0) ThrowDeeply(depth - 1, recovered);
      if (Recover()) ++*recovered;
    });
    throw int{depth};
  });
}

TEST_F(ExceptionPanicTest, ThirtyAreInFlightOnOneGoroutine) {
  int recovered = 0;
  ProtectInGoroutine([&] { ThrowDeeply(29, &recovered); });
  EXPECT_EQ(recovered, 30);
}

}  // namespace
}  // namespace runtime
