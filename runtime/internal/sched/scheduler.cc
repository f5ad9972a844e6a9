#include "runtime/internal/sched/scheduler.h"

#include <sys/syscall.h>
#include <time.h>
#include <unistd.h>

#include <algorithm>
#include <new>

#include "absl/base/thread_annotations.h"
#include "runtime/internal/base/check.h"
#include "runtime/internal/base/choose.h"
#include "runtime/internal/base/config.h"
#include "runtime/internal/base/futex.h"
#include "runtime/internal/base/os_mutex.h"
#include "runtime/internal/machine/context.h"
#include "runtime/internal/machine/sanitizer.h"
#include "runtime/internal/machine/signal_stack.h"
#include "runtime/internal/sched/ancestors.h"
#include "runtime/internal/sched/asleep.h"
#include "runtime/internal/sched/goroutine_table.h"
#include "runtime/internal/sched/os_thread.h"
#include "runtime/internal/sched/processor.h"
#include "runtime/internal/sched/timers.h"

namespace runtime::internal {
namespace {

// Every so many decisions the global queue goes first, or two goroutines that
// wake each other could keep it waiting for ever.
constexpr uint32_t kGlobalQueueInterval = 61;

struct Scheduler {
  OsMutex mutex{LockRank::kScheduler};
  P* idle_processors ABSL_GUARDED_BY(mutex) = nullptr;
  M* idle_workers ABSL_GUARDED_BY(mutex) = nullptr;
  M* ended_workers ABSL_GUARDED_BY(mutex) = nullptr;
  int sleeping_workers ABSL_GUARDED_BY(mutex) = 0;  // idle, or locked and idle
  G* queue_head ABSL_GUARDED_BY(mutex) = nullptr;
  G* queue_tail ABSL_GUARDED_BY(mutex) = nullptr;
  // Threads that are not workers, have used the runtime, and are not parked.
  int awake_threads ABSL_GUARDED_BY(mutex) = 0;
  int parked_threads ABSL_GUARDED_BY(mutex) = 0;
  G* retired_threads ABSL_GUARDED_BY(mutex) = nullptr;
  // A sanitizer's own.
  int strange_threads ABSL_GUARDED_BY(mutex) = 0;
  bool clock_started ABSL_GUARDED_BY(mutex) = false;

  // Written under the mutex, read without.
  std::atomic<int> workers = 0;
  std::atomic<int> thread_limit = kDefaultMaxThreads;
  std::atomic<int> idle_processor_count = 0;
  std::atomic<size_t> queue_size = 0;

  std::atomic<M*> all_workers = nullptr;
  std::atomic<int> spinning = 0;
  std::atomic<int> goroutines = 0;
  std::atomic<uint64_t> next_id = 1;
  std::atomic<int> next_worker_id = 0;
  std::atomic<bool> stopping = false;
  std::atomic<G*> last_g = nullptr;  // the one that is ending the process
  int processor_count = 0;
  P* processors = nullptr;
};

constinit Scheduler sched;

constinit thread_local M* this_worker = nullptr;

// Not inlined: a goroutine may continue on another thread after a switch, and
// the compiler must not keep the thread-local's address across one.
__attribute__((noinline)) M* CurrentM() {
  asm volatile("");
  return this_worker;
}

int64_t CoarseNowNs() {
  timespec now;
  clock_gettime(CLOCK_MONOTONIC_COARSE, &now);
  return static_cast<int64_t>(now.tv_sec) * 1'000'000'000 + now.tv_nsec;
}

// A thread's own G. ---------------------------------------------------------

class ThreadGoroutine {
 public:
  ThreadGoroutine() {
    // Registered Gs are never freed, a report may be reading, but used again.
    g_ = TakeRetired();
    if (g_ == nullptr) {
      g_ = new G;
      g_->thread_note = new Note;
      RegisterGoroutine(g_);
    }
    InstallSignalStack();
    g_->thread_id = static_cast<pid_t>(syscall(SYS_gettid));
    g_->state = GState::kRunning;
    // Main before Main is goroutine 1; what else runs C++ is nobody's child.
    const bool is_main = g_->thread_id == getpid();
    g_->id = is_main && sched.workers == 0 ? 1 : 0;
    OsMutexLock lock(&sched.mutex);
    ++sched.awake_threads;
  }
  ThreadGoroutine(const ThreadGoroutine&) = delete;
  ThreadGoroutine& operator=(const ThreadGoroutine&) = delete;
  ~ThreadGoroutine() { Retire(); }

