// ASYNC-SIGNAL-SAFE: no malloc, no stdio, no locks.
#include "runtime/internal/diag/previous_handler.h"

#include <pthread.h>

#include <cstdint>

#include "runtime/internal/diag/system_library.h"

namespace runtime::internal {
namespace {

// By number; written before the first signal can come.
constinit struct sigaction previous[_NSIG] = {};

bool HasHandler(const struct sigaction& action) {
  return (action.sa_flags & SA_SIGINFO) != 0 ||
         (action.sa_handler != SIG_DFL && action.sa_handler != SIG_IGN);
}

// A sanitizer's report would be instead of ours.
bool IsSanitizers(const struct sigaction& action) {
  return OwnerOf(reinterpret_cast<uintptr_t>(action.sa_handler)) ==
         CodeOwner::kSanitizer;
}

bool InterruptedHandler(const ucontext_t& context) {
#if defined(__x86_64__)
  const auto sp = static_cast<uintptr_t>(context.uc_mcontext.gregs[REG_RSP]);
#elif defined(__aarch64__)
  const uintptr_t sp = context.uc_mcontext.sp;
#endif
  const auto base = reinterpret_cast<uintptr_t>(context.uc_stack.ss_sp);
  return sp - base < context.uc_stack.ss_size;
}

}  // namespace

void TakeOverSignal(int number, SignalHandler handler) {
  struct sigaction action = {};
  action.sa_sigaction = handler;
  // A fault inside the handler must come through: it is the guard of the
  // stack walk, and the next crash level.
  action.sa_flags = SA_SIGINFO | SA_ONSTACK | SA_NODEFER;
  struct sigaction before = {};
  sigaction(number, &action, &before);
  if (before.sa_sigaction != handler) previous[number] = before;
}

bool CallPreviousHandler(int number, siginfo_t* info, ucontext_t* context) {
  struct sigaction& action = previous[number];
  if (!HasHandler(action) || IsSanitizers(action) ||
      InterruptedHandler(*context)) {
    return false;
  }
  const struct sigaction handler = action;
  if ((handler.sa_flags & static_cast<int>(SA_RESETHAND)) != 0) {
    action = {};  // the default
  }
  sigset_t blocked = handler.sa_mask;
  if ((handler.sa_flags & SA_NODEFER) == 0) sigaddset(&blocked, number);
  // Undone by the return from our own handler, which restores the mask.
  pthread_sigmask(SIG_BLOCK, &blocked, nullptr);
  if ((handler.sa_flags & SA_SIGINFO) != 0) {
    handler.sa_sigaction(number, info, context);
  } else {
    handler.sa_handler(number);
  }
  pthread_sigmask(SIG_UNBLOCK, &blocked, nullptr);
  return true;
}

bool HasHandler(int number) {
  struct sigaction action = {};
  sigaction(number, nullptr, &action);
  return HasHandler(action);
}

}  // namespace runtime::internal
