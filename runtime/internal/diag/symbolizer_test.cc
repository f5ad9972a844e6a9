#include "runtime/internal/diag/symbolizer.h"

#include <gnu/libc-version.h>
#include <gtest/gtest.h>
#include <signal.h>
#include <sys/time.h>
#include <unistd.h>

#include <algorithm>
#include <atomic>
#include <chrono>
#include <functional>
#include <string>
#include <thread>
#include <vector>

#include "runtime/internal/base/futex.h"
#include "runtime/internal/machine/unwind.h"

// Where a call made in the line before the macro stands in this file.
#define LINE_BEFORE (__LINE__ - 1)

namespace testprog {

using runtime::internal::UnwindHere;

struct Here {
  uintptr_t pcs[8] = {};
  int line = 0;
};
volatile int after_call;

#define NOINLINE __attribute__((noinline))
#define INLINE inline __attribute__((always_inline))

NOINLINE void Plain(Here* here) {
  UnwindHere(0, here->pcs, 8);
  here->line = LINE_BEFORE;
}

template <typename T>
struct Box {
  NOINLINE void operator()(T, Here* here) {
    UnwindHere(0, here->pcs, 8);
    here->line = LINE_BEFORE;
  }
};

namespace {
NOINLINE void InNoNamespace(Here* here) {
  UnwindHere(0, here->pcs, 8);
  after_call = 1;
}
INLINE void InlinedStatic(Here* here) {
  UnwindHere(0, here->pcs, 8);
  here->line = LINE_BEFORE;
}
}  // namespace

// A call operator that is no lambda's, and has no linkage either.
namespace {
struct Functor {
  INLINE void operator()(Here* here) const {
    UnwindHere(0, here->pcs, 8);
    here->line = LINE_BEFORE;
  }
};
}  // namespace
NOINLINE void CallFunctor(Here* here) {
  Functor()(here);
  after_call = 1;
}

NOINLINE void CallPointer(void (*body)(Here*), Here* here) {
  body(here);
  after_call = 1;
}
struct Deleted {
  explicit Deleted(Here* to) : here(to) {}
  NOINLINE virtual ~Deleted() {
    UnwindHere(0, here->pcs, 8);
    here->line = LINE_BEFORE;
  }
  Here* here;
};
NOINLINE void Delete(Deleted* object) {
  delete object;
  after_call = 1;
}

// Its lambda has no linkage, and is inlined into what the pointer points to.
NOINLINE void PassInlined(Here* here) {
  CallPointer(
      [](Here * h) __attribute__((always_inline)) {
        UnwindHere(0, h->pcs, 8);
        h->line = LINE_BEFORE;
      },
      here);
  after_call = 1;
}
inline NOINLINE void PassPointer(Here* here) {
  CallPointer(
      [](Here* h) {
        Plain(h);
        after_call = 1;
      },
      here);
  after_call = 1;
}

// Its name has a hundred thousand characters, of a few hundred in the symbol.
template <typename, typename>
struct Two {};
template <int n>
struct Tree {
  using Type = Two<typename Tree<n - 1>::Type, typename Tree<n - 1>::Type>;
};
template <>
struct Tree<0> {
  using Type = int;
};
template <typename>
struct Large {
  NOINLINE static void Run(Here* here) {
    UnwindHere(0, here->pcs, 8);
    here->line = LINE_BEFORE;
  }
};

INLINE void InlinedExternal(Here* here) { InlinedStatic(here); }
NOINLINE void Outer(Here* here) {
  InlinedExternal(here);
  after_call = 1;
}

NOINLINE void CallThrough(const std::function<void()>& body) {
  body();
  after_call = 1;
}

// As SCENARIO does: external and inline, so that both compilers name lambdas
// alike.
inline NOINLINE void Scenario(Here* first, Here* nested) {
  CallThrough([first] {
    Plain(first);
    after_call = 1;
  });
  CallThrough([nested] {
    CallThrough([nested] {
      Plain(nested);
      after_call = 1;
    });
    after_call = 1;
  });
  after_call = 1;
}

}  // namespace testprog

