#include "runtime/internal/machine/context.h"

#include <errno.h>
#include <gtest/gtest.h>
#include <signal.h>
#include <ucontext.h>

#include <array>
#include <atomic>
#include <exception>
#include <stdexcept>
#include <string>
#include <thread>
#include <vector>

#include "runtime/internal/base/sanitizer_build.h"

namespace runtime::internal {
namespace {

// A flow that runs `body`, which leaves by Back() and may be continued.
class Flow {
 public:
  explicit Flow(void (*body)(Flow* self)) : stack_(AllocateStack()) {
    body_ = body;
    context_.Make(stack_, &Start);
  }
  Flow(const Flow&) = delete;
  Flow& operator=(const Flow&) = delete;
  ~Flow() {
    context_.Destroy();
    FreeStack(stack_);
  }

  // Runs it on this thread until it calls Back or ends.
  void Continue() {
    Context thread;
    thread.AdoptThread();
    thread_ = &thread;
    starting = this;
    came_from = thread.SwitchTo(&context_);
  }
  void Back() { context_.SwitchTo(thread_); }

  Context* context() { return &context_; }
  bool ended() const { return ended_; }

  std::vector<std::string> log;
  Context* came_from = nullptr;  // what SwitchTo returned in Continue

 private:
  static void Start(Context*) {
    Flow* self = starting;
    self->body_(self);
    self->ended_ = true;
    self->context_.EndWith(self->thread_);
  }

  static thread_local Flow* starting;

