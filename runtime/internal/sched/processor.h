// P and M: what a worker needs to run goroutines, and the worker.
#ifndef LASTWORDS_RUNTIME_INTERNAL_SCHED_PROCESSOR_H_
#define LASTWORDS_RUNTIME_INTERNAL_SCHED_PROCESSOR_H_

#include "runtime/internal/base/shipping_env.h"
#include "runtime/internal/sched/goroutine.h"
#include "runtime/internal/sched/run_queue.h"
#include "runtime/internal/sched/timers.h"

namespace runtime::internal {

inline constexpr int kCacheLineBytes = 64;

// A processor: the right to run goroutines, and what belongs to it alone.
struct alignas(kCacheLineBytes) P {
  int id = 0;
  P* link = nullptr;   // in the idle list
  uint32_t ticks = 0;  // scheduling decisions, for fairness
  G* free_goroutines = nullptr;
  RunQueue<G, ShippingEnv> queue;
};

// What the next flow on this worker must do for the one that left.
enum class Leftover : uint8_t { kNone, kPark, kYield, kUnblock, kFinish };

// A worker: a thread that runs goroutines while it holds a P.
struct M {
  Context context;  // the worker's own flow, when no goroutine runs
  std::atomic<G*> current = nullptr;
  P* p = nullptr;
  P* next_p = nullptr;  // handed over while it slept
  G* picked = nullptr;  // taken from a queue, not yet run
  G* locked_g = nullptr;
  bool spinning = false;
  bool ending = false;  // its wired goroutine has ended
  Note wake;
  M* link = nullptr;  // in the idle list, or that of ended workers
  int id = 0;         // 0 is the thread that called Main
  M* next_of_all = nullptr;
  static constexpr pid_t kNoThread = -1;  // it has ended
  std::atomic<pid_t> thread_id = 0;       // 0 until it has begun

  Leftover leftover = Leftover::kNone;
  std::atomic<G*> left = nullptr;  // from before the switch until after it
  ParkCommit commit = nullptr;
  void* commit_argument = nullptr;

  // Has the clock start its thread.
  Timer start;
};

}  // namespace runtime::internal

#endif  // LASTWORDS_RUNTIME_INTERNAL_SCHED_PROCESSOR_H_
