#include "runtime/internal/control/panic_state.h"

#include <exception>
#include <new>

#include "runtime/internal/base/check.h"
#include "runtime/internal/base/vfork_child.h"
#include "runtime/internal/control/defer_list.h"
#include "runtime/internal/control/gate.h"
#include "runtime/internal/control/protect.h"
#include "runtime/internal/control/report.h"
#include "runtime/internal/control/swallowed.h"
#include "runtime/internal/machine/handler_barrier.h"
#include "runtime/internal/sched/scheduler.h"

namespace runtime::internal {
namespace {

// Changes the goroutine's chain of panics. While one is in flight somebody may
// be printing it, so the gate must agree.
template <class Change>
void Edit(G* g, Change change) {
  if (TheGate::InFlight(SlotOf(g))) {
    Gate().Amend(change);
  } else {
    change();
  }
}

void Push(G* g, PanicRecord* panic) {
  panic->link = g->panics;
  Edit(g, [&] { g->panics = panic; });
}

// Whether an older panic of the goroutine goes on once `panic` is recovered.
bool OlderInFlight(const PanicRecord* panic) {
  for (const PanicRecord* p = panic->link; p != nullptr; p = p->link) {
    if (!p->is_goexit && !p->recovered && !p->aborted) return true;
  }
  return false;
}

// The frames from StartPanic's caller, or from the throw, outwards. Those that
// an older panic has traced are taken from it: a chain of a thousand would walk
// its first frames a thousand times.
void Trace(const G* g, const ThrowSite* site, PanicRecord* panic) {
  const PanicRecord* older = g->panics;
  while (older != nullptr && older->is_goexit) older = older->link;
  const uintptr_t outer_sp = older == nullptr ? UINTPTR_MAX : older->frame;
  if (site != nullptr) {
    UnwindFromThrow(*site, outer_sp, &panic->trace);
  } else {
    UnwindBetween(panic->frame, outer_sp, &panic->trace);
  }
  if (older != nullptr) panic->trace.Add(older->trace);
}

// As CallDeferred, but a C++ exception that leaves the call must not unwind the
// frames of the panic, nor be caught by one of them: it is a panic of its own.
void CallForPanic(G* g, DeferRecord* record, PanicRecord* panic) {
  auto call = [&] { CallDeferred(g, record, panic); };
  CallWithoutHandlers(call);
}

// Runs what the frames down to `target` have deferred and what was not run
// yet, as a return from them would: before the first frame is left, because a
// panic in a destructor that unwinding runs ends the process.
void RunRemaining(G* g, const ProtectFrame* target) {
  while (g->defers != nullptr &&
         (g->defers->owner == target || IsInside(g->defers->owner, target))) {
    DeferRecord* record = g->defers;
    if (record->state == DeferRecord::State::kStarted) {
      DropStarted(g, record);
    } else {
      CallForPanic(g, record, nullptr);
    }
  }
}

// Whether one of the frames down to `target` is one that faulted: the panic
// `newest` or an older one says so.
bool FaultedInside(const PanicRecord* newest, const ProtectFrame* target) {
  for (const PanicRecord* p = newest; p != nullptr && IsInside(p, target);
       p = p->link) {
    if (p->value.fault != nullptr) return true;
  }
  return false;
}

// The deferred call that recovered `panic` has returned.
[[noreturn]] void FinishRecovery(G* g, const PanicRecord* panic,
                                 ProtectFrame* target) {
  if (target == nullptr) {
    Fatal("recovered panic has no frame to return to: call runtime::Protect");
  }
  // Panics whose frames are about to be left vanish; a Goexit goes on.
  PanicRecord* older = panic->link;
  while (older != nullptr && IsInside(older, target)) {
    if (older->is_goexit) {
      target = older->goexit_loop;
      break;
    }
    older = older->link;
  }
  Edit(g, [&] { g->panics = older; });
  RunRemaining(g, target);
  UnwindTo(target, FaultedInside(panic, target));
}

// Runs deferred calls until none is left, or one recovers: then it does not
// return.
void RunDeferredCalls(G* g, PanicRecord* panic) {
  while (DeferRecord* record = g->defers) {
    if (record->state == DeferRecord::State::kStarted) {
      Edit(g, [&] { DropStarted(g, record); });
      continue;
    }
    ProtectFrame* const owner = record->owner;
    CallForPanic(g, record, panic);
    if (panic->recovered) FinishRecovery(g, panic, owner);
  }
}

// The user's Error(), String() or what(). A panic in it is fatal, and must
// not become an endless chain.
std::string CallMethod(const G* g, ValueRef value) {
  std::string text;
  RecoveredValue recovered;
  auto call = [&] {
    const DeferGuard recover([&] { recovered = RecoverPanic(); });
    text = value.type->method(value.value);
  };
  ProtectFrame frame;
  try {
    RunProtected(&frame, call);
  } catch (const std::exception& exception) {
    FailedToRender(exception);
  } catch (...) {
    if (g->recovering) throw;
    FailedToRender();
  }
  if (recovered.type != nullptr) FailedToRender(recovered);
  return text;
}

}  // namespace

void RenderPanics(G* g) {
  for (PanicRecord* panic = g->panics; panic != nullptr; panic = panic->link) {
    if (panic->is_goexit || panic->is_rendering) continue;
    if (panic->value.type->method == nullptr) continue;
    panic->is_rendering = true;
    std::string text = CallMethod(g, panic->value);
    Edit(g, [&] {
      panic->rendered = std::move(text);
      panic->is_rendered = true;
    });
  }
  Edit(g, [g] {
    for (PanicRecord* p = g->panics; p != nullptr && p->link != nullptr;
         p = p->link) {
      p->link->repanicked = p->value.identity != nullptr &&
                            p->value.identity == p->link->value.identity;
    }
  });
}

__attribute__((noinline)) void StartPanic(ValueRef value,
                                          const ThrowSite* site) {
  if (InVforkChild()) EndVforkChild("panic");
  G* g = CurrentG();
  PanicRecord panic;
  panic.value = value;
  // A throw's trace is without the frame that panics: a newer one must show it.
  panic.frame = site != nullptr
                    ? site->asker
                    : reinterpret_cast<uintptr_t>(__builtin_frame_address(0));
  Trace(g, site, &panic);
  Push(g, &panic);
  if (!TheGate::InFlight(SlotOf(g))) Gate().Enter(SlotOf(g));
  // An exception's text needs no more than its what(): ask at once, or a report
  // that another thread prints could only name the type.
  if (value.type->stands_for != nullptr) RenderPanics(g);
  RunDeferredCalls(g, &panic);
  RenderPanics(g);
  Gate().Crash(SlotOf(g));
}

RecoveredValue RecoverPanic() {
  G* g = CurrentG();
  if (g->protects == nullptr || g->protects->deferred_call == nullptr) {
    return {};
  }
  PanicRecord* panic = g->protects->deferred_call->running;
  if (panic == nullptr || panic != g->panics || panic->is_goexit ||
      panic->recovered || panic->value.type->share == nullptr) {
    return {};
  }
  // Recovered for the second time it is the same object, not another copy.
  const ValueRef& value = panic->value;
  RecoveredValue recovered{value.type, value.owner != nullptr
                                           ? *value.owner
                                           : value.type->share(value.value)};
  const auto mark = [&] {
    panic->recovered = true;
    panic->shared = recovered.value;
    if (panic->value.identity == nullptr) {
      panic->value.identity = recovered.value.get();
    }
  };
  if (OlderInFlight(panic)) {
    Gate().Amend(mark);
  } else {
    Gate().Leave(SlotOf(g));
    mark();
  }
  return recovered;
}

__attribute__((noinline)) void StartGoexit() {
  G* g = CurrentG();
  if (g->thread_note != nullptr || g->protects == nullptr) {
    Fatal("Goexit on a thread that is not a goroutine");
  }
  PanicRecord record;
  record.is_goexit = true;
  Push(g, &record);
  for (PanicRecord* p = record.link; p != nullptr; p = p->link) {
    Edit(g, [p] { p->aborted = true; });
  }
  if (TheGate::InFlight(SlotOf(g))) {
    KeepSwallowed(*g, record.link);
    Gate().Leave(SlotOf(g));
  }
  // A panic in a deferred call that one further out recovers ends the loop
  // early, but not the Goexit.
  auto loop = [&] { RunDeferredCalls(g, &record); };
  ProtectFrame frame;
  record.goexit_loop = &frame;
  while (!RunProtected(&frame, loop)) {
  }
  g->panics = nullptr;
  g->goexiting = true;
  ProtectFrame* entry = g->protects;
  while (entry->link != nullptr) entry = entry->link;
  UnwindTo(entry, FaultedInside(&record, entry));
}

}  // namespace runtime::internal
