// The first code of every goroutine: a protecting frame, the program's
// function, the end.
#ifndef LASTWORDS_RUNTIME_INTERNAL_CONTROL_ENTRY_H_
#define LASTWORDS_RUNTIME_INTERNAL_CONTROL_ENTRY_H_

#include <memory>
#include <new>
#include <type_traits>
#include <utility>

#include "runtime/internal/base/call.h"
#include "runtime/internal/sched/goroutine.h"

namespace runtime::internal {

template <class F>
inline constexpr ClosureType kClosureType = {
    .size_bytes = sizeof(F),
    .move_construct =
        [](void* to, void* from) {
          ::new (to) F(std::move(*static_cast<F*>(from)));
        },
    .call = [](void* closure) { CallInOwnFrame(*static_cast<F*>(closure)); },
    .destroy = [](void* closure) { std::destroy_at(static_cast<F*>(closure)); },
};

// Function pointers, std::function and its like; not lambdas.
template <class F>
concept MayBeNil = std::is_pointer_v<F> || requires(const F& function) {
  function.operator bool();
};

// The caller's caller, where Go is inlined, is the creator in the report.
void StartGoroutine(const ClosureType* type, void* closure);

// The scheduler with goroutine 1 running `main`; its return exits with 0.
[[noreturn]] void RunMain(void (*main)());

}  // namespace runtime::internal

#endif  // LASTWORDS_RUNTIME_INTERNAL_CONTROL_ENTRY_H_
