// Everything is asleep, in every way to get there.
#include <cstdio>

#include "runtime/chan.h"
#include "runtime/cond.h"
#include "runtime/defer.h"
#include "runtime/go.h"
#include "runtime/once.h"
#include "runtime/panic.h"
#include "runtime/rw_mutex.h"
#include "runtime/select.h"
#include "runtime/sleep.h"
#include "runtime/sync.h"
#include "testprog/registry.h"

namespace testprog {

SCENARIO(SimpleDeadlock) {
  runtime::Select();
  runtime::Panic("not reached");
}

SCENARIO_AT_INIT(InitDeadlock) {
  runtime::Select();
  runtime::Panic("not reached");
}

SCENARIO(LockedDeadlock) {
  runtime::LockOsThread();
  runtime::Select();
}

SCENARIO(LockedDeadlock2) {
  auto locked = runtime::MakeChan<bool>();
  runtime::Go([=] {
    runtime::LockOsThread();
    locked.Send(true);
    runtime::Select();
  });
  locked.Recv();
  runtime::Select();
}

SCENARIO(GoexitDeadlock) {
  const auto f = [] {
    for (int i = 0; i < 10; ++i) runtime::Gosched();
  };
  runtime::Go(f);
  runtime::Go(f);
  runtime::Goexit();
}

SCENARIO(GoexitExit) {
  std::puts("t1");
  runtime::Go([] { runtime::After(absl::Milliseconds(1)).Recv(); });
  std::puts("t2");
  runtime::Goexit();
}

SCENARIO(GoexitInPanic) {
  runtime::Go([] {
    runtime::Defer goexit([] { runtime::Goexit(); });
    runtime::Panic("hello");
  });
  runtime::Goexit();
}

SCENARIO(RecoveredPanicAfterGoexit) {
  runtime::Defer panics([] {
    runtime::Defer recovers([] {
      if (!runtime::Recover()) runtime::Panic("bad recover");
    });
    runtime::Panic("hello");
  });
  runtime::Goexit();
}

// Goexit runs the second deferred call, whose panic the first one recovers:
// the Goexit goes on, it does not become a return.
SCENARIO(RecoverBeforePanicAfterGoexit) {
  runtime::Defer recovers([] {
    if (!runtime::Recover()) runtime::Panic("bad recover");
  });
  runtime::Defer panics([] { runtime::Panic("hello"); });
  runtime::Goexit();
}

SCENARIO(RecoverBeforePanicAfterGoexit2) {
  runtime::Defer nothing([] {});
  runtime::Defer nothing_more([] {});
  runtime::Defer recovers([] {
    if (!runtime::Recover()) runtime::Panic("bad recover");
  });
  runtime::Defer panics([] { runtime::Panic("hello"); });
  runtime::Goexit();
}

// The Goexit survives each of two panics that are recovered further out.
SCENARIO(RecoveredTwiceDuringGoexit) {
  runtime::Defer recovers([] {
    if (auto value = runtime::Recover()) std::puts(value->String().c_str());
  });
  runtime::Defer panics([] { runtime::Panic("second"); });
  runtime::Defer recovers_first([] { runtime::Recover(); });
  runtime::Defer panics_first([] { runtime::Panic("first"); });
  runtime::Goexit();
}

SCENARIO(ChannelDeadlock) {
  auto requests = runtime::MakeChan<int>();
  auto answers = runtime::MakeChan<int>();
  runtime::Go([=] {
    answers.Recv();
    requests.Send(1);
  });
  requests.Recv();
  answers.Send(2);
}

SCENARIO(MutexDeadlock) {
  runtime::Mutex first;
  runtime::Mutex second;
  auto has_second = runtime::MakeChan<bool>();
  auto has_first = runtime::MakeChan<bool>();
  runtime::Go([&] {
    runtime::MutexLock lock(&second);
    has_second.Send(true);
    has_first.Recv();
    runtime::MutexLock opposite(&first);
  });
  runtime::MutexLock lock(&first);
  has_second.Recv();
  has_first.Send(true);
  runtime::MutexLock opposite(&second);
}

// A reader that reads once more, while a writer waits for the first to leave.
SCENARIO(RWMutexDeadlock) ABSL_NO_THREAD_SAFETY_ANALYSIS {
  runtime::RWMutex mutex;
  runtime::ReaderLock lock(&mutex);
  runtime::Go([&] { runtime::WriterLock writer(&mutex); });
  while (mutex.TryRLock()) {
    mutex.RUnlock();
    runtime::Gosched();
  }
  runtime::ReaderLock again(&mutex);
}

SCENARIO(CondDeadlock) {
  runtime::Mutex mutex;
  runtime::Cond cond;
  runtime::MutexLock lock(&mutex);
  cond.Signal();  // nobody waits yet, and nothing is kept
  cond.Wait(&mutex);
}

SCENARIO(CondSignalsOne) {
  runtime::Mutex mutex;
  runtime::Cond cond;
  runtime::WaitGroup locked;
  locked.Add(3);
  for (int i = 0; i < 3; ++i) {
    runtime::Go([&] {
      runtime::MutexLock lock(&mutex);
      locked.Done();
      cond.Wait(&mutex);
    });
  }
  locked.Wait();
  {
    runtime::MutexLock lock(&mutex);  // the last has given it back: all wait
    cond.Signal();
  }
  runtime::Select();
}

SCENARIO(OnceDeadlock) {
  runtime::Once once;
  once.Do([&] { once.Do([] {}); });
}

SCENARIO(SelfDeadlock) {
  runtime::Mutex mutex;
  const auto add = [&] { runtime::MutexLock lock(&mutex); };
  runtime::MutexLock lock(&mutex);
  add();
}

// The last call of a function is a call, not a jump: its frame stays.
inline __attribute__((noinline)) void lockLast(runtime::Mutex& mutex)
    ABSL_NO_THREAD_SAFETY_ANALYSIS {
  mutex.Lock();
}
inline __attribute__((noinline)) void callLockLast(runtime::Mutex& mutex) {
  lockLast(mutex);
}

SCENARIO(DeadlockInLastCall) {
  runtime::Mutex mutex;
  runtime::MutexLock lock(&mutex);
  callLockLast(mutex);
}

SCENARIO(ThreeLockCycle) {
  runtime::Mutex locks[3];
  auto locked = runtime::MakeChan<bool>();
  auto go_on = runtime::MakeChan<bool>();
  for (int i = 0; i < 3; ++i) {
    runtime::Go([=, &locks] {
      runtime::MutexLock lock(&locks[i]);
      locked.Send(true);
      go_on.Recv();
      runtime::MutexLock next(&locks[(i + 1) % 3]);
    });
  }
  for (int i = 0; i < 3; ++i) locked.Recv();
  go_on.Close();
  runtime::MutexLock lock(&locks[0]);
}

SCENARIO(LockHeldByEnded) {
  runtime::Mutex mutex;
  auto ended = runtime::MakeChan<bool>();
  runtime::Go([=, &mutex] {
    runtime::Defer end([=] { ended.Close(); });
    mutex.Lock();
    runtime::Goexit();
  });
  ended.Recv();
  runtime::MutexLock lock(&mutex);
}

SCENARIO(WaitGroupDeadlock) {
  runtime::WaitGroup wg;
  wg.Add(2);
  runtime::Go([&] { wg.Done(); });
  wg.Wait();
}

SCENARIO(SelectDeadlock) {
  auto numbers = runtime::MakeChan<int>();
  auto texts = runtime::MakeChan<const char*>();
  runtime::Select(runtime::OnRecv(numbers, [](auto) {}),
                  runtime::OnSend(texts, "never", [] {}));
}

SCENARIO(DeadlockInDefer) {
  runtime::Defer never([] { runtime::MakeChan<int>().Recv(); });
  runtime::Panic("pending");
}

}  // namespace testprog