namespace runtime::internal {
namespace {

class SymbolizerTest : public testing::Test {
 protected:
  static void SetUpTestSuite() { Symbolizer::Init(); }

  static std::vector<Frame> At(uintptr_t traced_pc) {
    Frame frames[Symbolizer::kMaxInlined + 1];
    const int n = Symbolizer::Symbolize(traced_pc, frames,
                                        static_cast<int>(std::size(frames)));
    return {frames, frames + n};
  }
  static Frame FunctionAt(uintptr_t traced_pc) { return At(traced_pc).back(); }

  // The frames a user sees, innermost first.
  static std::vector<std::string> Names(const testprog::Here& here) {
    std::vector<std::string> names;
    for (uintptr_t pc : here.pcs) {
      if (pc == 0) break;
      for (const Frame& frame : At(pc)) {
        if (!frame.is_plumbing) names.emplace_back(frame.function);
      }
    }
    return names;
  }

  template <typename Fn>
  static uintptr_t Address(Fn* function) {
    return reinterpret_cast<uintptr_t>(function);
  }
};

TEST_F(SymbolizerTest, AFunctionOfOurs) {
  testprog::Here here;
  testprog::Plain(&here);
  const std::vector<Frame> frames = At(here.pcs[0]);
  ASSERT_EQ(frames.size(), 1u);
  const Frame& frame = frames[0];
  EXPECT_EQ(frame.function, "testprog.Plain");
  EXPECT_EQ(frame.linkage, "_ZN8testprog5PlainEPNS_4HereE");
  EXPECT_EQ(frame.file, __FILE__);
  EXPECT_EQ(frame.line, here.line);
  EXPECT_EQ(frame.start, Address(&testprog::Plain));
  EXPECT_FALSE(frame.is_inlined);
  EXPECT_FALSE(frame.is_plumbing);
}

TEST_F(SymbolizerTest, AnExactPcAtTheFirstInstruction) {
  const Frame frame = FunctionAt(Address(&testprog::Plain) | kExactPc);
  EXPECT_EQ(frame.function, "testprog.Plain");
  EXPECT_EQ(frame.start, Address(&testprog::Plain));
  EXPECT_NE(FunctionAt(Address(&testprog::Plain)).function, "testprog.Plain")
      << "a return address belongs to the call before it";
}

TEST_F(SymbolizerTest, TemplatesAndOperators) {
  testprog::Here here;
  testprog::Box<int>()(1, &here);
  EXPECT_EQ(FunctionAt(here.pcs[0]).function, "testprog.Box<>.operator_call");
  EXPECT_EQ(FunctionAt(here.pcs[0]).line, here.line);
}

TEST_F(SymbolizerTest, AnonymousNamespaceIsNotShown) {
  testprog::Here here;
  testprog::InNoNamespace(&here);
  EXPECT_EQ(FunctionAt(here.pcs[0]).function, "testprog.InNoNamespace");
}

TEST_F(SymbolizerTest, InlinedFramesComeFirst) {
  testprog::Here here;
  testprog::Outer(&here);
  const std::vector<Frame> frames = At(here.pcs[0]);
  ASSERT_EQ(frames.size(), 3u);
  EXPECT_EQ(frames[0].function, "testprog.InlinedStatic");
  EXPECT_EQ(frames[1].function, "testprog.InlinedExternal");
  EXPECT_EQ(frames[2].function, "testprog.Outer");
  EXPECT_EQ(frames[0].line, here.line);
  EXPECT_TRUE(frames[0].is_inlined);
  EXPECT_TRUE(frames[1].is_inlined);
  EXPECT_FALSE(frames[2].is_inlined);
  EXPECT_EQ(frames[2].start, Address(&testprog::Outer));
  for (const Frame& frame : frames) EXPECT_EQ(frame.file, __FILE__);

  Frame only;
  EXPECT_EQ(Symbolizer::Symbolize(here.pcs[0], &only, 1), 1);
  EXPECT_EQ(only.function, "testprog.Outer");
  EXPECT_EQ(Symbolizer::Symbolize(here.pcs[0], &only, 0), 0);
}

TEST_F(SymbolizerTest, ACallOperatorIsNotTakenForALambda) {
  testprog::Here here;
  testprog::CallFunctor(&here);
  const std::vector<Frame> frames = At(here.pcs[0]);
  ASSERT_EQ(frames.size(), 2u);
  EXPECT_TRUE(frames[0].function.ends_with("operator_call"))
      << frames[0].function;
  EXPECT_EQ(frames[0].function.find(".func"), std::string_view::npos);
}

TEST_F(SymbolizerTest, ALambdaThatIsCalledThroughAPointerIsShownOnce) {
  testprog::Here here;
  testprog::PassPointer(&here);
  std::vector<std::string> names = Names(here);
  ASSERT_GE(names.size(), 4u);
  names.resize(4);
  EXPECT_EQ(names, (std::vector<std::string>{
                       "testprog.Plain", "testprog.PassPointer.func1",
                       "testprog.CallPointer", "testprog.PassPointer"}));
}

TEST_F(SymbolizerTest, ALambdaInlinedIntoItsPointerHasItsName) {
  testprog::Here here;
  testprog::PassInlined(&here);
  std::vector<std::string> names = Names(here);
  ASSERT_GE(names.size(), 3u);
  names.resize(3);
  EXPECT_EQ(names, (std::vector<std::string>{"testprog.PassInlined.func1",
                                             "testprog.CallPointer",
                                             "testprog.PassInlined"}));
}

TEST_F(SymbolizerTest, ADestructorIsShownOnce) {
  testprog::Here here;
  testprog::Delete(new testprog::Deleted(&here));
  std::vector<std::string> names = Names(here);
  ASSERT_GE(names.size(), 2u);
  names.resize(2);
  EXPECT_EQ(names, (std::vector<std::string>{"testprog.Deleted.~Deleted",
                                             "testprog.Delete"}));
}

TEST_F(SymbolizerTest, ALargeNameKeepsItsEnd) {
  testprog::Here here;
  testprog::Large<testprog::Tree<13>::Type>::Run(&here);
  EXPECT_EQ(FunctionAt(here.pcs[0]).function, "testprog.Large<>.Run");
}

TEST_F(SymbolizerTest, LambdasAreNamedAsGoDoes) {
  testprog::Here first, nested;
  testprog::Scenario(&first, &nested);
  const std::vector<std::string> once = {
      "testprog.Plain", "testprog.Scenario.func1", "testprog.CallThrough",
      "testprog.Scenario"};
  const std::vector<std::string> twice = {
      "testprog.Plain",       "testprog.Scenario.func2.1",
      "testprog.CallThrough", "testprog.Scenario.func2",
      "testprog.CallThrough", "testprog.Scenario"};
  const auto begins_with = [](const std::vector<std::string>& names,
                              const std::vector<std::string>& expected) {
    return names.size() >= expected.size() &&
           std::equal(expected.begin(), expected.end(), names.begin());
  };
  EXPECT_TRUE(begins_with(Names(first), once))
      << testing::PrintToString(Names(first));
  // Without optimisation the eight pcs end in std::function's own frames.
  std::vector<std::string> names = Names(nested);
  ASSERT_GE(names.size(), 3u);
  names.resize(std::min(names.size(), twice.size()));
  EXPECT_TRUE(begins_with(twice, names)) << testing::PrintToString(names);
}

// libc's, where it is not linked statically.
TEST_F(SymbolizerTest, LibrariesShowTheirPathAndTheirExportedNames) {
  const uintptr_t start = Address(&gnu_get_libc_version);
  const Frame frame = FunctionAt((start + 1) | kExactPc);
  // Linked statically, an alias of it may be found.
  EXPECT_TRUE(frame.function.ends_with("gnu_get_libc_version"))
      << frame.function;
  EXPECT_EQ(frame.file.front(), '/');
  EXPECT_EQ(frame.line, 0);
  EXPECT_EQ(frame.start, start);
}

TEST_F(SymbolizerTest, OutsideOfAllCodeEverythingIsUnknown) {
  for (uintptr_t pc : {uintptr_t{0}, uintptr_t{0xbad}, ~kExactPc}) {
    const std::vector<Frame> frames = At(pc | kExactPc);
    ASSERT_EQ(frames.size(), 1u);
    EXPECT_EQ(frames[0].function, "?");
    EXPECT_EQ(frames[0].file, "?");
    EXPECT_EQ(frames[0].line, 0);
  }
}

TEST_F(SymbolizerTest, APcIsLookedUpOnce) {
  testprog::Here here;
  testprog::Outer(&here);
  const std::vector<Frame> first = At(here.pcs[0]);
  const std::vector<Frame> again = At(here.pcs[0]);
  ASSERT_EQ(first.size(), again.size());
  for (size_t i = 0; i < first.size(); ++i) {
    EXPECT_EQ(first[i].function.data(), again[i].function.data());
  }
}

TEST_F(SymbolizerTest, ManyThreadsAtOnce) {
  testprog::Here here;
  testprog::Outer(&here);
  std::atomic<int> wrong = 0;
  std::vector<std::thread> threads;
  for (int i = 0; i < 4; ++i) {
    threads.emplace_back([&] {
      for (int n = 0; n < 2000; ++n) {
        const auto start = Address(&testprog::Outer);
        const Frame frame =
            FunctionAt((start + static_cast<uintptr_t>(n)) | kExactPc);
        if (frame.function.empty()) ++wrong;
        if (FunctionAt(here.pcs[0]).function != "testprog.Outer") ++wrong;
      }
    });
  }
  for (std::thread& thread : threads) thread.join();
  EXPECT_EQ(wrong, 0);
}

std::atomic<uintptr_t> degraded_pc;
std::atomic<int64_t> longest_ns;
std::atomic<uintptr_t> next_pc;  // what is known already needs no lock

// A handler that interrupts the symbolizer is told less, and never waits.
TEST_F(SymbolizerTest, InterruptedByAHandlerThatSymbolizes) {
  testprog::Here here;
  testprog::Plain(&here);
  struct sigaction action = {}, old_action;
  action.sa_handler = [](int) {
    Frame frame;
    const int64_t began_ns = MonotonicNs();
    const uintptr_t pc = --next_pc | kExactPc;
    Symbolizer::Symbolize(pc, &frame, 1);
    longest_ns = std::max(longest_ns.load(), MonotonicNs() - began_ns);
    if (frame.function == "?") degraded_pc = pc;
  };
  sigaction(SIGALRM, &action, &old_action);
  const auto start = Address(&testprog::Plain);
  next_pc = start + 100'000;
  const itimerval fast = {{0, 100}, {0, 100}}, off = {};
  setitimer(ITIMER_REAL, &fast, nullptr);
  const auto give_up =
      std::chrono::steady_clock::now() + std::chrono::seconds(60);
  // Some pcs lie between functions, and have no name for anybody.
  const auto has_a_name = [](uintptr_t pc) {
    return pc != 0 && FunctionAt(pc).function != "?";
  };
  for (uintptr_t i = 0; !has_a_name(degraded_pc); ++i) {
    ASSERT_LT(std::chrono::steady_clock::now(), give_up);
    EXPECT_NE(FunctionAt((start + i) | kExactPc).function, "");
  }
  setitimer(ITIMER_REAL, &off, nullptr);
  EXPECT_LT(longest_ns, 900'000'000) << "it waited for itself";
  sigaction(SIGALRM, &old_action, nullptr);
  EXPECT_EQ(FunctionAt(here.pcs[0]).function, "testprog.Plain");
}

TEST(DemangleTest, WritesWhatFits) {
  char buffer[64];
  EXPECT_EQ(Demangle("_ZN8testprog5PlainEPNS_4HereE", buffer),
            "testprog::Plain(testprog::Here*)");
  EXPECT_EQ(Demangle("_ZN8testprog5PlainEPNS_4HereE", std::span(buffer, 10)),
            "testprog::");
  EXPECT_EQ(Demangle("main", buffer), "main");
  EXPECT_EQ(Demangle("_Znonsense", buffer), "_Znonsense");
  EXPECT_EQ(Demangle("", buffer), "");
}

}  // namespace
}  // namespace runtime::internal
