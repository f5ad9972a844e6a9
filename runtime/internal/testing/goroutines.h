// What unit tests ask of goroutines: who is parked, what a body panics with,
// whether an object is left alone after its end.
#ifndef LASTWORDS_RUNTIME_INTERNAL_TESTING_GOROUTINES_H_
#define LASTWORDS_RUNTIME_INTERNAL_TESTING_GOROUTINES_H_

#include <algorithm>
#include <cstring>
#include <new>
#include <string>
#include <utility>

#include "runtime/defer.h"
#include "runtime/go.h"
#include "runtime/internal/base/sanitizer_build.h"
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

// How many of many objects, one after the other in the same memory, were
// touched after their end. `use(object, round, destroy)` calls destroy() as
// soon as it may, then waits for whoever might still touch the object.
template <class T, class Use>
int CountTouched(Use use) {
  constexpr int kRounds = internal::kSanitized ? 1'000 : 20'000;
  constexpr unsigned char kPattern = 0xA5;
  alignas(T) unsigned char memory[sizeof(T)];
  int touched = 0;
  for (int i = 0; i < kRounds; ++i) {
    T* const object = new (memory) T;
    use(object, i, [&] {
      object->~T();
      std::memset(memory, kPattern, sizeof(memory));
    });
    touched += std::any_of(memory, memory + sizeof(memory),
                           [](unsigned char c) { return c != kPattern; });
  }
  return touched;
}

}  // namespace runtime

#endif  // LASTWORDS_RUNTIME_INTERNAL_TESTING_GOROUTINES_H_
