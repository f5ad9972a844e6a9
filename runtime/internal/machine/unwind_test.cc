#include "runtime/internal/machine/unwind.h"

#include <gtest/gtest.h>
#include <setjmp.h>
#include <signal.h>
#include <sys/mman.h>
#include <unistd.h>

#include <atomic>
#include <boost/context/detail/fcontext.hpp>
#include <chrono>
#include <cstdint>
#include <memory>
#include <thread>
#include <vector>

#include "absl/debugging/symbolize.h"
#include "runtime/internal/machine/sanitizer.h"

namespace runtime::internal {

// External linkage and noinline: the names the tests look for.
#define FRAME __attribute__((noinline, noclone))
#if defined(__clang__)
#undef FRAME
#define FRAME __attribute__((noinline))
#endif

// Something real after the last call keeps it from being a tail call.
volatile int after_call;

namespace {

std::string NameOf(uintptr_t pc) {
  char name[256];
  const uintptr_t at = PcAddress(pc) - (IsReturnAddress(pc) ? 1 : 0);
  return absl::Symbolize(reinterpret_cast<void*>(at), name, sizeof(name)) ? name
                                                                          : "?";
}

int IndexOf(const StackTrace& trace, const std::string& part, int from = 0) {
  for (int i = from; i < trace.size(); ++i) {
    if (NameOf(trace.pc(i)).find(part) != std::string::npos) return i;
  }
  return -1;
}

std::string Text(const StackTrace& trace) {
  std::string text;
  for (int i = 0; i < trace.size(); ++i) text += NameOf(trace.pc(i)) + "\n";
  return text;
}

FRAME void LeafHere(int skip, StackTrace* trace) {
  UnwindHere(skip, trace);
  after_call = 1;
}
FRAME void MiddleHere(int skip, StackTrace* trace) {
  LeafHere(skip, trace);
  after_call = 1;
}
FRAME void Recurse(int depth, StackTrace* trace) {
  if (depth == 0) {
    LeafHere(0, trace);
  } else {
    Recurse(depth - 1, trace);
  }
  after_call = 1;
}

class UnwindTest : public testing::Test {
 protected:
  static void SetUpTestSuite() { ASSERT_TRUE(UnwindInit()); }
};

TEST(StackTraceTest, AnotherOneIsAddedAsIfItsFramesHadBeen) {
  constexpr uint64_t kSizes[] = {0, 1, 79, 80, 81, 159, 160, 161, 1'000};
  for (const uint64_t inner : kSizes) {
    for (const uint64_t outer : kSizes) {
      StackTrace expected;
      StackTrace joined;
      StackTrace second;
      for (uint64_t i = 0; i < inner + outer; ++i) {
        expected.Add(i, i);
        (i < inner ? joined : second).Add(i, i);
      }
      joined.Add(second);
      ASSERT_EQ(joined.total(), expected.total());
      for (int i = 0; i < expected.size(); ++i) {
        ASSERT_EQ(joined.pc(i), expected.pc(i)) << inner << " + " << outer;
      }
    }
  }
}

TEST(StackTraceTest, KeepsFirstAndLastFramesOfAnyDepth) {
  StackTrace trace;
  EXPECT_EQ(trace.size(), 0);
  constexpr unsigned kHead = StackTrace::kHead;
  constexpr unsigned kAll = kHead + StackTrace::kTail;
  for (uintptr_t n : {1u, kHead, kHead + 1, kAll - 1, kAll, kAll + 1,
                      kAll + kHead - 1, kAll + kHead + 1, 1234u}) {
    trace.Clear();
    for (uintptr_t i = 0; i < n; ++i) trace.Add(1000 + i, 2000 + 8 * i);
    const uintptr_t kept = std::min<uintptr_t>(n, kAll);
    ASSERT_EQ(trace.size(), static_cast<int>(kept)) << n;
    EXPECT_EQ(trace.elided(), n - kept);
    for (uintptr_t i = 0; i < kept; ++i) {
      const uintptr_t frame = i < kHead ? i : n - kept + i;
      ASSERT_EQ(trace.pc(static_cast<int>(i)), 1000 + frame) << n << " " << i;
      ASSERT_EQ(trace.sp(static_cast<int>(i)), 2000 + 8 * frame);
    }
  }
}

TEST(StackTraceTest, AStackPointerFarFromTheFirstIsNotKnown) {
  StackTrace trace;
  trace.Add(1, uintptr_t{1} << 40);
  trace.Add(2, (uintptr_t{1} << 40) - (uintptr_t{1} << 33));
  trace.Add(3, uintptr_t{1} << 44);
  EXPECT_EQ(trace.sp(0), uintptr_t{1} << 40);
  EXPECT_EQ(trace.sp(1), (uintptr_t{1} << 40) - (uintptr_t{1} << 33));
  EXPECT_EQ(trace.sp(2), 0u);
}

TEST_F(UnwindTest, HereStartsAtTheCallerAndReachesTheBottom) {
  StackTrace trace;
  MiddleHere(0, &trace);
  ASSERT_GT(trace.size(), 3) << Text(trace);
  EXPECT_EQ(IndexOf(trace, "LeafHere"), 0) << Text(trace);
  EXPECT_EQ(IndexOf(trace, "MiddleHere"), 1);
  EXPECT_EQ(IndexOf(trace, "TestBody"), 2);
  EXPECT_GT(IndexOf(trace, "main"), 2);
  EXPECT_EQ(trace.end(), StackEnd::kBottom);
  for (int i = 1; i < trace.size(); ++i)
    EXPECT_GT(trace.sp(i), trace.sp(i - 1));
}

TEST_F(UnwindTest, SkipLeavesOutInnermostFrames) {
  StackTrace trace;
  MiddleHere(1, &trace);
  EXPECT_EQ(IndexOf(trace, "MiddleHere"), 0) << Text(trace);
  MiddleHere(2, &trace);
  EXPECT_EQ(IndexOf(trace, "TestBody"), 0) << Text(trace);
  MiddleHere(1000, &trace);
  EXPECT_EQ(trace.size(), 0);
}

TEST_F(UnwindTest, ArraysAreFilledAndNeverOverrun) {
  uintptr_t pcs[5] = {1, 1, 1, 1, 1};
  EXPECT_EQ(UnwindHere(0, pcs, 3), 3);
  EXPECT_NE(NameOf(pcs[0]).find("TestBody"), std::string::npos);
  EXPECT_EQ(pcs[3], 1u);
  EXPECT_EQ(UnwindHere(0, pcs, 0), 0);
}

TEST_F(UnwindTest, AMillionFramesNeedNoMoreMemory) {
  constexpr size_t kSize = size_t{1} << 30;
#if defined(LASTWORDS_TSAN)
  constexpr int kDepth = 20'000;  // its own shadow stack ends at 65,536
#else
  constexpr int kDepth = 1'000'000;
#endif
  void* const stack = mmap(nullptr, kSize, PROT_READ | PROT_WRITE,
                           MAP_PRIVATE | MAP_ANONYMOUS | MAP_NORESERVE, -1, 0);
  ASSERT_NE(stack, MAP_FAILED);
  pthread_attr_t attr;
  pthread_attr_init(&attr);
  pthread_attr_setstack(&attr, stack, kSize);
  StackTrace trace;
  pthread_t thread;
  ASSERT_EQ(pthread_create(
                &thread, &attr,
                [](void* arg) -> void* {
                  Recurse(kDepth, static_cast<StackTrace*>(arg));
                  return nullptr;
                },
                &trace),
            0);
  pthread_join(thread, nullptr);
  pthread_attr_destroy(&attr);
  munmap(stack, kSize);
  EXPECT_GE(trace.total(), static_cast<uint64_t>(kDepth));
  EXPECT_EQ(trace.size(), StackTrace::kHead + StackTrace::kTail);
  EXPECT_EQ(IndexOf(trace, "LeafHere"), 0);
  EXPECT_EQ(IndexOf(trace, "Recurse"), 1);
  EXPECT_NE(NameOf(trace.pc(60)).find("Recurse"), std::string::npos);
  EXPECT_EQ(trace.end(), StackEnd::kBottom);
}

// --- Parked goroutines -----------------------------------------------------

// Switches that the sanitizers are not told of would be false alarms.
#if !defined(LASTWORDS_ASAN) && !defined(LASTWORDS_TSAN)

using boost::context::detail::fcontext_t;
using boost::context::detail::jump_fcontext;
using boost::context::detail::make_fcontext;
using boost::context::detail::transfer_t;

FRAME void ParkLeaf(fcontext_t* back) {
  *back = jump_fcontext(*back, nullptr).fctx;
  after_call = 1;
}
volatile size_t room = 48;
// A frame of unknown size, so that only rbp tells where it ends.
FRAME void ParkMiddle(fcontext_t* back) {
  auto* const bytes = static_cast<volatile char*>(__builtin_alloca(room));
  bytes[0] = 1;
  ParkLeaf(back);
  after_call = 1;
}
void ParkEntry(transfer_t from) {
  fcontext_t back = from.fctx;
  for (;;) ParkMiddle(&back);
}

TEST_F(UnwindTest, AParkedGoroutineShowsItsFramesAndGoesOn) {
  ASSERT_TRUE(kCanUnwindParked);
  std::vector<char> stack(256 * 1024);
  fcontext_t fiber =
      make_fcontext(stack.data() + stack.size(), stack.size(), ParkEntry);
  for (int round = 0; round < 3; ++round) {
    fiber = jump_fcontext(fiber, nullptr).fctx;
    StackTrace trace;
    UnwindParked(fiber, &trace);
    EXPECT_EQ(IndexOf(trace, "ParkLeaf"), 0) << Text(trace);
    EXPECT_EQ(IndexOf(trace, "ParkMiddle"), 1);
    EXPECT_EQ(IndexOf(trace, "ParkEntry"), 2);
    EXPECT_LE(trace.size(), 4);
    EXPECT_EQ(trace.end(), StackEnd::kBottom);
    uintptr_t pcs[2];
    EXPECT_EQ(UnwindParked(fiber, pcs, 2), 2);
    EXPECT_EQ(pcs[0], trace.pc(0));
  }
}

TEST_F(UnwindTest, AGoroutineThatNeverRanHasNoFramesOfItsOwn) {
  std::vector<char> stack(64 * 1024);
  StackTrace trace;
  UnwindParked(
      make_fcontext(stack.data() + stack.size(), stack.size(), ParkEntry),
      &trace);
  EXPECT_LE(trace.size(), 1) << Text(trace);
  EXPECT_EQ(IndexOf(trace, "ParkEntry"), -1);
}
#endif

// --- Signals ---------------------------------------------------------------

StackTrace* handler_trace;
sigjmp_buf handler_return;

void OnFault(int signal, siginfo_t*, void* context) {
  auto* const interrupted = static_cast<ucontext_t*>(context);
  if (EndGuardedCall(signal, interrupted)) return;
  UnwindContext(interrupted, handler_trace);
  siglongjmp(handler_return, 1);
}

// Runs `body` with our handler on an alternate stack.
template <typename Fn>
void WithFaultHandler(StackTrace* trace, Fn body) {
  static char alternate[64 * 1024];
  const stack_t stack = {
      .ss_sp = alternate, .ss_flags = 0, .ss_size = sizeof(alternate)};
  stack_t old_stack;
  sigaltstack(&stack, &old_stack);
  handler_trace = trace;
  struct sigaction action = {};
  action.sa_sigaction = OnFault;
  action.sa_flags = SA_SIGINFO | SA_ONSTACK;
  struct sigaction old_segv, old_bus, old_trap;
  sigaction(SIGSEGV, &action, &old_segv);
  sigaction(SIGBUS, &action, &old_bus);
  sigaction(SIGTRAP, &action, &old_trap);
  if (sigsetjmp(handler_return, 1) == 0) body();
  sigaction(SIGSEGV, &old_segv, nullptr);
  sigaction(SIGBUS, &old_bus, nullptr);
  sigaction(SIGTRAP, &old_trap, nullptr);
  sigaltstack(&old_stack, nullptr);
}

FRAME void FaultLeaf(volatile int* bad) {
  *bad = 1;
  after_call = 1;
}
FRAME void FaultMiddle(volatile int* bad) {
  FaultLeaf(bad);
  after_call = 1;
}

TEST_F(UnwindTest, AFaultShowsTheFaultingFrameExactly) {
  StackTrace trace;
  WithFaultHandler(&trace, [] { FaultMiddle(reinterpret_cast<int*>(8)); });
  ASSERT_GT(trace.size(), 3) << Text(trace);
  EXPECT_EQ(IndexOf(trace, "FaultLeaf"), 0) << Text(trace);
  EXPECT_FALSE(IsReturnAddress(trace.pc(0)));
  EXPECT_EQ(IndexOf(trace, "FaultMiddle"), 1);
  EXPECT_TRUE(IsReturnAddress(trace.pc(1)));
  EXPECT_GT(IndexOf(trace, "main"), 1);
  EXPECT_EQ(trace.end(), StackEnd::kBottom);
}

using Function = void (*)();
// UBSan would look at the function before it is called, and fault there.
__attribute__((no_sanitize("undefined"))) FRAME void CallBad(
    Function function) {
  function();
  after_call = 1;
}

TEST_F(UnwindTest, ACallThroughABadPointerShowsItsCaller) {
  for (uintptr_t bad : {uintptr_t{0}, uintptr_t{0xbad}}) {
    StackTrace trace;
    WithFaultHandler(&trace,
                     [bad] { CallBad(reinterpret_cast<Function>(bad)); });
    ASSERT_GT(trace.size(), 3) << Text(trace);
    EXPECT_EQ(trace.pc(0), bad | kExactPc);
    EXPECT_EQ(IndexOf(trace, "CallBad"), 1) << Text(trace);
    EXPECT_TRUE(IsReturnAddress(trace.pc(1)));
    EXPECT_GT(IndexOf(trace, "main"), 1);
  }
}

// Everything above this frame is gone: its return address and its caller's
// frame pointer are rubbish while the walk runs.
FRAME void SmashAndUnwind(uintptr_t rubbish, StackTrace* trace) {
  auto* volatile* frame =
      static_cast<void* volatile*>(__builtin_frame_address(0));
  void* const saved[2] = {frame[0], frame[1]};
  frame[0] = reinterpret_cast<void*>(rubbish);
  frame[1] = reinterpret_cast<void*>(rubbish);
  asm volatile("" ::: "memory");
  LeafHere(0, trace);
  asm volatile("" ::: "memory");
  frame[0] = saved[0];
  frame[1] = saved[1];
}

TEST_F(UnwindTest, ASmashedStackEndsTheWalkNotTheProgram) {
  for (uintptr_t rubbish : {uintptr_t{0xbad}, uintptr_t{0x4141414141414141}}) {
    StackTrace trace, fault;
    for (int round = 0; round < 3; ++round) {
      WithFaultHandler(&fault, [&] { SmashAndUnwind(rubbish, &trace); });
      EXPECT_EQ(IndexOf(trace, "LeafHere"), 0) << Text(trace);
      EXPECT_EQ(IndexOf(trace, "SmashAndUnwind"), 1) << Text(trace);
      EXPECT_EQ(trace.size(), 2);
      EXPECT_NE(trace.end(), StackEnd::kBottom);
      EXPECT_EQ(trace.next().pc, rubbish);
      EXPECT_GT(trace.next().sp, trace.sp(1));
      EXPECT_EQ(fault.size(), 0) << "the fault was the walk's own";
    }
    MiddleHere(0, &trace);
    EXPECT_EQ(trace.end(), StackEnd::kBottom) << "the next walk is not guarded";
  }
  ucontext_t context = {};
  EXPECT_FALSE(EndGuardedCall(SIGSEGV, &context));
}

// --- Other threads ---------------------------------------------------------

std::atomic<bool> stop_spinning;
FRAME void SpinHere() {
  while (!stop_spinning.load(std::memory_order_relaxed)) {
    after_call = 1;
#if defined(LASTWORDS_TSAN)
    usleep(1);  // TSan delivers signals at calls it intercepts
#endif
  }
}

class OtherThread {
 public:
  template <typename Fn>
  explicit OtherThread(Fn body)
      : thread_([this, body] {
          tid_ = gettid();
          body();
        }) {
    while (tid_ == 0) std::this_thread::yield();
  }
  ~OtherThread() { thread_.join(); }
  pid_t tid() const { return tid_; }

 private:
  std::atomic<pid_t> tid_{0};
  std::thread thread_;
};

TEST_F(UnwindTest, AnotherRunningThreadTellsItsStack) {
  stop_spinning = false;
  OtherThread other([] { SpinHere(); });
  StackTrace trace;
  bool found = false;
  for (int i = 0; i < 1000 && !found; ++i) {
    ASSERT_TRUE(UnwindThread(other.tid(), &trace, 2000));
    found = IndexOf(trace, "SpinHere") >= 0;
  }
  EXPECT_TRUE(found) << Text(trace);
  EXPECT_EQ(IndexOf(trace, "OnUnwindSignal"), -1) << "not the handler's frames";
  EXPECT_EQ(trace.end(), StackEnd::kBottom);
  stop_spinning = true;
}

TEST_F(UnwindTest, AThreadThatIsBusyGoesOnAndIsAskedAgain) {
  static std::atomic<bool> asked;
  static std::atomic<bool> done;
  stop_spinning = asked = done = false;
  OtherThread other([] {
    while (!asked && !stop_spinning) {
    }
    done = true;  // it gets here only between two signals
    SpinHere();
  });
  StackTrace trace;
  const auto busy = [](const void*) {
    asked = true;
    return !done;
  };
  EXPECT_TRUE(UnwindThread(other.tid(), &trace, 10'000, busy, nullptr));
  EXPECT_TRUE(done);

  const auto always_busy = [](const void*) { return true; };
  EXPECT_FALSE(UnwindThread(other.tid(), &trace, 50, always_busy, nullptr));
  EXPECT_TRUE(UnwindThread(other.tid(), &trace, 10'000));
  stop_spinning = true;
}

TEST_F(UnwindTest, OnesOwnThreadNeedsNoSignal) {
  StackTrace trace;
  ASSERT_TRUE(UnwindThread(gettid(), &trace, 0));
  EXPECT_GE(IndexOf(trace, "TestBody"), 0);
}

TEST_F(UnwindTest, AThreadThatBlocksTheSignalIsGivenUp) {
  stop_spinning = false;
  std::atomic<bool> blocked = false;
  OtherThread other([&] {
    sigset_t set, old_set;
    sigemptyset(&set);
    sigaddset(&set, kUnwindSignal);
    pthread_sigmask(SIG_BLOCK, &set, &old_set);
    blocked = true;
    SpinHere();
    pthread_sigmask(SIG_SETMASK, &old_set, nullptr);  // it comes late: ignored
  });
  while (!blocked) std::this_thread::yield();
  StackTrace trace;
  const auto start = std::chrono::steady_clock::now();
  EXPECT_FALSE(UnwindThread(other.tid(), &trace, 50));
  const auto spent = std::chrono::steady_clock::now() - start;
  EXPECT_GE(spent, std::chrono::milliseconds(49));
  EXPECT_LT(spent, std::chrono::milliseconds(2000));
  stop_spinning = true;
}

TEST_F(UnwindTest, AThreadThatIsGoneIsAnError) {
  pid_t tid;
  {
    OtherThread other([] {});
    tid = other.tid();
  }
  StackTrace trace;
  EXPECT_FALSE(UnwindThread(tid, &trace, 100));
}

TEST_F(UnwindTest, ManyThreadsAskAtOnce) {
  stop_spinning = false;
  {
    OtherThread other([] { SpinHere(); });
    {
      std::vector<std::unique_ptr<OtherThread>> askers;
      for (int i = 0; i < 4; ++i) {
        askers.push_back(std::make_unique<OtherThread>([&other] {
          for (int n = 0; n < 50; ++n) {
            StackTrace trace;
            EXPECT_TRUE(UnwindThread(other.tid(), &trace, 10'000));
            EXPECT_GT(trace.size(), 1);
          }
        }));
      }
    }
    stop_spinning = true;
  }
}

std::atomic<int> passed_on;

TEST(UnwindSignalTest, ASignalThatIsNotOursIsPassedOn) {
  ASSERT_TRUE(UnwindInit());
  const int before = passed_on;
  raise(kUnwindSignal);
  EXPECT_EQ(passed_on, before + 1)
      << "the handler main installed before UnwindInit";
}

}  // namespace
}  // namespace runtime::internal

int main(int argc, char** argv) {
  signal(runtime::internal::kUnwindSignal,
         [](int) { ++runtime::internal::passed_on; });
  absl::InitializeSymbolizer(argv[0]);
  testing::InitGoogleTest(&argc, argv);
  return RUN_ALL_TESTS();
}
