// Panic, Recover, Protect, Goexit and what they do to deferred calls,
// destructors and C++ exceptions. Runs in goroutine 1.
#include "runtime/panic.h"

#include <gtest/gtest.h>
#include <unistd.h>

#include <atomic>
#include <complex>
#include <cstdio>
#include <exception>
#include <memory>
#include <optional>
#include <stdexcept>
#include <string>
#include <string_view>
#include <thread>
#include <vector>

#include "runtime/defer.h"
#include "runtime/go.h"
#include "runtime/internal/control/gate.h"
#include "runtime/internal/machine/sanitizer.h"
#include "runtime/internal/sched/scheduler.h"
#include "runtime/sync.h"

namespace runtime {
namespace {

std::string spoken;

void Say(std::string_view text) { spoken.append(text).append(" "); }

void SayRecovered() {
  const std::optional<Value> value = Recover();
  Say(value ? value->String() : "nil");
}

// Announces its end.
class Tracer {
 public:
  explicit Tracer(const char* name) : name_(name) {}
  Tracer(const Tracer&) = delete;
  Tracer& operator=(const Tracer&) = delete;
  ~Tracer() { Say(std::string("~") + name_); }

 private:
  const char* const name_;
};

struct CallDone {
  void operator()(WaitGroup* wg) const { wg->Done(); }
};

// Waits for the end of the goroutine: a deferred call would be too early, the
// destructors of frames that are left come after it.
template <class F>
void InGoroutine(F body) {
  WaitGroup wg;
  wg.Add(1);
  Go([&body, ended = std::unique_ptr<WaitGroup, CallDone>(&wg)] { body(); });
  wg.Wait();
}

// Every test must leave its goroutine as it found it.
class PanicTest : public testing::Test {
 protected:
  void SetUp() override {
    spoken.clear();
    const internal::G* g = internal::CurrentG();
    protects_ = g->protects;
    defers_ = g->defers;
    panics_ = g->panics;
  }

  void TearDown() override {
    internal::G* g = internal::CurrentG();
    EXPECT_EQ(g->protects, protects_);
    EXPECT_EQ(g->defers, defers_);
    EXPECT_EQ(g->panics, panics_);
    EXPECT_FALSE(g->recovering);
    EXPECT_FALSE(internal::TheGate::InFlight(internal::SlotOf(g)));
    EXPECT_EQ(std::uncaught_exceptions(), 0);
    EXPECT_EQ(std::current_exception(), nullptr);
  }

