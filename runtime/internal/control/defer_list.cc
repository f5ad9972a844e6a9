#include "runtime/internal/control/defer_list.h"

#include "runtime/internal/base/check.h"
#include "runtime/internal/control/panic_state.h"
#include "runtime/internal/control/protect.h"
#include "runtime/internal/sched/scheduler.h"

namespace runtime::internal {
namespace {

// Guard objects need not end in the order they were made (one in a container,
// say), so the record may be anywhere.
void Unlink(G* g, const DeferRecord* record) {
  DeferRecord** at = &g->defers;
  while (*at != nullptr && *at != record) at = &(*at)->link;
  if (*at == nullptr) Fatal("deferred call of another goroutine");
  *at = record->link;
}

// A C++ exception that leaves the call must not leave the record in the list.
class StartedDropper {
 public:
  StartedDropper(G* g, DeferRecord* record) : g_(g), record_(record) {}
  StartedDropper(const StartedDropper&) = delete;
  StartedDropper& operator=(const StartedDropper&) = delete;
  ~StartedDropper() {
    if (record_->state == DeferRecord::State::kStarted) {
      DropStarted(g_, record_);
    }
  }

 private:
  G* const g_;
  DeferRecord* const record_;
};

}  // namespace

void PushDefer(DeferRecord* record) {
  G* g = CurrentG();
  record->owner = g->protects;
  record->link = g->defers;
  g->defers = record;
}

void RunDefer(DeferRecord* record) {
  if (record->state != DeferRecord::State::kPending) return;
  CallDeferred(CurrentG(), record, nullptr);
}

void CallDeferred(G* g, DeferRecord* record, PanicRecord* panic) {
  record->state = DeferRecord::State::kStarted;
  record->running = panic;
  ProtectFrame frame;
  const StartedDropper dropper(g, record);
  RunProtected(&frame, record, record->call, record->closure);
  record->state = DeferRecord::State::kDone;
  record->running = nullptr;
  Unlink(g, record);
}

void DropStarted(G* g, DeferRecord* record) {
  if (record->running != nullptr) record->running->aborted = true;
  record->running = nullptr;
  record->state = DeferRecord::State::kDone;
  Unlink(g, record);
}

}  // namespace runtime::internal