  // The thread ends, or becomes a worker.
  void Retire() {
    // Who runs exit handlers, whose thread-locals go first, stays who it is.
    if (g_ == nullptr || IsLastG(g_)) return;
    g_->state = GState::kIdle;
    {
      OsMutexLock lock(&sched.mutex);
      --sched.awake_threads;
      g_->link = sched.retired_threads;
      sched.retired_threads = g_;
    }
    g_ = nullptr;
    CheckAsleep();
  }

  G* g() const { return g_; }

 private:
  static G* TakeRetired() {
    OsMutexLock lock(&sched.mutex);
    G* g = sched.retired_threads;
    if (g == nullptr) return nullptr;
    sched.retired_threads = g->link;
    g->link = nullptr;
    g->thread_note->Clear();
    return g;
  }

  G* g_;
};

constinit thread_local G* this_thread_g = nullptr;

ThreadGoroutine& MakeThreadGoroutine() {
  thread_local ThreadGoroutine goroutine;
  this_thread_g = goroutine.g();
  return goroutine;
}

// Deadlock. -----------------------------------------------------------------

// A thread we have never heard of may yet send on a channel, or is just about
// to end: asked again after so long.
constexpr int64_t kAskAgainNs = 100'000'000;

enum class Asleep { kNo, kAll, kButForUnknownThreads };

Asleep WhoSleeps() ABSL_EXCLUSIVE_LOCKS_REQUIRED(sched.mutex) {
  const int workers = sched.workers.load(std::memory_order_relaxed);
  if (sched.sleeping_workers != workers) return Asleep::kNo;
  if (sched.queue_head != nullptr || sched.awake_threads != 0) {
    return Asleep::kNo;
  }
  if (sched.clock_started && PendingTimers() != 0) return Asleep::kNo;
  const int known = workers + (sched.clock_started ? 1 : 0) +
                    sched.parked_threads + sched.strange_threads;
  const int threads = OsThreadCount();
  return threads > 0 && threads <= known ? Asleep::kAll
                                         : Asleep::kButForUnknownThreads;
}

std::atomic<bool> asking_again = false;

// The clock asks by itself after its last timer: this one.
void AskAgain(void*) { asking_again.store(false); }

constinit Timer ask_again_timer = {
    .fire = &AskAgain, .argument = nullptr, .keeps_awake = false};

// Queues. -------------------------------------------------------------------

void GlobalPut(G* g) ABSL_EXCLUSIVE_LOCKS_REQUIRED(sched.mutex) {
  g->link = nullptr;
  if (sched.queue_tail == nullptr) {
    sched.queue_head = g;
  } else {
    sched.queue_tail->link = g;
  }
  sched.queue_tail = g;
  sched.queue_size.fetch_add(1, std::memory_order_seq_cst);
}

G* GlobalTake() ABSL_EXCLUSIVE_LOCKS_REQUIRED(sched.mutex) {
  G* g = sched.queue_head;
  if (g == nullptr) return nullptr;
  sched.queue_head = g->link;
  if (sched.queue_head == nullptr) sched.queue_tail = nullptr;
  g->link = nullptr;
  sched.queue_size.fetch_sub(1, std::memory_order_relaxed);
  return g;
}

bool GlobalEmpty() {
  return sched.queue_size.load(std::memory_order_seq_cst) == 0;
}

// One to run now, and a fair share moved to p's queue.
G* GlobalTakeShare(P* p) {
  if (GlobalEmpty()) return nullptr;
  OsMutexLock lock(&sched.mutex);
  const size_t size = sched.queue_size.load(std::memory_order_relaxed);
  size_t share = size / static_cast<size_t>(sched.processor_count) + 1;
  share = std::min<size_t>(share, RunQueue<G, ShippingEnv>::kCapacity / 2);
  G* first = GlobalTake();
  if (first == nullptr) return nullptr;
  for (size_t i = 1; i < share; ++i) {
    G* g = GlobalTake();
    if (g == nullptr) break;
    if (!p->queue.PushBack(g)) {
      GlobalPut(g);
      break;
    }
  }
  return first;
}

void PushBack(P* p, G* g) {
  while (!p->queue.PushBack(g)) {
    G* batch[RunQueue<G, ShippingEnv>::kCapacity / 2];
    const uint32_t count = p->queue.TakeHalf(batch);
    OsMutexLock lock(&sched.mutex);
    for (uint32_t i = 0; i < count; ++i) GlobalPut(batch[i]);
  }
}

void PushNext(P* p, G* g) {
  if (G* kicked_out = p->queue.SwapNext(g)) PushBack(p, kicked_out);
}

// Processors and workers. ---------------------------------------------------

void PutIdle(P* p) ABSL_EXCLUSIVE_LOCKS_REQUIRED(sched.mutex) {
  p->link = sched.idle_processors;
  sched.idle_processors = p;
  sched.idle_processor_count.fetch_add(1, std::memory_order_seq_cst);
}

P* TakeIdle() ABSL_EXCLUSIVE_LOCKS_REQUIRED(sched.mutex) {
  P* p = sched.idle_processors;
  if (p == nullptr) return nullptr;
  sched.idle_processors = p->link;
  p->link = nullptr;
  sched.idle_processor_count.fetch_sub(1, std::memory_order_seq_cst);
  return p;
}

// Never freed: a report may be reading it.
M* NewWorker() {
  M* m = new M;
  m->id = sched.next_worker_id.fetch_add(1, std::memory_order_relaxed);
  M* newest = sched.all_workers.load(std::memory_order_relaxed);
  do {
    m->next_of_all = newest;
  } while (!sched.all_workers.compare_exchange_weak(newest, m));
  return m;
}

void BecomeWorker(M* m) {
  m->thread_id = static_cast<pid_t>(syscall(SYS_gettid));
  InstallSignalStack();
  m->context.AdoptThread();
  this_worker = m;
}

void WorkerLoop(M* m);

void* RunWorker(void* argument) {
  M* m = static_cast<M*>(argument);
  BecomeWorker(m);
  m->p = m->next_p;
  m->next_p = nullptr;
  WorkerLoop(m);
  return nullptr;
}

void CheckThreadLimit() {
  const int limit = sched.thread_limit.load(std::memory_order_relaxed);
  constexpr int kClock = 1;
  if (sched.workers.load(std::memory_order_relaxed) + kClock > limit) {
    FatalThreadLimit(limit);
  }
}

// A new thread inherits from the one that makes it. What a wired goroutine or
// a thread of the program's has done to its own must not spread, so there the
// clock thread makes it.
void StartWorkerThread(M* m) {
  const M* self = CurrentM();
  const bool clean =
      self != nullptr && self->locked_g == nullptr && !self->ending;
  if (clean || OnClockThread()) {
    StartOsThread(&RunWorker, m);
    return;
  }
  m->start.fire = [](void* worker) { StartOsThread(&RunWorker, worker); };
  m->start.argument = m;
  AddTimer(&m->start, MonotonicNs());
}

M* TakeEnded() ABSL_EXCLUSIVE_LOCKS_REQUIRED(sched.mutex) {
  M* m = sched.ended_workers;
  if (m == nullptr) return nullptr;
  sched.ended_workers = m->link;
  m->link = nullptr;
  m->thread_id = 0;
  return m;
}

// Has a sleeping or new worker run `p`; with null, any idle processor.
void StartWorker(P* p, bool spinning) {
  M* m = nullptr;
  bool is_new = false;
  {
    OsMutexLock lock(&sched.mutex);
    if (p == nullptr) p = TakeIdle();
    if (p == nullptr) {
      if (spinning) sched.spinning.fetch_sub(1, std::memory_order_seq_cst);
      return;
    }
    m = sched.idle_workers;
    if (m != nullptr) {
      sched.idle_workers = m->link;
      --sched.sleeping_workers;
    } else {
      // Counted before it exists: it is not asleep.
      sched.workers.fetch_add(1, std::memory_order_seq_cst);
      is_new = true;
      m = TakeEnded();
    }
  }
  if (is_new) CheckThreadLimit();
  if (m == nullptr) m = NewWorker();
  m->spinning = spinning;
  m->next_p = p;
  if (is_new) {
    StartWorkerThread(m);
  } else {
    m->wake.Wakeup();
  }
}

// One more worker, if there is a processor for it and nobody is looking.
void WakeOne() {
  if (sched.idle_processor_count.load(std::memory_order_seq_cst) == 0) return;
  int none = 0;
  if (sched.spinning.load(std::memory_order_seq_cst) != 0 ||
      !sched.spinning.compare_exchange_strong(none, 1,
                                              std::memory_order_seq_cst)) {
    return;
  }
  StartWorker(nullptr, /*spinning=*/true);
}

// Makes a goroutine known to the workers.
void Queue(G* g) {
  const M* m = CurrentM();
  if (m != nullptr && m->p != nullptr) {
    PushNext(m->p, g);
  } else {
    OsMutexLock lock(&sched.mutex);
    GlobalPut(g);
  }
  WakeOne();
}

void SleepUntilGivenProcessor(M* m) {
  m->wake.Sleep();
  m->wake.Clear();
  m->p = m->next_p;
  m->next_p = nullptr;
}

// Sleeps without a processor until somebody hands one over.
void StopWorker(M* m) {
  {
    OsMutexLock lock(&sched.mutex);
    m->link = sched.idle_workers;
    sched.idle_workers = m;
    ++sched.sleeping_workers;
  }
  CheckAsleep();
  SleepUntilGivenProcessor(m);
}

void StopSpinning(M* m) {
  if (!m->spinning) return;
  m->spinning = false;
  sched.spinning.fetch_sub(1, std::memory_order_seq_cst);
}

bool AnyQueued() {
  if (!GlobalEmpty()) return true;
  for (int i = 0; i < sched.processor_count; ++i) {
    if (!sched.processors[i].queue.Empty()) return true;
  }
  return false;
}

// Gives this worker's processor to another worker if there is work for it.
void HandOff(M* m) {
  P* p = m->p;
  m->p = nullptr;
  if (!p->queue.Empty() || !GlobalEmpty()) {
    StartWorker(p, /*spinning=*/false);
    return;
  }
  {
    OsMutexLock lock(&sched.mutex);
    PutIdle(p);
  }
  // Work of other processors, or that came while this one was in nobody's
  // hands.
  if (AnyQueued()) WakeOne();
}

G* Steal(M* m) {
  constexpr int kRounds = 4;
  const auto count = static_cast<uint32_t>(sched.processor_count);
  for (int round = 0; round < kRounds; ++round) {
    const uint32_t start = Choose(ChoiceKind::kStealVictim, count);
    for (uint32_t i = 0; i < count; ++i) {
      P* victim = &sched.processors[(start + i) % count];
      if (victim == m->p) continue;
      const bool with_next = round == kRounds - 1;
      if (G* g = victim->queue.StealInto(&m->p->queue, with_next)) return g;
    }
  }
  return nullptr;
}

// Looks everywhere; sleeps if there is nothing.
G* FindRunnable(M* m) {
  for (;;) {
    P* p = m->p;
    if (++p->ticks % kGlobalQueueInterval == 0) {
      if (G* g = GlobalTakeShare(p)) return g;
    }
    if (G* g = p->queue.Pop()) return g;
    if (G* g = GlobalTakeShare(p)) return g;

    // Half of the busy processors' worth of thieves is enough.
    const int busy = sched.processor_count -
                     sched.idle_processor_count.load(std::memory_order_relaxed);
    if (m->spinning ||
        2 * sched.spinning.load(std::memory_order_relaxed) < busy) {
      if (!m->spinning) {
        m->spinning = true;
        sched.spinning.fetch_add(1, std::memory_order_seq_cst);
      }
      if (G* g = Steal(m)) return g;
    }

    {
      OsMutexLock lock(&sched.mutex);
      if (G* g = GlobalTake()) return g;
      PutIdle(p);
    }
    m->p = nullptr;
    // From here on whoever makes work must wake somebody: stop spinning first,
    // then look once more. The other side queues first, then looks for
    // spinners.
    StopSpinning(m);
    if (AnyQueued()) {
      OsMutexLock lock(&sched.mutex);
      m->p = TakeIdle();
    }
    if (m->p != nullptr) {
      m->spinning = true;
      sched.spinning.fetch_add(1, std::memory_order_seq_cst);
      continue;
    }
    StopWorker(m);
  }
}

// A wired goroutine's worker waits here until somebody picked its goroutine.
void WaitForLockedG(M* m) {
  StopSpinning(m);
  if (m->p != nullptr) HandOff(m);
  {
    OsMutexLock lock(&sched.mutex);
    ++sched.sleeping_workers;
  }
  CheckAsleep();
  SleepUntilGivenProcessor(m);
}

// Hands this processor to the worker `g` is wired to, and sleeps.
void RunOnLockedM(M* m, G* g) {
  M* owner = g->locked_m;
  StopSpinning(m);
  owner->next_p = m->p;
  m->p = nullptr;
  {
    OsMutexLock lock(&sched.mutex);
    --sched.sleeping_workers;
  }
  owner->wake.Wakeup();
  StopWorker(m);
}

void CountRun(G* g) {
  // Written by one worker at a time.
  g->times_run.store(g->times_run.load(std::memory_order_relaxed) + 1,
                     std::memory_order_relaxed);
}

void SetRunning(M* m, G* g) {
  m->current.store(g, std::memory_order_relaxed);
  CountRun(g);
  g->running_on.store(m, std::memory_order_release);
  g->state.store(GState::kRunning, std::memory_order_relaxed);
}

// For a goroutine whose worker has no processor: takes an idle one, or leaves
// the goroutine to those that are not idle. Both under the lock: a processor
// that goes idle has looked at the global queue before.
void QueueWithoutProcessor(M* m, G* g) {
  {
    OsMutexLock lock(&sched.mutex);
    m->p = TakeIdle();
    if (m->p == nullptr) GlobalPut(g);
  }
  if (m->p != nullptr) PushNext(m->p, g);
}

// A goroutine that has just left its stack is to go on.
void QueueAgain(M* m, G* g) {
  g->state.store(GState::kRunnable, std::memory_order_relaxed);
  if (m->p != nullptr) {
    PushNext(m->p, g);
  } else {
    QueueWithoutProcessor(m, g);
  }
}

// Does what the flow that left this worker could not do while on its stack.
void AfterSwitch(M* m) {
  G* g = m->left.load(std::memory_order_relaxed);
  const Leftover leftover = m->leftover;
  m->leftover = Leftover::kNone;
  m->left.store(nullptr, std::memory_order_release);
  switch (leftover) {
    case Leftover::kNone:
      return;
    case Leftover::kPark:
      if (m->commit != nullptr && !m->commit(g, m->commit_argument)) {
        QueueAgain(m, g);
      }
      return;
    case Leftover::kYield:
      PushBack(m->p, g);
      return;
    case Leftover::kUnblock:
      QueueAgain(m, g);
      return;
    case Leftover::kFinish:
      g->context.Destroy();
      FreeStack(g->stack);
      g->stack = Stack();
      g->link = m->p->free_goroutines;
      m->p->free_goroutines = g;
      return;
  }
}

// The process is ending on another worker.
void PauseIfStopping() {
  while (sched.stopping.load(std::memory_order_acquire)) pause();
}

// The goroutine wired to this worker has ended, and the thread with it. Main's
// must not: the process would look dead to its parent.
void EndWorker(M* m) {
  HandOff(m);
  const bool is_main = m->thread_id == getpid();
  if (!is_main) this_worker = nullptr;
  {
    OsMutexLock lock(&sched.mutex);
    if (is_main) {
      ++sched.sleeping_workers;
    } else {
      sched.workers.fetch_sub(1, std::memory_order_seq_cst);
      m->ending = false;
      m->thread_id = M::kNoThread;
      m->link = sched.ended_workers;
      sched.ended_workers = m;
    }
  }
  CheckAsleep();
  if (!is_main) return;
  for (;;) pause();
}

// Returns when the thread is to end.
void WorkerLoop(M* m) {
  for (;;) {
    AfterSwitch(m);
    PauseIfStopping();
    if (m->ending) {
      EndWorker(m);
      return;
    }
    G* g = nullptr;
    if (m->locked_g != nullptr) {
      // Its own goroutine may only run here, and only it.
      WaitForLockedG(m);
      g = m->locked_g;
    } else {
      if (m->p == nullptr) StopWorker(m);  // a Blocking call has ended on it
      g = m->picked != nullptr ? m->picked : FindRunnable(m);
      m->picked = nullptr;
      if (m->spinning) {
        StopSpinning(m);
        // Where there was some work there may be more.
        WakeOne();
      }
      if (g->locked_m != nullptr) {
        RunOnLockedM(m, g);
        continue;
      }
    }
    PauseIfStopping();  // the gate may have closed while this worker slept
    SetRunning(m, g);
    m->context.SwitchTo(&g->context);
  }
}

// The next of this processor's queue, if the worker can switch to it at once.
G* NextWithoutSearch(M* m) {
  if (m->p == nullptr || m->locked_g != nullptr || m->ending ||
      sched.stopping.load(std::memory_order_relaxed)) {
    return nullptr;
  }
  // The decision is FindRunnable's then, and so is its tick.
  if ((m->p->ticks + 1) % kGlobalQueueInterval == 0 && !GlobalEmpty()) {
    return nullptr;
  }
  ++m->p->ticks;
  G* g = m->p->queue.Pop();
  if (g != nullptr && g->locked_m != nullptr) {
    m->picked = g;
    return nullptr;
  }
  return g;
}

Context* NextContext(M* m, G* leaving) {
  CountRun(leaving);
  // Released: who sees it sees whom the worker has yet to leave.
  leaving->running_on.store(nullptr, std::memory_order_release);
  if (G* next = NextWithoutSearch(m)) {
    SetRunning(m, next);
    return &next->context;
  }
  m->current.store(nullptr, std::memory_order_relaxed);
  return &m->context;
}

void SwitchAway(M* m, G* g, Leftover leftover) {
  m->left.store(g, std::memory_order_relaxed);
  m->leftover = leftover;
  g->context.SwitchTo(NextContext(m, g));
  AfterSwitch(CurrentM());
}

void ParkThread(G* g, ParkCommit commit, void* argument) {
  // Counted as awake until what will wake it is in place: a timer, a queue.
  if (commit != nullptr && !commit(g, argument)) {
    g->state.store(GState::kRunning);
    return;
  }
  {
    OsMutexLock lock(&sched.mutex);
    --sched.awake_threads;
    ++sched.parked_threads;
  }
  CheckAsleep();
  g->thread_note->Sleep();
  g->thread_note->Clear();
  g->state.store(GState::kRunning);
}

// Blocking calls. ------------------------------------------------------------

// A thread of its own blocks nobody; after the gate nobody else runs.
bool MayBlock(const G* g) { return g->thread_note == nullptr && !IsLastG(g); }

void GiveProcessor(G* g) {
  g->waiting_since_ns.store(CoarseNowNs(), std::memory_order_relaxed);
  g->state.store(GState::kSyscall, std::memory_order_relaxed);
  HandOff(CurrentM());
}

void TakeProcessor(G* g) {
  const int saved_errno = *ThreadErrno();
  PauseIfStopping();
  M* m = CurrentM();
  {
    OsMutexLock lock(&sched.mutex);
    m->p = TakeIdle();
  }
  if (m->p == nullptr) SwitchAway(m, g, Leftover::kUnblock);
  g->state.store(GState::kRunning, std::memory_order_relaxed);
  *ThreadErrno() = saved_errno;
}

// The first code of a new flow: what every flow does when it continues.
void EnterGoroutine(Context*) {
  AfterSwitch(CurrentM());
  G* self = CurrentG();
  self->entry(self);
}

G* TakeFreeGoroutine(M* m) {
  if (m == nullptr || m->p == nullptr) return nullptr;
  if (m->p->free_goroutines == nullptr) return nullptr;
  G* g = m->p->free_goroutines;
  m->p->free_goroutines = g->link;
  g->link = nullptr;
  return g;
}

void MoveClosure(G* g, const ClosureType* type, void* closure) {
  g->closure_type = type;
  g->closure = type->size_bytes <= kInlineClosureBytes
                   ? static_cast<void*>(g->closure_storage)
                   : ::operator new(type->size_bytes);
  type->move_construct(g->closure, closure);
}

G* PrepareGoroutine(const ClosureType* type, void* closure,
                    void (*entry)(G* self), const Stack& stack) {
  G* g = TakeFreeGoroutine(CurrentM());
  if (g == nullptr) {
    g = new G;
    RegisterGoroutine(g);
  }
  g->id.store(sched.next_id.fetch_add(1), std::memory_order_relaxed);
  g->entry = entry;
  MoveClosure(g, type, closure);
  g->stack = stack;
  g->context.Make(stack, &EnterGoroutine);
  g->state.store(GState::kRunnable, std::memory_order_relaxed);
  sched.goroutines.fetch_add(1, std::memory_order_relaxed);
  return g;
}

void MakeProcessors() {
  sched.processor_count = GetConfig().max_procs;
  sched.processors = new P[static_cast<size_t>(sched.processor_count)];
  OsMutexLock lock(&sched.mutex);
  for (int i = sched.processor_count - 1; i > 0; --i) {
    sched.processors[i].id = i;
    PutIdle(&sched.processors[i]);
  }
}

}  // namespace

void CheckAsleep() {
  Asleep asleep = Asleep::kNo;
  bool has_clock = false;
  {
    OsMutexLock lock(&sched.mutex);
    if (!sched.stopping.load()) asleep = WhoSleeps();
    has_clock = sched.clock_started;
  }
  if (asleep == Asleep::kButForUnknownThreads && has_clock &&
      !asking_again.exchange(true)) {
    AddTimer(&ask_again_timer, MonotonicNs() + kAskAgainNs);
  }
  if (asleep != Asleep::kAll) return;
  // Nobody else is awake, so the answer stays true without the lock.
  AllAsleep(GoroutineCount() == 0 && sched.workers != 0);
}

G* CurrentGOrNull() {
  if (M* m = CurrentM()) return m->current.load(std::memory_order_relaxed);
  return this_thread_g;
}

bool OnWorkerThread() { return CurrentM() != nullptr; }

G* CurrentG() {
  if (G* g = CurrentGOrNull()) return g;
  RUNTIME_CHECK(CurrentM() == nullptr);
  return MakeThreadGoroutine().g();
}

G* NewGoroutine(const ClosureType* type, void* closure, void (*entry)(G* self),
                uintptr_t created_by_pc) {
  G* g = PrepareGoroutine(type, closure, entry, AllocateStack());
  const G* const parent = CurrentG();
  g->parent_id = parent->id.load(std::memory_order_relaxed);
  g->created_by_pc = created_by_pc;
  RecordAncestors(g, parent);
  Queue(g);
  return g;
}

void FinishGoroutine() {
  M* m = CurrentM();
  G* g = m->current.load(std::memory_order_relaxed);
  if (g->lock_os_thread_count != 0) {
    g->lock_os_thread_count = 1;
    UnlockFromThread();
    m->ending = true;
  }
  g->closure_type->destroy(g->closure);
  if (g->closure != g->closure_storage) ::operator delete(g->closure);
  g->closure = nullptr;
  g->created_by_pc = 0;
  g->goexiting = false;
  g->panic_on_fault = false;
  g->defers = nullptr;  // a guard object that was never destroyed
  g->state.store(GState::kIdle, std::memory_order_release);
  sched.goroutines.fetch_sub(1, std::memory_order_relaxed);
  m->left.store(g, std::memory_order_relaxed);
  m->leftover = Leftover::kFinish;
  g->context.EndWith(NextContext(m, g));
}

void Park(ParkCommit commit, void* argument, WaitReason reason,
          const void* waits_for) {
  G* g = CurrentG();
  if (IsLastG(g)) {
    // In a destructor, after the gate: nobody is left to wake it.
    Deadlock("all goroutines are asleep - deadlock!");
  }
  g->parks.store(g->parks.load(std::memory_order_relaxed) + 1,
                 std::memory_order_relaxed);
  g->wait_reason.store(reason, std::memory_order_relaxed);
  g->waiting_since_ns.store(CoarseNowNs(), std::memory_order_relaxed);
  // Released: a report that sees it sees that the wait before is over.
  g->waits_for.store(waits_for, std::memory_order_release);
  g->state.store(GState::kWaiting, std::memory_order_release);
  if (g->thread_note != nullptr) {
    ParkThread(g, commit, argument);
    return;
  }
  M* m = CurrentM();
  m->commit = commit;
  m->commit_argument = argument;
  SwitchAway(m, g, Leftover::kPark);
  if (g->blocking_depth != 0) GiveProcessor(g);
}

void ParkForever(WaitReason reason) {
  for (;;) Park(nullptr, nullptr, reason);
}

void Ready(G* g) {
  RUNTIME_CHECK(g->state.load(std::memory_order_relaxed) == GState::kWaiting);
  if (g->thread_note != nullptr) {
    {
      OsMutexLock lock(&sched.mutex);
      ++sched.awake_threads;
      --sched.parked_threads;
    }
    g->thread_note->Wakeup();
    return;
  }
  g->state.store(GState::kRunnable, std::memory_order_relaxed);
  Queue(g);
}

void Yield() {
  G* g = CurrentG();
  if (g->thread_note != nullptr || IsLastG(g)) {
    return;  // a thread, or the gate is closed: there is nobody else
  }
  M* m = CurrentM();
  if (m->p == nullptr || (m->p->queue.Empty() && GlobalEmpty())) return;
  g->state.store(GState::kRunnable, std::memory_order_relaxed);
  SwitchAway(m, g, Leftover::kYield);
}

void EnterBlocking() {
  G* g = CurrentG();
  if (!MayBlock(g)) return;
  if (g->blocking_depth++ == 0) GiveProcessor(g);
}

void LeaveBlocking() {
  G* g = CurrentG();
  if (!MayBlock(g)) return;
  LeaveBlockingTo(g->blocking_depth - 1);
}

void LeaveBlockingTo(int depth) {
  G* g = CurrentG();
  g->blocking_depth = depth;
  if (depth == 0 && MayBlock(g) && CurrentM()->p == nullptr) TakeProcessor(g);
}

int SetThreadLimit(int limit) {
  const int before = sched.thread_limit.exchange(limit);
  CheckThreadLimit();
  return before;
}

void LockToThread() {
  G* g = CurrentG();
  if (g->thread_note != nullptr) return;
  if (g->lock_os_thread_count++ != 0) return;
  M* m = CurrentM();
  g->locked_m = m;
  m->locked_g = g;
}

void UnlockFromThread() {
  G* g = CurrentG();
  if (g->lock_os_thread_count == 0 || --g->lock_os_thread_count != 0) return;
  g->locked_m->locked_g = nullptr;
  g->locked_m = nullptr;
}

void EnsureClock() {
  {
    OsMutexLock lock(&sched.mutex);
    if (sched.clock_started) return;
    sched.clock_started = true;
  }
  StartClock();
}

void RunScheduler(const ClosureType* type, void* closure,
                  void (*entry)(G* self)) {
  RUNTIME_CHECK(sched.processors == nullptr);
  if (this_thread_g != nullptr) MakeThreadGoroutine().Retire();
  MakeProcessors();
  EnsureClock();
  if (kSanitized) {
    OsMutexLock lock(&sched.mutex);
    sched.strange_threads = std::max(OsThreadCount() - 2, 0);
  }
  sched.workers = 1;
  M* m = NewWorker();
  BecomeWorker(m);
  m->p = &sched.processors[0];
  G* g = PrepareGoroutine(type, closure, entry, MapStack(kMainStackSizeBytes));
  PushNext(m->p, g);
  WorkerLoop(m);
  Throw("main's thread has ended");
}

void StopScheduling() {
  sched.last_g.store(CurrentG());
  sched.stopping.store(true);
}

bool SchedulingStopped() { return sched.stopping.load(); }

bool IsLastG(const G* g) {
  return g == sched.last_g.load(std::memory_order_relaxed);
}

int GoroutineCount() {
  return sched.goroutines.load(std::memory_order_relaxed);
}

const M* AllWorkers() { return sched.all_workers.load(); }
const M* CurrentWorker() { return CurrentM(); }

int WorkerCount() { return sched.workers.load(std::memory_order_relaxed); }

pid_t RunningThreadId(const G* g) {
  if (g->thread_note != nullptr) return g->thread_id;
  const M* m = g->running_on.load(std::memory_order_acquire);
  return m == nullptr ? 0 : m->thread_id.load();
}

}  // namespace runtime::internal
