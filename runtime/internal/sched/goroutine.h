// G: one goroutine, all that is known of it. Gs are never freed, a finished
// one is used again under a new id, so a report may read any of them at any
// time.
//
//          NewGoroutine            SetRunning              FinishGoroutine
//   kIdle -------------> kRunnable <==========> kRunning ----------------->
//   kIdle
//                            ^        Yield        |
//                            |                     | Park
//                            +------ kWaiting <----+
//                             Ready
//
//   kRunning <==========> kSyscall     EnterBlocking, or a Park inside that
//             LeaveBlocking            returned; LeaveBlocking
//
// A thread that is not a worker but uses the runtime (a std::thread, or main
// before Main) has a G too, with `thread_note` set: it parks by sleeping on
// the note, and runs again by itself when it is woken.
#ifndef LASTWORDS_RUNTIME_INTERNAL_SCHED_GOROUTINE_H_
#define LASTWORDS_RUNTIME_INTERNAL_SCHED_GOROUTINE_H_

#include <sys/types.h>

#include <atomic>
#include <cstddef>
#include <cstdint>

#include "runtime/internal/base/note.h"
#include "runtime/internal/machine/context.h"
#include "runtime/internal/machine/stack.h"
#include "runtime/internal/sched/gate_slot.h"
#include "runtime/internal/sched/wait_reason.h"

namespace runtime::internal {

struct G;
struct M;
struct Ancestor;      // sched/ancestors.h
struct DeferRecord;   // control/defer_list.h
struct PanicRecord;   // control/panic_state.h
struct ProtectFrame;  // control/protect.h

// kSyscall: runs, but has given its processor away (Blocking).
enum class GState : uint8_t { kIdle, kRunnable, kRunning, kWaiting, kSyscall };

// How the control layer's type is moved into a G, called and destroyed.
struct ClosureType {
  size_t size_bytes;
  void (*move_construct)(void* to, void* from);
  void (*call)(void* closure);
  void (*destroy)(void* closure);
};

// See Park in scheduler.h.
using ParkCommit = bool (*)(G* g, void* argument);

inline constexpr size_t kInlineClosureBytes = 64;

struct G {
  using Slot = GateSlot<std::atomic>;

  Context context;
  Stack stack;
  std::atomic<uint64_t> id = 0;
  std::atomic<GState> state = GState::kIdle;
  std::atomic<WaitReason> wait_reason = WaitReason::kNone;
  std::atomic<int64_t> waiting_since_ns = 0;
  // What it waits for, as far as a report can say more of it than the reason,
  // which says of what type it is (diag/wait_cycle.cc). Null: not known.
  std::atomic<const void*> waits_for = nullptr;
  // How often it has parked: equal and waiting before and after a look, it
  // has waited all the while.
  std::atomic<uint64_t> parks = 0;
  // The worker it runs on, for a report that must stop it; and how often it
  // was given one: a report tells from it whether it ran meanwhile.
  std::atomic<M*> running_on = nullptr;
  std::atomic<uint32_t> times_run = 0;

  uint32_t table_index = 0;

  G* link = nullptr;  // in the global run queue or a free list

  // LockOsThread.
  M* locked_m = nullptr;
  int lock_os_thread_count = 0;

  int blocking_depth = 0;  // Blocking calls it is in

  // A thread's own G.
  Note* thread_note = nullptr;
  pid_t thread_id = 0;

  // Control: deferred calls, panics, and where a recovered one returns to;
  // each a list with the newest first.
  DeferRecord* defers = nullptr;
  PanicRecord* panics = nullptr;
  ProtectFrame* protects = nullptr;
  bool recovering = false;      // frames are being left after a recover
  bool goexiting = false;       // its deferred calls have run for a Goexit
  bool panic_on_fault = false;  // SetPanicOnFault
  Slot gate;

  // Who started it, and where.
  uint64_t parent_id = 0;
  uintptr_t created_by_pc = 0;
  Ancestor* ancestors = nullptr;  // never freed, like the G
  size_t ancestor_count = 0;

  // What it runs.
  void (*entry)(G* self) = nullptr;
  const ClosureType* closure_type = nullptr;
  void* closure = nullptr;  // closure_storage, or on the heap when larger
  alignas(std::max_align_t) std::byte closure_storage[kInlineClosureBytes];
};

// Names a goroutine in a record that may outlive it: its id, which no other
// goroutine gets. A thread's own G has the id 0: its thread's, with a bit set.
inline constexpr uint64_t kThreadKey = uint64_t{1} << 63;

inline uint64_t KeyOf(const G* g) {
  if (g == nullptr) return kThreadKey;
  const uint64_t id = g->id.load(std::memory_order_relaxed);
  return id != 0 ? id : kThreadKey | static_cast<uint32_t>(g->thread_id);
}

}  // namespace runtime::internal

#endif  // LASTWORDS_RUNTIME_INTERNAL_SCHED_GOROUTINE_H_