  const Stack stack_;
  void (*body_)(Flow* self);
  Context context_;
  Context* thread_ = nullptr;
  bool ended_ = false;
};

thread_local Flow* Flow::starting = nullptr;

TEST(ContextTest, TwoFlowsTakeTurns) {
  Flow flow([](Flow* self) {
    self->log.emplace_back("one");
    self->Back();
    self->log.emplace_back("two");
    self->Back();
    self->log.emplace_back("three");
  });
  flow.Continue();
  EXPECT_EQ(flow.came_from, flow.context());
  flow.log.emplace_back("-");
  flow.Continue();
  flow.log.emplace_back("-");
  EXPECT_FALSE(flow.ended());
  flow.Continue();
  EXPECT_TRUE(flow.ended());
  EXPECT_EQ(flow.log,
            (std::vector<std::string>{"one", "-", "two", "-", "three"}));
}

TEST(ContextTest, AStackServesOneFlowAfterTheOther) {
  int ended = 0;
  for (int i = 0; i < 1'000; ++i) {
    Flow flow([](Flow* self) { self->Back(); });
    flow.Continue();
    flow.Continue();
    if (flow.ended()) ++ended;
  }
  EXPECT_EQ(ended, 1'000);
}

// What lies on a stack is there when the flow continues, whatever others did.
__attribute__((noinline)) uint64_t SumAfterBack(Flow* self, uint64_t seed) {
  volatile uint64_t values[64];
  for (uint64_t i = 0; i < 64; ++i) values[i] = seed * 1'000 + i;
  self->Back();
  uint64_t sum = 0;
  for (uint64_t i = 0; i < 64; ++i) sum += values[i];
  return sum;
}

TEST(ContextTest, ValuesOnTheStackAreKept) {
  static std::array<uint64_t, 4> sums;
  sums = {};
  const auto body = [](auto index) {
    return [](Flow* self) {
      sums[decltype(index)::value] =
          SumAfterBack(self, decltype(index)::value + 1);
    };
  };
  Flow flows[] = {
      Flow(body(std::integral_constant<size_t, 0>())),
      Flow(body(std::integral_constant<size_t, 1>())),
      Flow(body(std::integral_constant<size_t, 2>())),
      Flow(body(std::integral_constant<size_t, 3>())),
  };
  for (Flow& flow : flows) flow.Continue();
  for (Flow& flow : flows) flow.Continue();
  for (uint64_t i = 0; i < 4; ++i) {
    EXPECT_EQ(sums[i], (i + 1) * 64'000 + 64 * 63 / 2);
  }
}

#if defined(__x86_64__)
// Fills the callee-saved registers with `seed`, seed + 1, ..., calls
// `call(argument)`, and returns a bit for each that came back changed.
extern "C" uint64_t lastwords_test_registers_across(void (*call)(void*),
                                                    void* argument,
                                                    uint64_t seed);
asm(R"(
  .text
  .type lastwords_test_registers_across, @function
  .globl lastwords_test_registers_across
lastwords_test_registers_across:
  .cfi_startproc
  pushq %rbx
  .cfi_adjust_cfa_offset 8
  pushq %rbp
  .cfi_adjust_cfa_offset 8
  pushq %r12
  .cfi_adjust_cfa_offset 8
  pushq %r13
  .cfi_adjust_cfa_offset 8
  pushq %r14
  .cfi_adjust_cfa_offset 8
  pushq %r15
  .cfi_adjust_cfa_offset 8
  pushq %rdx
  .cfi_adjust_cfa_offset 8
  leaq 0(%rdx), %rbx
  leaq 1(%rdx), %rbp
  leaq 2(%rdx), %r12
  leaq 3(%rdx), %r13
  leaq 4(%rdx), %r14
  leaq 5(%rdx), %r15
  movq %rdi, %rax
  movq %rsi, %rdi
  call *%rax
  popq %rdx
  .cfi_adjust_cfa_offset -8
  leaq -1(%rbp), %rbp
  leaq -2(%r12), %r12
  leaq -3(%r13), %r13
  leaq -4(%r14), %r14
  leaq -5(%r15), %r15
  xorl %eax, %eax
  cmpq %rdx, %rbx
  je 1f
  orl $1, %eax
1: cmpq %rdx, %rbp
  je 1f
  orl $2, %eax
1: cmpq %rdx, %r12
  je 1f
  orl $4, %eax
1: cmpq %rdx, %r13
  je 1f
  orl $8, %eax
1: cmpq %rdx, %r14
  je 1f
  orl $16, %eax
1: cmpq %rdx, %r15
  je 1f
  orl $32, %eax
1: popq %r15
  .cfi_adjust_cfa_offset -8
  popq %r14
  .cfi_adjust_cfa_offset -8
  popq %r13
  .cfi_adjust_cfa_offset -8
  popq %r12
  .cfi_adjust_cfa_offset -8
  popq %rbp
  .cfi_adjust_cfa_offset -8
  popq %rbx
  .cfi_adjust_cfa_offset -8
  ret
  .cfi_endproc
  .size lastwords_test_registers_across, . - lastwords_test_registers_across
)");

// Two flows fill the registers with numbers of their own around each switch.
TEST(ContextTest, CalleeSavedRegistersAreKept) {
  static uint64_t changed;
  changed = 0;
  Flow flow([](Flow* self) {
    const auto back = [](void* f) { static_cast<Flow*>(f)->Back(); };
    for (uint64_t i = 0; i < 3; ++i) {
      changed |= lastwords_test_registers_across(back, self, 0x1111 * (i + 1));
    }
  });
  const auto go_on = [](void* f) { static_cast<Flow*>(f)->Continue(); };
  int turns = 0;
  for (uint64_t i = 0; !flow.ended(); ++i, ++turns) {
    changed |= lastwords_test_registers_across(go_on, &flow, 0xABCD00 + i);
  }
  EXPECT_EQ(turns, 4);
  EXPECT_EQ(changed, 0u);
}

// The check itself must see a register that was not kept.
TEST(ContextTest, TheCheckOfRegistersCanFail) {
  const auto destroy = [](void*) {
    // Not in the list of clobbers, on purpose: so the caller sees it.
    asm volatile("movq $7, %%r13\n\tmovq $7, %%r15" ::: "memory");
  };
  EXPECT_EQ(lastwords_test_registers_across(destroy, nullptr, 100), 8u | 32u);
}
#endif

TEST(ContextTest, ErrnoBelongsToTheFlow) {
  static int seen;
  Flow flow([](Flow* self) {
    seen = errno;  // a new flow has none
    errno = ENOENT;
    self->Back();
    seen = errno;
  });
  errno = EAGAIN;
  flow.Continue();
  EXPECT_EQ(errno, EAGAIN);
  EXPECT_EQ(seen, 0);
  errno = EINTR;
  flow.Continue();
  EXPECT_EQ(errno, EINTR);
  EXPECT_EQ(seen, ENOENT);
}

// Leaves and continues inside a catch block, then rethrows what it caught.
template <int number>
void BackInsideCatch(Flow* self) {
  try {
    try {
      throw number;
    } catch (...) {
      self->Back();
      throw;
    }
  } catch (int caught) {
    self->log.push_back(std::to_string(caught));
  }
}

TEST(ContextTest, EachFlowRethrowsItsOwnException) {
  Flow one(&BackInsideCatch<1>);
  Flow two(&BackInsideCatch<2>);
  one.Continue();
  two.Continue();
  EXPECT_EQ(std::current_exception(), nullptr);
  one.Continue();
  two.Continue();
  EXPECT_EQ(one.log, std::vector<std::string>{"1"});
  EXPECT_EQ(two.log, std::vector<std::string>{"2"});
  EXPECT_EQ(std::current_exception(), nullptr);
}

// In a catch block this thread continues a flow that throws and catches too.
TEST(ContextTest, TheThreadInACatchBlockKeepsItsExceptionToo) {
  Flow flow(&BackInsideCatch<2>);
  std::string caught;
  try {
    try {
      throw std::runtime_error("mine");
    } catch (...) {
      flow.Continue();
      flow.Continue();
      throw;
    }
  } catch (const std::exception& exception) {
    caught = exception.what();
  }
  EXPECT_EQ(caught, "mine");
  EXPECT_EQ(flow.log, std::vector<std::string>{"2"});
}

struct BackWhenDestroyed {
  Flow* flow;
  ~BackWhenDestroyed() {
    flow->log.push_back(std::to_string(std::uncaught_exceptions()));
    flow->Back();
    flow->log.push_back(std::to_string(std::uncaught_exceptions()));
  }
};

TEST(ContextTest, ExceptionsInFlightBelongToTheFlow) {
  Flow flow([](Flow* self) {
    try {
      BackWhenDestroyed destroyed{self};
      throw 1;
    } catch (int) {
      self->log.push_back(std::to_string(std::uncaught_exceptions()));
    }
  });
  flow.Continue();
  EXPECT_EQ(std::uncaught_exceptions(), 0);
  flow.Continue();
  EXPECT_EQ(std::uncaught_exceptions(), 0);
  EXPECT_EQ(flow.log, (std::vector<std::string>{"1", "1", "0"}));
}

__attribute__((noinline)) std::string ThisThread() {
  return std::to_string(
      std::hash<std::thread::id>()(std::this_thread::get_id()));
}

TEST(ContextTest, AFlowContinuesOnAnotherThreadInsideItsCatchBlock) {
  Flow flow([](Flow* self) {
    self->log.push_back(ThisThread());
    BackInsideCatch<3>(self);
    self->log.push_back(ThisThread());
  });
  std::string other_thread;
  flow.Continue();
  std::thread other([&] {
    other_thread = ThisThread();
    flow.Continue();
  });
  other.join();
  EXPECT_TRUE(flow.ended());
  EXPECT_EQ(flow.log,
            (std::vector<std::string>{ThisThread(), "3", other_thread}));
}

TEST(ContextTest, FlowsWanderAmongThreads) {
  constexpr int kThreads = 3;
  constexpr int kTurns = 999;
  static uint64_t sum;
  sum = 0;
  Flow flow([](Flow* self) {
    for (uint64_t i = 1; i <= kTurns; ++i) {
      sum += i;
      self->Back();
    }
  });
  std::atomic<int> turn = 0;
  std::vector<std::thread> threads;
  for (int id = 0; id < kThreads; ++id) {
    threads.emplace_back([&, id] {
      for (;;) {
        const int now = turn.load();
        if (now >= kTurns) return;
        if (now % kThreads != id) {
          std::this_thread::yield();
          continue;
        }
        flow.Continue();
        turn.store(now + 1);
      }
    });
  }
  for (std::thread& thread : threads) thread.join();
  EXPECT_EQ(sum, uint64_t{kTurns} * (kTurns + 1) / 2);
  flow.Continue();
  EXPECT_TRUE(flow.ended());
}

#if defined(__x86_64__)

// Looks at two flows before each instruction, as one who stops the thread
// would.
class Stepping {
 public:
  Stepping(const Context& one, const Context& other,
           const Stack& others_stack) {
    flows_ = {&one, &other};
    stack_ = others_stack;
    steps_ = wrong_ = switching_ = 0;
    struct sigaction action = {};
    action.sa_sigaction = OnStep;
    action.sa_flags = SA_SIGINFO;
    sigaction(SIGTRAP, &action, &previous_);
    asm volatile("pushfq; orq $0x100, (%%rsp); popfq" ::: "memory", "cc");
  }
  ~Stepping() {
    asm volatile("pushfq; andq $~0x100, (%%rsp); popfq" ::: "memory", "cc");
    sigaction(SIGTRAP, &previous_, nullptr);
  }
  static int steps() { return steps_; }
  static int wrong() { return wrong_; }
  static int switching() { return switching_; }

 private:
  static void OnStep(int, siginfo_t*, void* context) {
    const auto sp = static_cast<uintptr_t>(
        static_cast<ucontext_t*>(context)->uc_mcontext.gregs[REG_RSP]);
    const bool on_others_stack = sp > stack_.low && sp <= stack_.high;
    const auto [one, other] = flows_;
    ++steps_;
    if (one->arriving() || other->arriving()) {
      if (one->arriving() && other->arriving()) ++wrong_;
      ++switching_;
    } else {
      const Context* on = on_others_stack ? other : one;
      const Context* off = on_others_stack ? one : other;
      if (on->saved() != nullptr || off->saved() == nullptr) ++wrong_;
    }
  }

  static inline std::array<const Context*, 2> flows_;
  static inline Stack stack_;
  static inline int steps_, wrong_, switching_;
  struct sigaction previous_ = {};
};

TEST(ContextTest, AtEveryInstructionItIsCertainWhoRuns) {
  if (kSanitized) GTEST_SKIP() << "a sanitizer runs other flows' code";
  static Context thread;
  static Context flow;
  const Stack stack = AllocateStack();
  thread.AdoptThread();
  flow.Make(stack, [](Context*) {
    for (;;) flow.SwitchTo(&thread);
  });
  {
    const Stepping stepping(thread, flow, stack);
    thread.SwitchTo(&flow);  // it begins
    thread.SwitchTo(&flow);  // it goes on
  }
  EXPECT_EQ(Stepping::wrong(), 0);
  EXPECT_GT(Stepping::steps(), 200);
  EXPECT_GT(Stepping::switching(), 40);
  flow.Destroy();
  FreeStack(stack);
}

#endif

}  // namespace
}  // namespace runtime::internal
