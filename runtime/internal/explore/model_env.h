// The modelled Env of the exit gate, test support: each atomic operation, lock,
// park, ready, piece of a report and exit is a step of the explorer.

#ifndef LASTWORDS_RUNTIME_INTERNAL_EXPLORE_MODEL_ENV_H_
#define LASTWORDS_RUNTIME_INTERNAL_EXPLORE_MODEL_ENV_H_

#include <cstdint>
#include <type_traits>
#include <utility>

#include "runtime/internal/explore/explorer.h"
#include "runtime/internal/sched/gate_slot.h"

namespace runtime::internal::explore {

inline constexpr uint32_t kNever = 0;

inline void Read(const void* object, const char* verb) {
  Explorer::Current().Step(
      {.kind = Op::Kind::kRead, .object = object, .verb = verb});
}
inline void Write(const void* object, const char* verb) {
  Explorer::Current().Step({.object = object, .verb = verb});
}
[[noreturn]] inline void Stop(Op::Blocked blocked, const char* verb) {
  for (;;) {
    Explorer::Current().Step({.blocked = blocked,
                              .object = &kNever,
                              .guards = {&kNever, nullptr},
                              .verb = verb});
  }
}

template <class T>
class ModelAtomic {
 public:
  constexpr ModelAtomic(T value) : value_(value) {}  // NOLINT: as std::atomic

  T load() const {
    Read(this, "load");
    Show("");
    return value_;
  }
  void store(T value) {
    Write(this, "store");
    value_ = value;
    Show("");
  }
  T exchange(T value) {
    Write(this, "exchange");
    std::swap(value, value_);
    Show("");
    return value;
  }
  T fetch_add(T value) { return Add("fetch_add", value); }
  T fetch_sub(T value) { return Add("fetch_sub", T{} - value); }
  bool compare_exchange_strong(T& expected, T desired) {
    Write(this, "cas");
    const bool equal = value_ == expected;
    (equal ? value_ : expected) = equal ? desired : value_;
    Show(equal ? "" : " (failed)");
    return equal;
  }
  bool compare_exchange_weak(T& expected, T desired) {
    return compare_exchange_strong(expected, desired);
  }

 private:
  T Add(const char* verb, T value) {
    Write(this, verb);
    const T old = value_;
    value_ += value;
    Show("");
    return old;
  }
  void Show(const char* note) const {
    Explorer& explorer = Explorer::Current();
    if constexpr (std::is_pointer_v<T>) {
      explorer.Detail(value_ == nullptr ? "list: empty" : "list: closers", 0, 0,
                      note);
    } else if constexpr (std::is_same_v<T, uint64_t>) {
      static constexpr const char* kWords[] = {
          "word: {owner %u, %u}", "word: {owner %u, SHUT, %u}",
          "word: {owner %u, CRASHED, %u}",
          "word: {owner %u, SHUT, CRASHED, %u}"};
      explorer.Detail(kWords[value_ >> 30 & 3], value_ >> 32,
                      value_ & 0x3fffffff, note);
    } else if constexpr (std::is_enum_v<T>) {
      static constexpr const char* kNames[] = {"slot: idle", "slot: in flight",
                                               "slot: printed"};
      explorer.Detail(kNames[static_cast<int>(value_)], 0, 0, note);
    } else {
      explorer.Detail("counter: %u", value_, 0, note);
    }
  }

  T value_;
};

struct ModelEnv {
  template <class T>
  using Atomic = ModelAtomic<T>;
  using Slot = GateSlot<Atomic>;

  static constexpr int kSlots = 4;
  static constexpr int kPolls = 2;
  static constexpr uint32_t kNoClock = ~0u;

  // One line of the virtual log.
  struct Line {
    enum What : uint8_t { kBegin, kPanic, kEnd, kFatal, kOvertaken, kFatalEnd };
    What what;
    uint8_t panic;
    uint8_t link;  // which panic of the chain
  };
  struct Record {
    uint8_t panic = 0;
    uint8_t chain = 1;      // panics in it
    bool changing = false;  // a printer that sees this prints rubbish
  };
  // All that a run changes; copied by the explorer.
  struct World {
    Slot slots[kSlots];
    Line log[64];
    uint32_t lines = 0;
    uint32_t status = 0;
    uint32_t grace_armed = 0;
    uint32_t clock = kNoClock;  // the thread that is it
    uint32_t goroutines = 0;    // the set of threads that are some
    void (*grace_ended)() = nullptr;
  };
  inline static World* world = nullptr;