 private:
  const internal::ProtectFrame* protects_ = nullptr;
  const internal::DeferRecord* defers_ = nullptr;
  const internal::PanicRecord* panics_ = nullptr;
};

// Deferred calls. ------------------------------------------------------------

using DeferTest = PanicTest;

TEST_F(DeferTest, CallsRunNewestFirstAtTheEndOfTheScope) {
  {
    Defer one([] { Say("1"); });
    Defer two([] { Say("2"); });
    Defer three([] { Say("3"); });
    Say("body");
  }
  EXPECT_EQ(spoken, "body 3 2 1 ");
}

TEST_F(DeferTest, AScopeIsEnoughInALoop) {
  for (int i = 0; i < 3; ++i) {
    Defer end([i] { Say("end" + std::to_string(i)); });
    if (i == 1) continue;
    Say("body" + std::to_string(i));
  }
  EXPECT_EQ(spoken, "body0 end0 end1 body2 end2 ");
}

TEST_F(DeferTest, AReturnRunsThem) {
  const auto function = [] {
    Defer end([] { Say("end"); });
    return (Say("return"), 5);
  };
  EXPECT_EQ(function(), 5);
  EXPECT_EQ(spoken, "return end ");
}

TEST_F(DeferTest, TheyMayBelongToContainersAndEndInAnyOrder) {
  const auto make = [](const char* name) {
    auto say = [name] { Say(name); };
    return std::make_unique<Defer<decltype(say)>>(say);
  };
  std::vector<decltype(make(""))> defers;
  for (const char* name : {"a", "b", "c", "d"}) defers.push_back(make(name));
  Defer last([] { Say("last"); });
  defers[1].reset();
  defers.erase(defers.begin());
  Say("-");
  defers.clear();  // forwards: not the order they were made in
  EXPECT_EQ(spoken, "b a - c d ");
  spoken.clear();
}

TEST_F(DeferTest, APanicRunsThoseOfContainersNewestFirst) {
  Protect([] {
    Defer recover([] { SayRecovered(); });
    auto say_a = [] { Say("a"); };
    auto say_b = [] { Say("b"); };
    const auto a = std::make_unique<Defer<decltype(say_a)>>(say_a);
    const auto b = std::make_unique<Defer<decltype(say_b)>>(say_b);
    Panic("x");
  });
  EXPECT_EQ(spoken, "b a x ");
}

struct DefersInDestructor {
  ~DefersInDestructor() noexcept(false) {
    Defer end([] { Say("end"); });
    Say("destructor");
  }
};

TEST_F(DeferTest, ADestructorMayDefer) {
  { DefersInDestructor object; }
  EXPECT_EQ(spoken, "destructor end ");
}

TEST_F(DeferTest, ACallRunsOnceOnly) {
  int calls = 0;
  Protect([&] {
    Defer count([&] { ++calls; });
    Defer recover([] { Recover(); });
    Panic("x");
  });
  EXPECT_EQ(calls, 1);
}

TEST_F(DeferTest, AnExceptionThatPassesRunsThem) {
  try {
    Defer one([] { Say("1"); });
    const Tracer tracer("t");
    Defer two([] { Say("2"); });
    throw std::runtime_error("x");
  } catch (const std::exception& exception) {
    Say(exception.what());
  }
  EXPECT_EQ(spoken, "2 ~t 1 x ");
}

TEST_F(DeferTest, ACallMayThrowAnExceptionThatIsCaughtOutside) {
  try {
    Defer one([] { Say("1"); });
    Defer two([] { throw std::runtime_error("thrown"); });
    Say("body");
  } catch (const std::exception& exception) {
    Say(exception.what());
  }
  EXPECT_EQ(spoken, "body 1 thrown ");
}

TEST_F(DeferTest, OfAnotherGoroutineIsFatal) {
  const auto misuse = [] {
    auto nothing = [] {};
    std::unique_ptr<Defer<decltype(nothing)>> defer;
    InGoroutine([&] {
      defer = std::make_unique<Defer<decltype(nothing)>>(nothing);
      InGoroutine([&] { defer.reset(); });
    });
  };
  EXPECT_EXIT(misuse(), testing::ExitedWithCode(2),
              "fatal error: deferred call of another goroutine");
}

// Protect. -------------------------------------------------------------------

using ProtectTest = PanicTest;

TEST_F(ProtectTest, SaysWhetherTheBodyReturned) {
  EXPECT_TRUE(Protect([] {}));
  EXPECT_FALSE(Protect([] {
    Defer recover([] { Recover(); });
    Panic("x");
  }));
}

TEST_F(ProtectTest,
       APanicInsideADeferredCallThatIsRecoveredThereIsNoneOutside) {
  EXPECT_TRUE(Protect([] {
    Defer end([] {
      EXPECT_FALSE(Protect([] {
        Defer recover([] { Recover(); });
        Panic("inner");
      }));
    });
  }));
}

TEST_F(ProtectTest, ExceptionsPassThrough) {
  try {
    Protect([] {
      Protect([] {
        const Tracer tracer("t");
        Defer end([] { Say("end"); });
        throw std::runtime_error("x");
      });
      Say("unreached");
    });
    Say("unreached");
  } catch (const std::runtime_error& error) {
    Say(error.what());
  }
  EXPECT_EQ(spoken, "end ~t x ");
  EXPECT_FALSE(Protect([] {
    Defer recover([] { SayRecovered(); });
    Panic("and a panic later");
  }));
  EXPECT_EQ(spoken, "end ~t x and a panic later ");
}

TEST_F(ProtectTest, ARecoveryPassesInnerOnesOfTheSameStack) {
  std::string where;
  const bool outer = Protect([&] {
    Defer recover([] { Recover(); });
    Protect([&] {
      Protect([] { Panic("x"); });
      where += "1";
    });
    where += "2";
  });
  EXPECT_FALSE(outer);
  EXPECT_EQ(where, "");
}

// Recover. -------------------------------------------------------------------

using RecoverTest = PanicTest;

TEST_F(RecoverTest, IsNothingWithoutAPanic) {
  EXPECT_FALSE(Recover());
  Protect([] { EXPECT_FALSE(Recover()); });
  {
    Defer end([] { EXPECT_FALSE(Recover()); });
  }
}

TEST_F(RecoverTest, GivesTheValueAsItWasGiven) {
  const auto recovered = [](auto&& value) {
    std::optional<Value> result;
    Protect([&] {
      Defer recover([&] { result = Recover(); });
      Panic(std::forward<decltype(value)>(value));
    });
    return *result;
  };
  const Value number = recovered(93);
  ASSERT_NE(number.As<int>(), nullptr);
  EXPECT_EQ(*number.As<int>(), 93);
  EXPECT_EQ(number.As<long>(), nullptr);
  EXPECT_EQ(*recovered(std::string("text")).As<std::string>(), "text");
  EXPECT_STREQ(*recovered("literal").As<const char*>(), "literal");
  EXPECT_EQ(recovered("literal").As<std::string>(), nullptr);
  EXPECT_NE(recovered(nullptr).As<std::nullptr_t>(), nullptr);
  EXPECT_STREQ(
      recovered(std::runtime_error("what")).As<std::runtime_error>()->what(),
      "what");
  EXPECT_EQ(**recovered(std::make_unique<int>(7)).As<std::unique_ptr<int>>(),
            7);
}

TEST_F(RecoverTest, TheValueOutlivesThePanic) {
  const auto held = std::make_shared<int>(5);
  std::optional<Value> value;
  Protect([&] {
    Defer recover([&] { value = Recover(); });
    Panic(held);
  });
  EXPECT_EQ(held.use_count(), 2);
  EXPECT_EQ(**value->As<std::shared_ptr<int>>(), 5);
  value.reset();
  EXPECT_EQ(held.use_count(), 1);
}

TEST_F(RecoverTest, TheSameValueAgainIsTheSameObject) {
  std::vector<const void*> identities;
  Protect([&] {
    Defer outer([&] { identities.push_back(Recover()->As<std::string>()); });
    Defer inner([&] {
      const std::optional<Value> value = Recover();
      identities.push_back(value->As<std::string>());
      Panic(*value);
    });
    Panic(std::string("x"));
  });
  ASSERT_EQ(identities.size(), 2u);
  EXPECT_NE(identities[0], nullptr);
  EXPECT_EQ(identities[0], identities[1]);
}

// The order of things, against Go. -------------------------------------------

struct Case {
  const char* name;
  void (*body)();
  const char* said;
};

// Written in Go, with functions for Protect, go1.19 said the same.
const Case kGoCases[] = {
    {"Stops",
     [] {
       Defer r([] { SayRecovered(); });
       Panic("a");
     },
     "a after "},
    {"Replaced",
     [] {
       Defer r([] { SayRecovered(); });
       Defer p([] { Panic("b"); });
       Panic("a");
     },
     "b after "},
    {"RecoverThenPanic",
     [] {
       Defer r([] { SayRecovered(); });
       Defer p([] {
         SayRecovered();
         Panic("b");
       });
       Panic("a");
     },
     "a b after "},
    {"InnerRecovered",
     [] {
       Defer r([] { SayRecovered(); });
       Defer p([] {
         Protect([] {
           Defer inner([] { SayRecovered(); });
           Panic("b");
         });
         Say("inner");
       });
       Panic("a");
     },
     "b inner a after "},
    {"NestedDeferSeesNothing",
     [] {
       Defer r([] { SayRecovered(); });
       Defer p([] {
         Defer inner([] { SayRecovered(); });
         Say("in");
       });
       Panic("a");
     },
     "in nil a after "},
    {"Twice",
     [] {
       Defer r([] {
         SayRecovered();
         SayRecovered();
       });
       Panic("a");
     },
     "a nil after "},
    {"Later",
     [] {
       Defer later([] { SayRecovered(); });
       Defer r([] { SayRecovered(); });
       Panic("a");
     },
     "a nil after "},
    {"RemainingPanics",
     [] {
       Defer outer([] { SayRecovered(); });
       Protect([] {
         Defer p([] { Panic("b"); });
         Defer r([] { SayRecovered(); });
         Panic("a");
       });
       Say("unreached");
     },
     "a b after "},
    {"Outer",
     [] {
       Defer r([] { SayRecovered(); });
       Protect([] {
         Defer n([] { Say("n"); });
         Panic("a");
       });
       Say("unreached");
     },
     "n a after "},
    {"ReplacedTwice",
     [] {
       Defer r([] { SayRecovered(); });
       Protect([] {
         Defer c([] { Panic("c"); });
         Defer b([] { Panic("b"); });
         Panic("a");
       });
     },
     "c after "},
    {"Without",
     [] {
       SayRecovered();
       Defer r([] { SayRecovered(); });
     },
     "nil nil after "},
    {"DeferOfDeferPanics",
     [] {
       Defer r([] { SayRecovered(); });
       Defer b([] {
         Defer c([] { Panic("c"); });
         Panic("b");
       });
       Panic("a");
     },
     "c after "},
    {"Late",
     [] {
       Defer r([] { SayRecovered(); });
       Defer p([] { Panic("late"); });
       Say("body");
     },
     "body late after "},
    {"NestedFunctionSeesNothing",
     [] {
       Defer r([] { SayRecovered(); });
       Defer p([] { Protect([] { SayRecovered(); }); });
       Panic("a");
     },
     "nil a after "},
    {"NestedFunctionsDeferSeesNothing",
     [] {
       Defer r([] { SayRecovered(); });
       Defer p([] { Protect([] { Defer d([] { SayRecovered(); }); }); });
       Panic("a");
     },
     "nil a after "},
    {"SecondRecoveredInside",
     [] {
       Defer r([] { SayRecovered(); });
       Defer p([] {
         Defer inner([] { SayRecovered(); });
         Panic("b");
       });
       Panic("a");
     },
     "b a after "},
    {"RecoverThenNestedPanic",
     [] {
       Defer later([] { SayRecovered(); });
       Defer r([] {
         SayRecovered();
         Protect([] {
           Defer inner([] { SayRecovered(); });
           Panic("b");
         });
         Say("in");
       });
       Panic("a");
     },
     "a b in nil after "},
    {"PanicRecoveredTwoOut",
     [] {
       Defer r([] { SayRecovered(); });
       Protect([] {
         Defer x([] { Say("x"); });
         Protect([] {
           Defer b([] { Panic("b"); });
           Panic("a");
         });
         Say("unreached");
       });
       Say("unreached");
     },
     "x b after "},
    {"GoexitAborts",
     [] {
       Defer r([] { SayRecovered(); });
       Defer g([] { Goexit(); });
       Panic("a");
     },
     "nil "},
    {"PanicInGoexit",
     [] {
       Defer end([] { Say("end"); });
       Protect([] {
         Defer r([] { SayRecovered(); });
         Defer b([] { Panic("b"); });
         Goexit();
       });
       Say("unreached");
     },
     "b end "},
    {"RecoverInGoexit",
     [] {
       Defer r([] { SayRecovered(); });
       Goexit();
     },
     "nil "},
    {"GoexitAfterRecover",
     [] {
       Defer end([] { Say("end"); });
       Defer r([] {
         SayRecovered();
         Goexit();
       });
       Panic("a");
     },
     "a end "},
    {"GoexitInGoexit",
     [] {
       Defer end([] { Say("end"); });
       Defer again([] { Goexit(); });
       Goexit();
     },
     "end "},
    {"PanicGoexitPanicRecover",
     [] {
       Defer end([] { Say("end"); });
       Defer r([] { SayRecovered(); });
       Defer b([] { Panic("b"); });
       Defer g([] { Goexit(); });
       Panic("a");
     },
     "b end "},
    // go1.19 forgets the Goexit here, against its own documentation, and says
    // "after" too.
    {"PanicInGoexitReplacedAndRecovered",
     [] {
       Defer end([] { Say("end"); });
       Defer r([] { SayRecovered(); });
       Defer c([] { Panic("c"); });
       Defer b([] { Panic("b"); });
       Goexit();
     },
     "c end "},
};

class GoSemanticsTest : public PanicTest,
                        public testing::WithParamInterface<Case> {};

TEST_P(GoSemanticsTest, SaysWhatGoSays) {
  InGoroutine([] {
    Protect([] { GetParam().body(); });
    Say("after");
  });
  EXPECT_EQ(spoken, GetParam().said);
}

// The same again on a goroutine that had much to do with panics already.
TEST_P(GoSemanticsTest, SaysItTwice) {
  InGoroutine([] {
    Defer again([] {
      InGoroutine([] {
        Protect([] { GetParam().body(); });
        Say("after");
      });
    });
    Protect([] { GetParam().body(); });
    Say("after");
  });
  const std::string once = GetParam().said;
  EXPECT_EQ(spoken, once + once);
}

INSTANTIATE_TEST_SUITE_P(All, GoSemanticsTest, testing::ValuesIn(kGoCases),
                         [](const auto& c) {
                           return std::string(c.param.name);
                         });

// Destructors. ---------------------------------------------------------------

using DestructorTest = PanicTest;

TEST_F(DestructorTest, RunWhenAPanicIsRecovered) {
  EXPECT_FALSE(Protect([] {
    const Tracer a("a");
    Defer recover([] { SayRecovered(); });
    const Tracer b("b");
    Protect([] {
      const Tracer c("c");
      Defer two([] { Say("2"); });
      const Tracer d("d");
      [] {
        const Tracer e("e");
        Panic("x");
      }();
    });
    Say("unreached");
  }));
  EXPECT_EQ(spoken, "2 x ~e ~d ~c ~b ~a ");
}

TEST_F(DestructorTest, ThoseOfDeferredCallsThatPanickedRunToo) {
  EXPECT_FALSE(Protect([] {
    const Tracer a("a");
    Defer recover([] { SayRecovered(); });
    Defer second([] {
      const Tracer b("b");
      Panic("second");
    });
    const Tracer c("c");
    Panic("first");
  }));
  EXPECT_EQ(spoken, "second ~b ~c ~a ");
}

TEST_F(DestructorTest, RunForGoexit) {
  InGoroutine([] {
    const Tracer a("a");
    Defer one([] { Say("1"); });
    Protect([] {
      const Tracer b("b");
      Defer two([] { Say("2"); });
      Goexit();
    });
    Say("unreached");
  });
  EXPECT_EQ(spoken, "2 1 ~b ~a ");
}

struct PanicsAndRecovers {
  ~PanicsAndRecovers() {
    Protect([] {
      Defer recover([] { SayRecovered(); });
      const Tracer inside("inside");
      Panic("in destructor");
    });
  }
};

TEST_F(DestructorTest, OneMayPanicAndRecoverWhileFramesAreLeft) {
  EXPECT_FALSE(Protect([] {
    Defer recover([] { SayRecovered(); });
    const Tracer outer("outer");
    const PanicsAndRecovers object;
    Panic("x");
  }));
  EXPECT_EQ(spoken, "x in destructor ~inside ~outer ");
}

struct ThrowsAndCatches {
  ~ThrowsAndCatches() {
    try {
      throw std::runtime_error("thrown");
    } catch (const std::exception& exception) {
      Say(exception.what());
    }
  }
};

TEST_F(DestructorTest, OneMayThrowAndCatchWhileFramesAreLeft) {
  EXPECT_FALSE(Protect([] {
    Defer recover([] { SayRecovered(); });
    const ThrowsAndCatches object;
    Panic("x");
  }));
  EXPECT_EQ(spoken, "x thrown ");
}

TEST_F(DestructorTest, HeapIsNotLost) {
  const auto held = std::make_shared<int>(0);
  for (int i = 0; i < 100; ++i) {
    Protect([&] {
      Defer recover([] { Recover(); });
      const std::vector<std::shared_ptr<int>> copies(10, held);
      Panic(held);
    });
  }
  EXPECT_EQ(held.use_count(), 1);
}

// C++ exceptions beside panics. ----------------------------------------------

using ExceptionTest = PanicTest;

TEST_F(ExceptionTest, ACatchOfAnExceptionTypeIsNotEnteredByARecovery) {
  EXPECT_FALSE(Protect([] {
    Defer recover([] { SayRecovered(); });
    try {
      Panic(std::runtime_error("x"));
    } catch (const std::exception&) {
      Say("caught");
    }
    Say("unreached");
  }));
  EXPECT_EQ(spoken, "std::runtime_error: x ");
}

TEST_F(ExceptionTest, ACatchAllIsEnteredAndTheRecoveryGoesOn) {
  EXPECT_FALSE(Protect([] {
    Defer recover([] { SayRecovered(); });
    try {
      const Tracer tracer("t");
      Panic("x");
    } catch (...) {
      Say("caught");
    }
    Say("unreached");
  }));
  EXPECT_EQ(spoken, "x ~t caught ");
}

TEST_F(ExceptionTest, ACatchAllThatRethrowsLetsTheRecoveryGoOn) {
  EXPECT_FALSE(Protect([] {
    Defer recover([] { SayRecovered(); });
    try {
      try {
        Panic("x");
      } catch (...) {
        Say("inner");
        throw;
      }
    } catch (...) {
      Say("outer");
      throw;
    }
    Say("unreached");
  }));
  EXPECT_EQ(spoken, "x inner outer ");
}

TEST_F(ExceptionTest, ACatchAllThatReturnsLetsTheRecoveryGoOn) {
  EXPECT_FALSE(Protect([] {
    Defer recover([] { SayRecovered(); });
    [] {
      try {
        Panic("x");
      } catch (...) {
        Say("caught");
        return;
      }
    }();
    Say("unreached");
  }));
  EXPECT_EQ(spoken, "x caught ");
}

TEST_F(ExceptionTest, ACatchAllMayPanicAndRecoverOnItsOwn) {
  EXPECT_FALSE(Protect([] {
    Defer recover([] { SayRecovered(); });
    try {
      Panic("x");
    } catch (...) {
      Protect([] {
        Defer inner([] { SayRecovered(); });
        Panic("y");
      });
      Say("caught");
    }
    Say("unreached");
  }));
  EXPECT_EQ(spoken, "x y caught ");
}

TEST_F(ExceptionTest, APanicInACatchBlockEndsTheHandling) {
  EXPECT_FALSE(Protect([] {
    Defer recover([] { SayRecovered(); });
    try {
      throw std::runtime_error("thrown");
    } catch (const std::exception&) {
      Panic("in catch");
    }
  }));
  EXPECT_EQ(spoken, "in catch ");
  EXPECT_EQ(std::current_exception(), nullptr);
}

TEST_F(ExceptionTest, APanicInACatchBlockThatIsRecoveredThereGoesBackToIt) {
  std::string caught;
  try {
    try {
      throw std::runtime_error("thrown");
    } catch (...) {
      Protect([] {
        Defer recover([] { SayRecovered(); });
        try {
          throw 1;
        } catch (int) {
          Panic("in catch");
        }
      });
      throw;
    }
  } catch (const std::exception& exception) {
    caught = exception.what();
  }
  EXPECT_EQ(caught, "thrown");
  EXPECT_EQ(spoken, "in catch ");
}

struct RecoversDuringException {
  ~RecoversDuringException() {
    Say(std::to_string(std::uncaught_exceptions()));
    Protect([] {
      Defer recover([] { SayRecovered(); });
      Panic("x");
    });
    Say(std::to_string(std::uncaught_exceptions()));
  }
};

TEST_F(ExceptionTest, APanicIsRecoveredWhileAnExceptionIsInFlight) {
  try {
    const RecoversDuringException object;
    throw 1;
  } catch (int) {
    Say("caught");
  }
  EXPECT_EQ(spoken, "1 x 1 caught ");
}

TEST_F(ExceptionTest, ADeferredCallMayThrowAndCatchDuringAPanic) {
  EXPECT_FALSE(Protect([] {
    Defer recover([] { SayRecovered(); });
    Defer throws([] {
      try {
        throw std::runtime_error("thrown");
      } catch (const std::exception& exception) {
        Say(exception.what());
      }
    });
    Panic("x");
  }));
  EXPECT_EQ(spoken, "thrown x ");
}

TEST_F(ExceptionTest, GoexitPassesACatchAll) {
  InGoroutine([] {
    try {
      Goexit();
    } catch (...) {
      Say("caught");
    }
    Say("unreached");
  });
  EXPECT_EQ(spoken, "caught ");
}

// Goroutines that yield inside catch blocks keep their own exceptions.
TEST_F(ExceptionTest, GoroutinesParkInsideCatchBlocks) {
  constexpr int kGoroutines = 16;
  constexpr int kRounds = internal::kSanitized ? 50 : 500;
  std::atomic<int> wrong = 0;
  std::atomic<int> right = 0;
  WaitGroup wg;
  for (int id = 0; id < kGoroutines; ++id) {
    wg.Add(1);
    Go([&, id] {
      for (int i = 0; i < kRounds; ++i) {
        try {
          try {
            throw id;
          } catch (...) {
            Gosched();
            throw;
          }
        } catch (int caught) {
          (caught == id ? right : wrong).fetch_add(1);
        }
      }
      wg.Done();
    });
  }
  wg.Wait();
  EXPECT_EQ(wrong, 0);
  EXPECT_EQ(right, kGoroutines * kRounds);
}

// Many and deep. -------------------------------------------------------------

using ManyTest = PanicTest;

int64_t ResidentBytes() {
  int64_t size_pages = 0;
  int64_t resident_pages = 0;
  FILE* file = std::fopen("/proc/self/statm", "r");
  if (file == nullptr) return 0;
  const int read = std::fscanf(file, "%ld %ld", &size_pages, &resident_pages);
  std::fclose(file);
  return read == 2 ? resident_pages * getpagesize() : 0;
}

TEST_F(ManyTest, RecoveriesDoNotAddUp) {
  constexpr int kWarmUp = 1'000;
  constexpr int kRounds = internal::kSanitized ? 5'000 : 200'000;
  int recovered = 0;
  int destroyed = 0;
  struct Counted {
    int* count;
    ~Counted() { ++*count; }
  };
  const auto once = [&] {
    Protect([&] {
      Defer recover([&] { recovered += *Recover()->As<int>(); });
      const Counted counted{&destroyed};
      Panic(1);
    });
  };
  for (int i = 0; i < kWarmUp; ++i) once();
  const int64_t before = ResidentBytes();
  for (int i = 0; i < kRounds; ++i) once();
  EXPECT_EQ(recovered, kWarmUp + kRounds);
  EXPECT_EQ(destroyed, kWarmUp + kRounds);
  if (!internal::kSanitized) {
    ASSERT_GT(before, 0);
    // Sixteen bytes a round would be 3.2 MB.
    EXPECT_LT(ResidentBytes() - before, 2'000'000);
  }
}

void ProtectDeeply(int depth, int* destroyed) {
  struct Counted {
    int* count;
    ~Counted() { ++*count; }
  };
  const Counted counted{destroyed};
  Protect([&] {
    if (depth == 0) Panic("deep");
    ProtectDeeply(depth - 1, destroyed);
    Say("unreached");
  });
  Say("unreached");
}

TEST_F(ManyTest, OneRecoveryLeavesAThousandFrames) {
  int destroyed = 0;
  EXPECT_FALSE(Protect([&] {
    Defer recover([] { SayRecovered(); });
    ProtectDeeply(1'000, &destroyed);
  }));
  EXPECT_EQ(destroyed, 1'001);
  EXPECT_EQ(spoken, "deep ");
}

int PanicAtEveryLevel(int depth) {
  int recovered = 0;
  Protect([&] {
    Defer recover([&] {
      if (Recover()) ++recovered;
    });
    if (depth > 0) recovered += PanicAtEveryLevel(depth - 1);
    Panic(depth);
  });
  return recovered;
}

TEST_F(ManyTest, AThousandFramesPanicAndRecoverInTurn) {
  EXPECT_EQ(PanicAtEveryLevel(1'000), 1'001);
}

// Each panics in the deferred call that has recovered the one before.
void PanicInRecoveringCall(int depth, int* recovered) {
  Protect([&] {
    Defer recover([&] {
      if (Recover()) ++*recovered;
      if (depth > 0) PanicInRecoveringCall(depth - 1, recovered);
    });
    Panic(depth);
  });
}

TEST_F(ManyTest, AThousandDeferredCallsDeep) {
  int recovered = 0;
  PanicInRecoveringCall(1'000, &recovered);
  EXPECT_EQ(recovered, 1'001);
}

// As above, but nothing is recovered before the innermost is.
void PanicInPanickingCall(int depth, int* recovered) {
  Protect([&] {
    Defer recover([&] {
      if (depth > 0) PanicInPanickingCall(depth - 1, recovered);
      if (Recover()) ++*recovered;
    });
    Panic(depth);
  });
}

TEST_F(ManyTest, AThousandPanicsInFlightAtOnce) {
  int recovered = 0;
  PanicInPanickingCall(1'000, &recovered);
  EXPECT_EQ(recovered, 1'001);
}

TEST_F(ManyTest, GoroutinesPanicAndRecoverAllAtOnce) {
  constexpr int kGoroutines = 16;
  constexpr int kRounds = internal::kSanitized ? 50 : 1'000;
  std::atomic<int> right = 0;
  WaitGroup wg;
  for (int id = 0; id < kGoroutines; ++id) {
    wg.Add(1);
    Go([&, id] {
      for (int i = 0; i < kRounds; ++i) {
        const bool returned = Protect([&] {
          Defer recover([&] {
            Gosched();
            const auto value = Recover();
            Gosched();
            if (value && *value->As<int>() == id) right.fetch_add(1);
          });
          Defer yield([] { Gosched(); });
          Panic(id);
        });
        if (returned) right.fetch_sub(1'000'000);
      }
      wg.Done();
    });
  }
  wg.Wait();
  EXPECT_EQ(right, kGoroutines * kRounds);
}

TEST_F(PanicTest, AForeignThreadPanicsAndRecovers) {
  std::thread foreign([] {
    const bool returned = Protect([] {
      Defer recover([] { SayRecovered(); });
      const Tracer tracer("t");
      Panic("foreign");
    });
    Say(returned ? "returned" : "recovered");
  });
  foreign.join();
  EXPECT_EQ(spoken, "foreign ~t recovered ");
}

}  // namespace
}  // namespace runtime
