// A goroutine's deferred calls, newest first.
//
//            PushDefer        RunDefer, or a panic's or Goexit's loop
//   (new) ------------> pending ----------------> started ----> done
//
// A call that started and did not come back, because it panicked or called
// Goexit itself, is dropped by the loop that passes it, and the panic that
// was running it is overtaken ("aborted").
//
// Source: Go's _defer before 1.22 (runtime/panic.go).
#ifndef LASTWORDS_RUNTIME_INTERNAL_CONTROL_DEFER_LIST_H_
#define LASTWORDS_RUNTIME_INTERNAL_CONTROL_DEFER_LIST_H_

#include <cstdint>
#include <utility>

#include "runtime/internal/base/call.h"

namespace runtime::internal {

struct G;
struct PanicRecord;
struct ProtectFrame;

struct DeferRecord {
  enum class State : uint8_t { kPending, kStarted, kDone };

  DeferRecord* link = nullptr;
  void (*call)(void* closure) = nullptr;
  void* closure = nullptr;
  ProtectFrame* owner = nullptr;   // where a panic it recovers returns to
  PanicRecord* running = nullptr;  // the panic or Goexit that has started it
  State state = State::kPending;
};

// The guard object's constructor.
void PushDefer(DeferRecord* record);
// The guard object's destructor: runs the call unless a panic has.
void RunDefer(DeferRecord* record);

// Holds a callable and runs it at the end of its scope, or earlier for a panic.
template <class F>
class DeferGuard {
 public:
  explicit DeferGuard(F call) : call_(std::move(call)) {
    record_.closure = this;
    record_.call = [](void* self) {
      CallInOwnFrame(static_cast<DeferGuard*>(self)->call_);
    };
    PushDefer(&record_);
  }
  DeferGuard(const DeferGuard&) = delete;
  DeferGuard& operator=(const DeferGuard&) = delete;
  // A recovered panic leaves through it.
  ~DeferGuard() noexcept(false) { RunDefer(&record_); }

 private:
  F call_;
  DeferRecord record_;
};

// Runs one deferred call as a protecting frame of its own, for `panic` (null:
// not for any), and takes it off the list.
void CallDeferred(G* g, DeferRecord* record, PanicRecord* panic);

// Takes a call that started and never came back off the list.
void DropStarted(G* g, DeferRecord* record);

}  // namespace runtime::internal

#endif  // LASTWORDS_RUNTIME_INTERNAL_CONTROL_DEFER_LIST_H_
