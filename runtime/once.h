// Does something once, whoever comes first.
//
//   runtime::Once once;
//   const auto Oven = [&] { once.Do([&] { HeatUp(); }); return &oven; };
//
// Safety: any thread. Nothing of it is touched after its last waiter was let
// go, and nothing by a Do that finds it done.
// Source: Go's sync.Once.
#ifndef LASTWORDS_RUNTIME_ONCE_H_
#define LASTWORDS_RUNTIME_ONCE_H_

#include <atomic>

#include "runtime/internal/control/defer_list.h"
#include "runtime/internal/sync/lock_record.h"
#include "runtime/internal/sync/wait_queue.h"

namespace runtime {

class Once {
 public:
  Once() = default;
  Once(const Once&) = delete;
  Once& operator=(const Once&) = delete;

  // The first Do calls `function`; the others wait until it has returned.
  // A panic, a Goexit or a C++ exception that leaves it counts as done.
  // Blocks: while another Do runs its function; for ever, if that is the
  // caller's own.
  template <class F>
  __attribute__((always_inline)) inline void Do(F&& function) {
    if (!Begin()) return;
    internal::DeferGuard finish(Finisher{this});
    function();
  }

 private:
  struct Finisher {
    Once* once;
    void operator()() const { once->Finish(); }
  };

  bool Begin();
  void Finish();

  // First: where it is, is where a report says the Once is.
  internal::LockRecord record_;
  // Null: not begun. Else one of two marks (once.cc), or the newest of the
  // waiters, linked down to the mark.
  std::atomic<internal::WaitNode*> state_ = nullptr;
};

}  // namespace runtime

#endif  // LASTWORDS_RUNTIME_ONCE_H_
