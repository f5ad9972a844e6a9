// What unit tests ask of goroutines: who is parked, what a body panics with.
#ifndef LASTWORDS_RUNTIME_INTERNAL_TESTING_GOROUTINES_H_
#define LASTWORDS_RUNTIME_INTERNAL_TESTING_GOROUTINES_H_

#include <string>
#include <utility>

#include "runtime/defer.h"
#include "runtime/go.h"
#include "runtime/internal/sched/goroutine_table.h"
#include "runtime/panic.h"

namespace runtime {

// Goroutines parked for this reason.
inline int CountParked(internal::WaitReason reason) {
  int count = 0;
  for (size_t i = 0; i < internal::GoroutineTableSize(); ++i) {
    const internal::G* g = internal::GoroutineAt(i);
    count += g->state == internal::GState::kWaiting && g->wait_reason == reason;
  }
  return count;
}

// Blocks: until so many are; the test's time limit is the deadline.
inline void WaitUntilParked(internal::WaitReason reason, int count) {
  while (CountParked(reason) != count) Gosched();
}

// What the body panicked with, or "".
template <class F>
std::string PanicOf(F body) {
  std::string text;
  Protect([&] {
    Defer recover([&] {
      if (const auto value = Recover()) text = value->String();
    });
    body();
  });
  return text;
}

}  // namespace runtime

#endif  // LASTWORDS_RUNTIME_INTERNAL_TESTING_GOROUTINES_H_