  class Lock {
   public:
    void Acquire() {
      Explorer::Current().Step(
          {.object = this, .guards = {&free_, nullptr}, .verb = "lock"});
      free_ = 0;
    }
    void Release() {
      Write(this, "unlock");
      free_ = 1;
    }
    void Reset() { free_ = 1; }

   private:
    uint32_t free_ = 1;
  };

  class Waiter {
   public:
    void Wait() {
      while (AwaitOrGrace(&woken_, "wait") && woken_ == 0) EndGrace();
    }
    void Wake() {
      Write(&woken_, "wake");
      woken_ = 1;
    }

   private:
    uint32_t woken_ = 0;
  };

  static uint32_t Self() { return Explorer::Current().Self() + 1; }

  static bool IsGoroutine() {
    return (world->goroutines >> Explorer::Current().Self() & 1) != 0;
  }

  // What the owner does before it runs exit handlers.
  static void StopScheduling() {
    Explorer::Current().Step(
        {.kind = Op::Kind::kBarrier, .verb = "stop scheduling"});
    Explorer::Current().KillOthers(world->goroutines);
  }

  [[noreturn]] static void ParkForever() {
    while (OnClock()) {
      AwaitOrGrace(&kNever, "park for ever");
      EndGrace();
    }
    Stop(Op::Blocked::kAsleep, "park for ever");
  }

  static void ArmGrace() {
    if (world->clock == kNoClock) return;
    Write(&world->grace_armed, "arm grace");
    world->grace_armed = 1;
  }

  static void Yield() { Write(&kNever, "yield"); }

  static void PrintReport(Slot& slot, ReportCause) {
    const Record& record = *static_cast<const Record*>(slot.record);
    Print({Line::kBegin, record.panic, 0});
    for (uint8_t link = 0; link < record.chain; ++link) {
      Print({Line::kPanic, record.panic, link});
    }
    Print({Line::kEnd, record.panic, record.chain});
    if (record.changing) Print({Line::kBegin, record.panic, 0});
  }

  static void Print(Line line) {
    Explorer::Current().Step(
        {.visible = true, .object = &world->lines, .verb = "print"});
    world->log[world->lines++ % 64] = line;
    static constexpr const char* kNames[] = {
        "report %u begins",     "  panic %u, %u of the chain",
        "report %u ends",       "fatal error begins",
        "  overtaken panic %u", "fatal error ends"};
    Explorer::Current().Detail(kNames[line.what], line.panic, line.link);
  }

  template <class Visit>
  static void ForEachSlot(Visit visit) {
    for (Slot& slot : world->slots) visit(slot);
  }

  [[noreturn]] static void Exit(int status) {
    Explorer::Current().Step(
        {.kind = Op::Kind::kExit, .visible = true, .verb = "exit"});
    world->status = static_cast<uint32_t>(status);
    Explorer::Current().Detail("%u", world->status);
    Stop(Op::Blocked::kBusy, "gone");
  }

  static bool OnClock() { return world->clock == Explorer::Current().Self(); }
  // On the clock's thread also returns when the grace period ends, which may be
  // any time after it began, and then depends on two objects. True: on that
  // thread.
  static bool AwaitOrGrace(const uint32_t* event, const char* verb) {
    const bool clock = OnClock();
    Explorer::Current().Step(
        {.kind =
             clock && event != &kNever ? Op::Kind::kBarrier : Op::Kind::kWrite,
         .blocked = Op::Blocked::kAsleep,
         .timer = clock,
         .object = clock ? &world->grace_armed : event,
         .guards = {event, clock ? &world->grace_armed : nullptr},
         .verb = verb});
    return clock;
  }
  static void EndGrace() {
    world->grace_armed = 0;
    world->grace_ended();
  }
};

}  // namespace runtime::internal::explore

#endif  // LASTWORDS_RUNTIME_INTERNAL_EXPLORE_MODEL_ENV_H_
