// ASYNC-SIGNAL-SAFE: no malloc, no stdio, no locks, once UnwindInit has run.
#include "runtime/internal/machine/unwind.h"

#include <dlfcn.h>
#include <signal.h>
#include <sys/syscall.h>
#include <unistd.h>
#include <unwind.h>

#include <algorithm>
#include <atomic>
#include <cerrno>

#include "runtime/internal/base/futex.h"
#include "runtime/internal/machine/guarded_call.h"
#include "runtime/internal/machine/sanitizer.h"

// libgcc's: the unwind information of a pc, or null. Takes no lock where libc
// has _dl_find_object.
extern "C" const void* _Unwind_Find_FDE(void* pc, void* bases);

// glibc's sigaction by the name that no sanitizer intercepts: TSan would call
// our handler when its thread next calls into libc, with the registers it had
// long before.
extern "C" int __sigaction(int signo, const struct sigaction* action,
                           struct sigaction* old_action);

namespace runtime::internal {

namespace {

// --- Walking ---------------------------------------------------------------

// Where the frames go: an array or a StackTrace.
struct Output {
  uintptr_t* pcs = nullptr;
  int max = 0;
  int count = 0;
  StackTrace* trace = nullptr;

  // False when there is no room for more.
  bool Add(uintptr_t pc, uintptr_t sp) {
    if (trace != nullptr) {
      trace->Add(pc, sp);
      return true;
    }
    if (count < max) pcs[count++] = pc;
    return count < max;
  }
  void SetEnd(StackEnd end, NextFrame next = {}) {
    if (trace != nullptr) trace->set_end(end, next);
  }
};

struct Walk {
  Output* out = nullptr;
  int skip = 0;
  uintptr_t above_sp = 0;     // frames not above this are ours
  uintptr_t after_begin = 0;  // else: what is after the frame with
  uintptr_t after_end = 0;    // a pc in this range
  uintptr_t up_to_sp = UINTPTR_MAX;
  bool started = false;
  uintptr_t sp = 0;  // of the frame before
  uintptr_t pc = 0;
  _Unwind_Context* context = nullptr;  // libgcc's, which it moves from frame
                                       // to frame
  NextFrame next;                      // where it was when it faulted
};

bool IsInModule(uintptr_t pc) {
  dl_find_object found;
  return _dl_find_object(reinterpret_cast<void*>(pc), &found) == 0;
}

bool IsOurs(Walk& walk, uintptr_t pc, uintptr_t sp) {
  if (walk.started) return false;
  if (walk.after_end != 0) {
    walk.started = pc > walk.after_begin && pc <= walk.after_end;
    return true;
  }
  walk.started = sp > walk.above_sp;
  return !walk.started;
}

LASTWORDS_UNINSTRUMENTED _Unwind_Reason_Code OnFrame(_Unwind_Context* context,
                                                     void* arg) {
  auto& walk = *static_cast<Walk*>(arg);
  int is_exact = 0;
  const uintptr_t pc = _Unwind_GetIPInfo(context, &is_exact);
  const uintptr_t sp = _Unwind_GetCFA(context);
  if (IsOurs(walk, pc, sp)) return _URC_NO_REASON;
  if (sp > walk.up_to_sp) return _URC_END_OF_STACK;
  if (pc == 0 && is_exact == 0) return _URC_END_OF_STACK;
  // Stacks grow down, so frames lead up. Only a signal's frame may lead to
  // another stack.
  const bool leads_down = walk.sp != 0 && sp <= walk.sp && is_exact == 0;
  const uintptr_t within = is_exact != 0 ? pc : pc - 1;
  if (leads_down || !(IsCode(within) || IsInModule(within))) {
    walk.out->SetEnd(StackEnd::kBroken, {leads_down ? 0 : pc, sp});
    return _URC_END_OF_STACK;
  }
  walk.sp = sp;
  walk.pc = pc;
  walk.context = context;
  if (walk.skip > 0) {
    --walk.skip;
    return _URC_NO_REASON;
  }
  const uintptr_t traced = is_exact != 0 ? pc | kExactPc : pc;
  return walk.out->Add(traced, sp) ? _URC_NO_REASON : _URC_END_OF_STACK;
}

LASTWORDS_UNINSTRUMENTED void Backtrace(void* arg) {
  _Unwind_Backtrace(OnFrame, arg);
}

// In the handler of the fault, while libgcc's frames are still there.
bool NoteNextFrame(void* arg, int signal) {
  if (signal != SIGSEGV && signal != SIGBUS) return false;
  auto& walk = *static_cast<Walk*>(arg);
  if (walk.context == nullptr) return true;
  walk.next.sp = _Unwind_GetCFA(walk.context);
  const uintptr_t pc = _Unwind_GetIP(walk.context);
  if (pc != walk.pc) walk.next.pc = pc;  // it has come to the next frame
  return true;
}

void RunWalk(void* arg) {
  auto& walk = *static_cast<Walk*>(arg);
  Guard guard = {.may_end = &NoteNextFrame, .arg = &walk};
  if (!CallGuarded(&guard, Backtrace, &walk)) {
    walk.out->SetEnd(StackEnd::kFaulted, walk.next);
  }
}

#if defined(__x86_64__)

// The registers a walk can start from, as the trampolines expect them.
struct Registers {
  uintptr_t rip, rsp, rbx, rbp, r12, r13, r14, r15;
};

// Calls fn(arg) with unwind information that says: my caller is `registers`.
// The second one says that its caller was interrupted, not calling.
//
// Source: the layout of `Registers` is spelled out in DWARF: the CFA is
// *(rbx + 8), rip is saved at rbx + 0, rbx at rbx + 16, and so on.
extern "C" void lastwords_call_below_call(const Registers* registers,
                                          void (*fn)(void*), void* arg);
extern "C" void lastwords_call_below_interrupt(const Registers* registers,
                                               void (*fn)(void*), void* arg);
extern "C" const char lastwords_call_below_call_end[];
extern "C" const char lastwords_call_below_interrupt_end[];

#define LASTWORDS_CALL_BELOW(name, signal_frame)                       \
  asm(".text\n"                                                        \
      ".p2align 4\n"                                                   \
      ".globl " name "\n.hidden " name "\n.type " name                 \
      ", @function\n"                                                  \
      ".globl " name "_end\n.hidden " name "_end\n" name               \
      ":\n"                                                            \
      ".cfi_startproc\n" signal_frame                                  \
      "push %rbx\n.cfi_adjust_cfa_offset 8\n.cfi_rel_offset %rbx, 0\n" \
      "mov %rdi, %rbx\n"                                               \
      ".cfi_remember_state\n"                                          \
      ".cfi_escape 0x0f, 3, 0x73, 8, 6\n"   /* CFA = *(rbx + 8) */     \
      ".cfi_escape 0x10, 16, 2, 0x73, 0\n"  /* rip */                  \
      ".cfi_escape 0x10, 3, 2, 0x73, 16\n"  /* rbx */                  \
      ".cfi_escape 0x10, 6, 2, 0x73, 24\n"  /* rbp */                  \
      ".cfi_escape 0x10, 12, 2, 0x73, 32\n" /* r12 */                  \
      ".cfi_escape 0x10, 13, 2, 0x73, 40\n" /* r13 */                  \
      ".cfi_escape 0x10, 14, 2, 0x73, 48\n" /* r14 */                  \
      ".cfi_escape 0x10, 15, 2, 0x73, 56\n" /* r15 */                  \
      "mov %rdx, %rdi\n"                                               \
      "call *%rsi\n"                                                   \
      ".cfi_restore_state\n"                                           \
      "pop %rbx\n.cfi_adjust_cfa_offset -8\n.cfi_restore %rbx\n"       \
      "ret\n" name                                                     \
      "_end:\n"                                                        \
      ".cfi_endproc\n"                                                 \
      ".size " name ", . - " name "\n")

LASTWORDS_CALL_BELOW("lastwords_call_below_call", "");
LASTWORDS_CALL_BELOW("lastwords_call_below_interrupt", ".cfi_signal_frame\n");

uintptr_t Word(const void* address) {
  return *static_cast<const uintptr_t*>(address);
}

void WalkFrom(const Registers& registers, bool interrupted, Output* out,
              uintptr_t up_to_sp = UINTPTR_MAX) {
  const auto call =
      interrupted ? lastwords_call_below_interrupt : lastwords_call_below_call;
  const auto end = interrupted ? lastwords_call_below_interrupt_end
                               : lastwords_call_below_call_end;
  Walk walk;
  walk.out = out;
  walk.after_begin = reinterpret_cast<uintptr_t>(call);
  walk.after_end = reinterpret_cast<uintptr_t>(end);
  walk.up_to_sp = up_to_sp;
  call(&registers, RunWalk, &walk);
}

struct Parked {
  const void* fcontext;
  Registers registers;
};

// The words jump_fcontext leaves on the stack it parks. Run guarded: it may
// have been resumed meanwhile, and its stack be gone.
//
// Source: boost/libs/context/src/asm/jump_x86_64_sysv_elf_gas.S.
LASTWORDS_UNINSTRUMENTED void ReadParked(void* arg) {
  auto& parked = *static_cast<Parked*>(arg);
  const auto* s = static_cast<const uintptr_t*>(parked.fcontext);
  parked.registers = {.rip = s[8],
                      .rsp = reinterpret_cast<uintptr_t>(s + 9),
                      .rbx = s[6],
                      .rbp = s[7],
                      .r12 = s[2],
                      .r13 = s[3],
                      .r14 = s[4],
                      .r15 = s[5]};
}

void WalkParked(const void* fcontext, Output* out) {
  Parked parked = {fcontext, {}};
  Guard guard;
  if (CallGuarded(&guard, ReadParked, &parked)) {
    WalkFrom(parked.registers, /*interrupted=*/false, out);
  } else {
    out->SetEnd(StackEnd::kFaulted);
  }
}

// What a call through a bad pointer did: undoes it, if its return address is
// code. Reading the stack may fault, so run this guarded.
LASTWORDS_UNINSTRUMENTED void UndoCall(void* arg) {
  auto& registers = *static_cast<Registers*>(arg);
  const uintptr_t return_address =
      Word(reinterpret_cast<const void*>(registers.rsp));
  if (!IsCode(return_address - 1)) return;
  registers.rip = return_address;
  registers.rsp += sizeof(uintptr_t);
}

void WalkContext(const ucontext_t* context, Output* out, uintptr_t up_to_sp) {
  const auto reg = [context](int i) {
    return static_cast<uintptr_t>(context->uc_mcontext.gregs[i]);
  };
  Registers registers = {.rip = reg(REG_RIP),
                         .rsp = reg(REG_RSP),
                         .rbx = reg(REG_RBX),
                         .rbp = reg(REG_RBP),
                         .r12 = reg(REG_R12),
                         .r13 = reg(REG_R13),
                         .r14 = reg(REG_R14),
                         .r15 = reg(REG_R15)};
  const uintptr_t pc = registers.rip;
  if (IsCode(pc)) {
    WalkFrom(registers, /*interrupted=*/true, out, up_to_sp);
    return;
  }
  if (!out->Add(pc | kExactPc, registers.rsp)) return;
  Guard guard;
  if (!CallGuarded(&guard, UndoCall, &registers)) {
    out->SetEnd(StackEnd::kFaulted);
  } else if (registers.rip == pc) {
    out->SetEnd(StackEnd::kBroken, {.pc = 0, .sp = registers.rsp});
  } else {
    WalkFrom(registers, /*interrupted=*/false, out, up_to_sp);
  }
}

#elif defined(__aarch64__)

void WalkParked(const void*, Output*) {}

// From the handler outwards; what is below the interrupted pc is ours.
void WalkContext(const ucontext_t* context, Output* out, uintptr_t up_to_sp) {
  Walk walk;
  walk.out = out;
  walk.up_to_sp = up_to_sp;
  walk.above_sp = static_cast<uintptr_t>(context->uc_mcontext.sp) - 1;
  RunWalk(&walk);
}

#else
#error "unwind.cc: say where ucontext_t and fcontext keep the registers"
#endif

__attribute__((noinline)) void WalkAbove(const void* frame, int skip,
                                         Output* out) {
  Walk walk;
  walk.out = out;
  walk.skip = skip;
  walk.above_sp = reinterpret_cast<uintptr_t>(frame);
  RunWalk(&walk);
}

// --- Another thread --------------------------------------------------------

// The one request there can be. The states, and who performs each edge:
//
//   kIdle -> kPrepared -> kPending -> kWalking -> kDone -> kIdle
//     requester  requester    target      target    requester
//   kPending -> kIdle        requester, too late: withdrawn
//   kWalking -> kBusy        target, which goes on
//   kBusy -> kPending        requester, a little later
//   kBusy -> kIdle           requester, too late
//   kWalking -> kAbandoned   requester, too late
//   kAbandoned -> kIdle      target, when it has finished
//
// Whoever brings kIdle to kPrepared owns what follows the state.
struct ThreadRequest {
  enum State : uint32_t {
    kIdle,
    kPrepared,
    kPending,
    kWalking,
    kBusy,
    kDone,
    kAbandoned
  };
  FutexWord state{kIdle};
  std::atomic<pid_t> target{0};
  bool (*busy)(const void* arg) = nullptr;
  const void* arg = nullptr;
  StackTrace trace;

