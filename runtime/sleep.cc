#include "runtime/sleep.h"

#include <memory>

#include "absl/time/clock.h"
#include "runtime/internal/sched/scheduler.h"
#include "runtime/internal/sched/timers.h"

namespace runtime {
namespace {

struct Sleeper {
  internal::Timer timer;
  int64_t when_ns;
};

int64_t DeadlineNs(absl::Duration duration) {
  const int64_t now_ns = internal::MonotonicNs();
  return now_ns +
         std::min(absl::ToInt64Nanoseconds(duration), INT64_MAX - now_ns);
}

struct Alarm {
  internal::Timer timer;
  Chan<absl::Time> channel;
};

}  // namespace

void Sleep(absl::Duration duration) {
  if (duration <= absl::ZeroDuration()) return;
  if (internal::SchedulingStopped() ||
      internal::CurrentG()->thread_note != nullptr) {
    // A static destructor, whose thread alone is left, or a plain thread.
    absl::SleepFor(duration);
    return;
  }
  Sleeper sleeper{{}, DeadlineNs(duration)};
  // The timer is set when the goroutine is off its stack, not before.
  internal::Park(
      [](internal::G* g, void* argument) {
        auto* s = static_cast<Sleeper*>(argument);
        s->timer.argument = g;
        s->timer.fire = [](void* sleeping) {
          internal::Ready(static_cast<internal::G*>(sleeping));
        };
        internal::AddTimer(&s->timer, s->when_ns);
        return true;
      },
      &sleeper, internal::WaitReason::kSleep);
}

Chan<absl::Time> After(absl::Duration duration) {
  auto* alarm = new Alarm{{}, MakeChan<absl::Time>(1)};
  Chan<absl::Time> channel = alarm->channel;
  alarm->timer.argument = alarm;
  alarm->timer.fire = [](void* argument) {
    const std::unique_ptr<Alarm> fired(static_cast<Alarm*>(argument));
    // Has room: never blocks the clock.
    fired->channel.Send(absl::Now());
  };
  internal::AddTimer(&alarm->timer, DeadlineNs(duration));
  return channel;
}

}  // namespace runtime
