// ASYNC-SIGNAL-SAFE: no malloc, no stdio, no locks. The only thread-local has
// the initial-exec model: reading it allocates nothing.
#include "runtime/internal/machine/guarded_call.h"

#include <sys/syscall.h>
#include <time.h>
#include <unistd.h>

#include <atomic>

#include "runtime/internal/machine/sanitizer.h"

namespace runtime::internal {
namespace {

__attribute__((tls_model(
    "initial-exec"))) constinit thread_local Guard* current_guard = nullptr;

constinit std::atomic<int> timer = -1;  // the kernel's name of it
constinit char tick = 0;                // whose address says that it was ours

bool EndsMemoryFaults(void*, int signal) {
  return signal == SIGSEGV || signal == SIGBUS;
}

bool MayEnd(const Guard& guard, int signal) {
  const auto may_end =
      guard.may_end == nullptr ? &EndsMemoryFaults : guard.may_end;
  return guard.sp != 0 && may_end(guard.arg, signal);
}

#if defined(__x86_64__)

// A call that can be left from any depth. Returns 1, or 0 if it was left.
// By hand, because Clang 14 keeps values in callee-saved registers across
// __builtin_setjmp, which __builtin_longjmp does not restore.
extern "C" int lastwords_call_guarded(void (*fn)(void*), void* arg,
                                      uintptr_t* sp);
extern "C" void lastwords_leave_guarded();  // with that in rdi

#define PUSH(reg) \
  "push %" reg "\n.cfi_adjust_cfa_offset 8\n.cfi_rel_offset %" reg ", 0\n"
#define POP(reg) \
  "pop %" reg "\n.cfi_adjust_cfa_offset -8\n.cfi_restore %" reg "\n"
asm(".text\n"
    ".p2align 4\n"
    ".globl lastwords_call_guarded\n"
    ".hidden lastwords_call_guarded\n"
    ".type lastwords_call_guarded, @function\n"
    "lastwords_call_guarded:\n"
    ".cfi_startproc\n"
    PUSH("rbx") PUSH("rbp") PUSH("r12") PUSH("r13") PUSH("r14") PUSH("r15")
    "sub $8, %rsp\n.cfi_adjust_cfa_offset 8\n"
    "mov %rsp, (%rdx)\n"
    "mov %rdi, %rax\n"
    "mov %rsi, %rdi\n"
    "call *%rax\n"
    "mov $1, %eax\n"
    ".Llastwords_guarded_return:\n"
    "add $8, %rsp\n.cfi_adjust_cfa_offset -8\n"
    POP("r15") POP("r14") POP("r13") POP("r12") POP("rbp") POP("rbx")
    "ret\n"
    ".cfi_endproc\n"
    ".size lastwords_call_guarded, . - lastwords_call_guarded\n"
    ".globl lastwords_leave_guarded\n"
    ".hidden lastwords_leave_guarded\n"
    ".type lastwords_leave_guarded, @function\n"
    "lastwords_leave_guarded:\n"
    "cld\n"
    "mov %rdi, %rsp\n"
    "xor %eax, %eax\n"
    "jmp .Llastwords_guarded_return\n"
    ".size lastwords_leave_guarded, . - lastwords_leave_guarded\n");
#undef PUSH
#undef POP

uintptr_t StackPointer(const ucontext_t& context) {
  return static_cast<uintptr_t>(context.uc_mcontext.gregs[REG_RSP]);
}

// A signal stack that has overflowed is begun anew by the kernel: the frames to
// come back to are where the handler's are now.
bool IsOverwritten(const Guard& guard, const ucontext_t& context) {
  const auto handler = reinterpret_cast<uintptr_t>(__builtin_frame_address(0));
  const auto low = reinterpret_cast<uintptr_t>(context.uc_stack.ss_sp);
  return guard.sp - low < context.uc_stack.ss_size && handler >= guard.sp;
}

// Makes the return from a signal handler the return from the guarded call. A
// jump out of the handler would leave the sanitizers in it.
void End(Guard* guard, int signal, ucontext_t* context) {
  greg_t* const registers = context->uc_mcontext.gregs;
  guard->signal = signal;
  guard->pc = static_cast<uintptr_t>(registers[REG_RIP]);
  UnpoisonFrames(StackPointer(*context), guard->sp);
  registers[REG_RIP] = reinterpret_cast<greg_t>(lastwords_leave_guarded);
  registers[REG_RDI] = static_cast<greg_t>(guard->sp);
}

#else

// Not guarded: a fault is a crash while crashing here.
int lastwords_call_guarded(void (*fn)(void*), void* arg, uintptr_t*) {
  fn(arg);
  return 1;
}
bool IsOverwritten(const Guard&, const ucontext_t&) { return true; }
void End(Guard*, int, ucontext_t*) {}

#endif

}  // namespace

LASTWORDS_UNINSTRUMENTED bool CallGuarded(Guard* guard, void (*fn)(void*),
                                          void* arg) {
  guard->outer = current_guard;
  current_guard = guard;
  const bool returned = lastwords_call_guarded(fn, arg, &guard->sp) != 0;
  current_guard = guard->outer;
  return returned;
}

bool EndGuardedCall(int signal, ucontext_t* context) {
  for (Guard* guard = current_guard; guard != nullptr; guard = guard->outer) {
    if (!MayEnd(*guard, signal) || IsOverwritten(*guard, *context)) continue;
    End(guard, signal, context);
    return true;
  }
  return false;
}

void StartTicks() {
  sigevent event = {};
  event.sigev_notify = SIGEV_THREAD_ID;
  event._sigev_un._tid = gettid();
  event.sigev_signo = kTickSignal;
  event.sigev_value.sival_ptr = &tick;
  int made = -1;
  if (syscall(SYS_timer_create, CLOCK_MONOTONIC, &event, &made) != 0) return;
  constexpr timespec kTick = {.tv_sec = 0, .tv_nsec = kTickMs * 1'000'000};
  const itimerspec interval = {.it_interval = kTick, .it_value = kTick};
  syscall(SYS_timer_settime, made, 0, &interval, nullptr);
  timer.store(made);
}

void StopTicks() {
  const int made = timer.exchange(-1);
  if (made >= 0) syscall(SYS_timer_delete, made);
}

void ForgetTicks() { timer.store(-1); }

bool CountTick(const siginfo_t& info, ucontext_t* context) {
  if (info.si_code != SI_TIMER || info.si_value.sival_ptr != &tick) {
    return false;
  }
  for (Guard* guard = current_guard; guard != nullptr; guard = guard->outer) {
    if (guard->max_ticks == 0 || !MayEnd(*guard, kTickSignal)) continue;
    if (++guard->ticks < guard->max_ticks) continue;
    if (IsOverwritten(*guard, *context)) continue;
    End(guard, kTickSignal, context);
    break;
  }
  return true;
}

}  // namespace runtime::internal
