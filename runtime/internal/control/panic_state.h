// What a panic is while it lasts, and the three ways through it: panic,
// recover, Goexit. The exit gate (exit_gate.h) is told of each step.
//
//   StartPanic: enter the gate, run deferred calls on top of this frame
//     | a call recovered: leave the gate at once; when the call returns, run
//     |   what else the recovering frame deferred, unwind to it
//     | all ran: render the values, crash through the gate: the report
//   StartGoexit: leave the gate; run deferred calls; unwind to the entry
//
// Records live in the frames of those calls: nothing is allocated.
//
// Source: Go's gopanic, gorecover, Goexit, preprintpanics (runtime/panic.go,
// before 1.22: the algorithm with a list of deferred calls).
#ifndef LASTWORDS_RUNTIME_INTERNAL_CONTROL_PANIC_STATE_H_
#define LASTWORDS_RUNTIME_INTERNAL_CONTROL_PANIC_STATE_H_

#include <cstdint>
#include <memory>
#include <string>
#include <string_view>

#include "runtime/internal/base/call_site.h"
#include "runtime/internal/control/panic_value.h"
#include "runtime/internal/machine/throw_site.h"
#include "runtime/internal/machine/unwind.h"

namespace runtime::internal {

struct G;
struct ProtectFrame;

struct PanicRecord {
  PanicRecord* link = nullptr;  // the panic whose deferred call raised this one
  ValueRef value;
  // What Recover handed out; kept, because its address is the identity.
  std::shared_ptr<const void> shared;
  bool is_goexit = false;
  bool recovered = false;
  bool aborted = false;     // overtaken by a newer one; its frames are doomed
  bool repanicked = false;  // the next newer one has the very same value
  // Rendered before the report where that takes the user's code.
  std::string rendered;
  bool is_rendered = false;
  bool is_rendering = false;  // its method runs, and may have called exit
  // Goexit only: where its loop goes on if a panic in it is recovered outside.
  ProtectFrame* goexit_loop = nullptr;
  uintptr_t frame = 0;  // the trace is of what is further out
  StackTrace trace;
};

// What Recover hands out: shares the value with the record.
struct RecoveredValue {
  const ValueType* type = nullptr;
  std::shared_ptr<const void> value;
};

// Begins a panic on the calling goroutine. The value must stay where it is:
// in the caller's frame. `site`: where an exception was thrown, or null where
// this stack is all there is to show.
[[noreturn]] LASTWORDS_OWN_CALL_SITE void StartPanic(
    ValueRef value, const ThrowSite* site = nullptr);

// Inside a deferred call that a panic runs: stops it. Otherwise type is null.
RecoveredValue RecoverPanic();

[[noreturn]] void StartGoexit();

// Before a report of the calling goroutine's panics: runs the user's Error(),
// String() and what() where a value needs them. A panic in one is fatal.
void RenderPanics(G* g);

}  // namespace runtime::internal

#endif  // LASTWORDS_RUNTIME_INTERNAL_CONTROL_PANIC_STATE_H_