  bool Change(State from, State to) {
    uint32_t expected = from;
    const bool changed = state.compare_exchange_strong(expected, to);
    if (changed) FutexWake(&state, 1 << 30);
    return changed;
  }
  // Waits until the state is not `now`. Errors: false at the deadline.
  bool AwaitChangeFrom(State now, int64_t deadline_ns) {
    while (state.load() == now) {
      const int64_t left_ns = deadline_ns - MonotonicNs();
      if (left_ns <= 0) return false;
      FutexWait(&state, now, left_ns);
    }
    return true;
  }
};

constinit ThreadRequest request;
constinit struct sigaction previous_action = {};
constinit std::atomic<bool> hold_walked = false;

void PassOn(int signo, siginfo_t* info, void* context) {
  if ((previous_action.sa_flags & SA_SIGINFO) != 0) {
    previous_action.sa_sigaction(signo, info, context);
  } else if (previous_action.sa_handler != SIG_DFL &&
             previous_action.sa_handler != SIG_IGN) {
    previous_action.sa_handler(signo);
  }
}

// Errors: false when nobody asks this thread.
bool AnswerRequest(const ucontext_t* context, bool* walked) {
  if (request.target.load() != gettid() ||
      !request.Change(ThreadRequest::kPending, ThreadRequest::kWalking)) {
    return false;
  }
  const bool busy = request.busy != nullptr && request.busy(request.arg);
  request.trace.Clear();
  if (!busy) UnwindContext(context, &request.trace);
  if (!request.Change(ThreadRequest::kWalking,
                      busy ? ThreadRequest::kBusy : ThreadRequest::kDone)) {
    request.Change(ThreadRequest::kAbandoned, ThreadRequest::kIdle);
  }
  *walked = !busy;
  return true;
}

void OnUnwindSignal(int signo, siginfo_t* info, void* context) {
  if (CountTick(*info, static_cast<ucontext_t*>(context))) return;
  const int saved_errno = errno;
  bool walked = false;
  if (!AnswerRequest(static_cast<const ucontext_t*>(context), &walked)) {
    PassOn(signo, info, context);
  }
  while (walked && hold_walked.load()) {
    const uint32_t state = request.state.load();
    if (!AnswerRequest(static_cast<const ucontext_t*>(context), &walked)) {
      FutexWait(&request.state, state);
    }
  }
  errno = saved_errno;
}

// Interrupts the target until it has walked its stack. Errors: false when it
// has not at the deadline, or is gone.
bool AwaitWalk(pid_t target, int64_t deadline_ns) {
  for (int64_t pause_ns = 50'000;; pause_ns *= 2) {
    if (tgkill(getpid(), target, kUnwindSignal) != 0 ||
        !request.AwaitChangeFrom(ThreadRequest::kPending, deadline_ns) ||
        !request.AwaitChangeFrom(ThreadRequest::kWalking, deadline_ns)) {
      return false;
    }
    if (request.state.load() == ThreadRequest::kDone) return true;
    const int64_t now_ns = MonotonicNs();
    if (now_ns >= deadline_ns) return false;
    // It gets on only between two signals, and when it has its turn.
    request.AwaitChangeFrom(ThreadRequest::kBusy,
                            std::min(now_ns + pause_ns, deadline_ns));
    request.Change(ThreadRequest::kBusy, ThreadRequest::kPending);
  }
}

bool TakeRequest(int64_t deadline_ns) {
  while (!request.Change(ThreadRequest::kIdle, ThreadRequest::kPrepared)) {
    const auto now = static_cast<ThreadRequest::State>(request.state.load());
    if (now != ThreadRequest::kIdle &&
        !request.AwaitChangeFrom(now, deadline_ns)) {
      return false;
    }
  }
  return true;
}

}  // namespace

void StackTrace::Add(uintptr_t pc, uintptr_t sp) {
  constexpr int64_t kWord = sizeof(uintptr_t);
  if (total_ == 0) first_sp_ = sp;
  const uint64_t slot =
      total_ < kHead ? total_ : kHead + (total_ - kHead) % kTail;
  const auto distance = static_cast<int64_t>(sp - first_sp_);
  const int64_t words = distance / kWord;
  const bool is_near =
      words * kWord == distance && words > INT32_MIN && words <= INT32_MAX;
  pcs_[slot] = pc;
  sps_[slot] = is_near ? static_cast<int32_t>(words) : kFarAway;
  ++total_;
}

void StackTrace::Add(const StackTrace& outer) {
  for (int i = 0; i < outer.size(); ++i) {
    if (i == kHead) total_ += outer.elided();
    Add(outer.pc(i), outer.sp(i));
  }
  end_ = outer.end_;
}

int StackTrace::size() const {
  return static_cast<int>(std::min<uint64_t>(total_, kHead + kTail));
}

int StackTrace::SlotOf(int i) const {
  if (i < kHead) return i;
  const uint64_t n = elided() + static_cast<uint64_t>(i);
  return kHead + static_cast<int>((n - kHead) % kTail);
}

uintptr_t StackTrace::sp(int i) const {
  const int32_t words = sps_[SlotOf(i)];
  if (words == kFarAway) return 0;
  return first_sp_ +
         static_cast<uintptr_t>(int64_t{words} * int64_t{sizeof(uintptr_t)});
}

bool IsCode(uintptr_t pc) {
  void* bases[3];
  return _Unwind_Find_FDE(reinterpret_cast<void*>(pc), bases) != nullptr;
}

bool UnwindInit() {
  uintptr_t pcs[4];
  UnwindHere(0, pcs, 4);
  ucontext_t context;
  if (getcontext(&context) == 0) UnwindContext(&context, pcs, 4);
  return InstallUnwindHandler(/*restart=*/true);
}

bool InstallUnwindHandler(bool restart) {
  struct sigaction action = {};
  action.sa_sigaction = OnUnwindSignal;
  action.sa_flags = SA_SIGINFO | SA_ONSTACK | (restart ? SA_RESTART : 0);
  sigemptyset(&action.sa_mask);
  struct sigaction old_action;
  if (__sigaction(kUnwindSignal, &action, &old_action) != 0) return false;
  const bool is_ours = (old_action.sa_flags & SA_SIGINFO) != 0 &&
                       old_action.sa_sigaction == OnUnwindSignal;
  if (!is_ours) previous_action = old_action;
  return true;
}

__attribute__((noinline)) int UnwindHere(int skip, uintptr_t* pcs, int max) {
  Output out = {.pcs = pcs, .max = max};
  WalkAbove(__builtin_frame_address(0), skip, &out);
  return out.count;
}

__attribute__((noinline)) void UnwindHere(int skip, StackTrace* trace) {
  trace->Clear();
  Output out = {.trace = trace};
  WalkAbove(__builtin_frame_address(0), skip, &out);
}

void UnwindBetween(uintptr_t inner_sp, uintptr_t outer_sp, StackTrace* trace) {
  Output out = {.trace = trace};
  Walk walk;
  walk.out = &out;
  walk.above_sp = inner_sp;
  walk.up_to_sp = outer_sp;
  RunWalk(&walk);
}

int UnwindParked(const void* fcontext, uintptr_t* pcs, int max) {
  Output out = {.pcs = pcs, .max = max};
  WalkParked(fcontext, &out);
  return out.count;
}

void UnwindParked(const void* fcontext, StackTrace* trace) {
  trace->Clear();
  Output out = {.trace = trace};
  WalkParked(fcontext, &out);
}

int UnwindContext(const ucontext_t* context, uintptr_t* pcs, int max) {
  Output out = {.pcs = pcs, .max = max};
  WalkContext(context, &out, UINTPTR_MAX);
  return out.count;
}

void UnwindContext(const ucontext_t* context, StackTrace* trace,
                   uintptr_t up_to_sp) {
  trace->Clear();
  Output out = {.trace = trace};
  WalkContext(context, &out, up_to_sp);
}

void HoldWalkedThreads() { hold_walked.store(true); }

bool UnwindThread(pid_t tid, StackTrace* trace, int timeout_ms,
                  bool (*busy)(const void* arg), const void* arg) {
  if (tid == gettid()) {
    UnwindHere(0, trace);
    return true;
  }
  const int64_t deadline_ns =
      MonotonicNs() + static_cast<int64_t>(timeout_ms) * 1'000'000;
  if (!TakeRequest(deadline_ns)) return false;
  request.target.store(tid);
  request.busy = busy;
  request.arg = arg;
  request.Change(ThreadRequest::kPrepared, ThreadRequest::kPending);
  const bool done = AwaitWalk(tid, deadline_ns);
  if (done) *trace = request.trace;
  // Give it back, from whatever state: in the order in which it can advance.
  static_cast<void>(
      request.Change(ThreadRequest::kPending, ThreadRequest::kIdle) ||
      request.Change(ThreadRequest::kWalking, ThreadRequest::kAbandoned) ||
      request.Change(ThreadRequest::kBusy, ThreadRequest::kIdle) ||
      request.Change(ThreadRequest::kDone, ThreadRequest::kIdle));
  return done;
}

}  // namespace runtime::internal
